"""The index by bands misses nothing that looks alike, and asks for little of what does not."""

import random

import pytest

from mingcha.core.lookalikes import NEAR_BITS, distance, keys, near, probes


def turned(phash: str, bits: int, dice: random.Random) -> str:
    whole = int(phash, 16)
    for bit in dice.sample(range(64), bits):
        whole ^= 1 << bit
    return f"{whole:016x}"


@pytest.mark.parametrize("bits", range(NEAR_BITS + 1))
def test_whatever_differs_in_few_bits_shares_a_band_with_at_most_one_bit_turned(bits):
    dice = random.Random(bits)
    for _ in range(500):
        phash = f"{dice.getrandbits(64):016x}"
        other = turned(phash, bits, dice)
        assert distance(phash, other) == bits
        assert set(probes(phash)) & set(keys(other))


def test_a_fingerprint_is_kept_under_four_numbers_and_asked_for_under_sixty_eight():
    assert len(set(keys("0123456789abcdef"))) == 4
    assert len(set(probes("0123456789abcdef"))) == 68


def test_of_many_candidates_only_the_near_ones_are_named_nearest_first():
    found = near("0" * 16, [("far", "f" * 16), ("b", "000000000000000f"), ("a", "0000000000000001"), ("a", "0" * 15 + "1")])
    assert found == [("a", 1), ("b", 4)]
