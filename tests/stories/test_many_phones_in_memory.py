"""Hundreds of small histories of three to six phones: nothing is lost, overwritten, doubled or stuck.

`MINGCHA_SEEDS=10000` runs the nightly number (`make nightly`); a failing seed is named and replays alone.
"""

import os

import pytest

from tests.stories.simulation import simulate

SEEDS = int(os.environ.get("MINGCHA_SEEDS", "300"))
BLOCKS = 10


@pytest.mark.parametrize("block", range(BLOCKS))
def test_whatever_the_network_does_every_tap_has_exactly_one_effect(block):
    concurrent = []
    for seed in range(block, SEEDS, BLOCKS):
        verdict, replicas = simulate(seed)

        assert verdict.faults == 0, f"seed {seed}: {verdict}"
        assert len(set(replicas)) == 1, f"seed {seed}: replicas differ"
        concurrent.append(verdict.concurrent_percent)

    assert sum(concurrent) / len(concurrent) >= 10, "too tame: fewer than one write in ten met another"
