"""Numbers that follow from a seed alone: block i is SHA-256 of `seed:i`, read as four 64-bit numbers, first byte first."""

import hashlib
from collections.abc import Iterator

_RANGE = 2**64


class Dice:
    def __init__(self, seed: str) -> None:
        self._numbers = _numbers(seed)

    def below(self, bound: int) -> int:
        """A number from 0 to bound − 1, each equally likely: what would tip the balance is thrown again."""
        fair = _RANGE - _RANGE % bound
        while True:
            number = next(self._numbers)
            if number < fair:
                return number % bound


def _numbers(seed: str) -> Iterator[int]:
    block = 0
    while True:
        digest = hashlib.sha256(f"{seed}:{block}".encode()).digest()
        for at in range(0, 32, 8):
            yield int.from_bytes(digest[at : at + 8], "big")
        block += 1
