"""Hundreds of small histories of three to six phones: nothing is lost, overwritten, doubled or stuck.

`MINGCHA_SEEDS=10000` runs the nightly number (`make nightly`); a failing seed is named and replays alone.
"""

import os
import sys
from collections import Counter

import pytest

from tests.stories.simulation import FATES, simulate

SEEDS = int(os.environ.get("MINGCHA_SEEDS", "300"))
BLOCKS = 10
FAULTS = sorted({*FATES} - {"fine"})


@pytest.mark.parametrize("block", range(BLOCKS))
def test_whatever_the_network_does_every_tap_has_exactly_one_effect(block, capsys):
    seeds = range(block, SEEDS, BLOCKS)
    fates, concurrent, ops = Counter(), [], 0
    for seed in seeds:
        verdict, replicas, met = simulate(seed)

        assert verdict.faults == 0, f"seed {seed}: {verdict}"
        assert len(set(replicas)) == 1, f"seed {seed}: replicas differ"
        assert sum(met[fate] for fate in FAULTS) > 0, f"seed {seed}: too tame: {met}"
        fates += met
        ops += verdict.ops
        concurrent.append(verdict.concurrent_percent)

    with capsys.disabled():
        print(
            f"\n{len(seeds)} seeds from {block}: {ops} ops, concurrent {min(concurrent):.0f}–{max(concurrent):.0f} %; "
            + ", ".join(f"{fate} {number}" for fate, number in sorted(fates.items())),
            file=sys.stderr,  # which alone comes through from a worker of `-n 2`
        )
    assert min(concurrent) >= 10, "too tame: fewer than one write in ten met another"
    assert all(fates[fate] for fate in FAULTS), f"a fault never fired: {fates}"
