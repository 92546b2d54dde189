"""Finding nearly the same picture among very many without comparing with each.

A fingerprint of 64 bits is cut into four bands of sixteen. Two that differ in at most seven bits differ in at most one
bit in some band; so whoever asks for all neighbours of each of its bands, 68 exact questions to an index, misses none.
"""

from collections.abc import Iterable

#: Differing bits up to which two pictures are said to look alike. At most 7: beyond, the bands would miss some.
NEAR_BITS = 6
BANDS = 4
_BITS = 16


def keys(phash: str) -> list[int]:
    """Under which four numbers a fingerprint (16 hex digits) is kept: the band's place and its content in one."""
    whole = int(phash, 16)
    return [band << _BITS | (whole >> _BITS * band) & 0xFFFF for band in range(BANDS)]


def probes(phash: str) -> list[int]:
    """The numbers under which everything near it is found: each band as it is and with one bit turned."""
    return [key ^ turn for key in keys(phash) for turn in (0, *(1 << bit for bit in range(_BITS)))]


def distance(a: str, b: str) -> int:
    """In how many of 64 bits two fingerprints differ."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def near(phash: str, candidates: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
    """Of `(name, fingerprint)` those that look alike, `(name, bits)`, nearest first, each once."""
    found = {name: bits for name, other in candidates if (bits := distance(phash, other)) <= NEAR_BITS}
    return sorted(found.items(), key=lambda each: (each[1], each[0]))
