"""Which pictures of a county look alike: an index of fingerprints by band, and the pairs that were found in it.

Pairs are found once, when a picture is looked at; to read them costs one question, however many pictures there are.
What a fingerprint is, and how near is near, is `core.lookalikes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import String, bindparam, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.lookalikes import keys, near, probes
from mingcha.store.db import Digest, Row, TenantCode, ask, db, insert_if_absent, table_of
from mingcha.store.photos import PhotoRow

#: The nearest that are kept of one new picture; whoever sends one picture a thousand times is found out by fifty.
MOST_PAIRS = 50
_LARGEST_QUESTION = 500


class BandRow(Row):
    __tablename__ = "photo_band"

    tenant: Mapped[str] = mapped_column(TenantCode, primary_key=True)
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(Digest, primary_key=True, index=True)
    phash: Mapped[str] = mapped_column(String(16))


class PairRow(Row):
    """Each pair twice, once from either side."""

    __tablename__ = "photo_pair"

    tenant: Mapped[str] = mapped_column(TenantCode, primary_key=True)
    sha256: Mapped[str] = mapped_column(Digest, primary_key=True)
    other: Mapped[str] = mapped_column(Digest, primary_key=True, index=True)
    bits: Mapped[int]


_band = table_of(BandRow).c
_CANDIDATES = select(_band.sha256, _band.phash).where(
    _band.tenant == bindparam("tenant"), _band.key.in_(bindparam("keys", expanding=True))
)


@dataclass(frozen=True)
class Twin:
    """A photo elsewhere that shows the same: `bits` differ of 64, none where the bytes are the same (`same`)."""

    photo: str
    sha256: str
    inspection: str
    bits: int
    same: bool


def note(tenant: str, sha256: str, phash: str) -> int:
    """Put a picture into the index and keep what it looks like; how many. Repeating it changes nothing."""
    found = [(other, bits) for other, bits in near(phash, candidates(tenant, phash)) if other != sha256][:MOST_PAIRS]
    for other, bits in found:
        insert_if_absent(PairRow, tenant=tenant, sha256=sha256, other=other, bits=bits)
        insert_if_absent(PairRow, tenant=tenant, sha256=other, other=sha256, bits=bits)
    for key in keys(phash):
        insert_if_absent(BandRow, tenant=tenant, key=key, sha256=sha256, phash=phash)
    return len(found)


def candidates(tenant: str, phash: str) -> list[tuple[str, str]]:
    """`(hash, fingerprint)` of everything that shares a band with it up to one bit: a few of very many."""
    return [tuple(row) for row in ask(_CANDIDATES, {"tenant": tenant, "keys": probes(phash)})]


def of(tenant: str, hashes: Iterable[str]) -> dict[str, list[Twin]]:
    """By hash: the photos of the county with the same bytes or nearly the same picture, the same first."""
    wanted = sorted(set(hashes))
    found: dict[str, list[Twin]] = {}
    photo = PhotoRow
    for start in range(0, len(wanted), _LARGEST_QUESTION):
        some = wanted[start : start + _LARGEST_QUESTION]
        same = select(photo.sha256, photo.id, photo.sha256, photo.inspection).where(
            photo.tenant == tenant, photo.sha256.in_(some)
        )
        for of_hash, photo_id, sha256, inspection in db.session.execute(same).all():
            found.setdefault(of_hash, []).append(Twin(photo_id, sha256, inspection, 0, same=True))
        near_ones = (
            select(PairRow.sha256, photo.id, photo.sha256, photo.inspection, PairRow.bits)
            .where(PairRow.tenant == tenant, PairRow.sha256.in_(some))
            .where(photo.tenant == tenant, photo.sha256 == PairRow.other)
            .order_by(PairRow.bits, photo.id)
        )
        for of_hash, photo_id, sha256, inspection, bits in db.session.execute(near_ones).all():
            found.setdefault(of_hash, []).append(Twin(photo_id, sha256, inspection, bits, same=False))
    return found


def forget(sha256: str) -> None:
    """Drop a picture from the index, in every county."""
    db.session.execute(delete(BandRow).where(BandRow.sha256 == sha256))
    db.session.execute(delete(PairRow).where(or_(PairRow.sha256 == sha256, PairRow.other == sha256)))
