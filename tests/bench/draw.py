"""What a draw costs: a province's towns among its inspectors, and proving it again."""

import time
from argparse import Namespace

from mingcha.core.draw import differences, draw, transcript
from tests.bench.measure import Row
from tests.core.test_draw import SEED, pool


def rows(options: Namespace) -> list[Row]:
    ties = {f"p{n:02}": [{"rule": "own_town", "region": f"990123{101 + n}"}] for n in range(1, 100)}
    large = pool(1300, 200, ties=ties)
    took = []
    for _ in range(3):
        began = time.process_time()
        visits = draw(large, SEED)
        took.append(time.process_time() - began)
    assert differences(transcript(large, SEED, visits)) == []
    return [Row("1,300 towns drawn among 200 inspectors, CPU", took, "s", "< 1 s")]
