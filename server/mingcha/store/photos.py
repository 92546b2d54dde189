"""Photos whose bytes are here, proved and durable. What a photo shows and belongs to is said by ops, not here.

One id may stand with several hashes: bytes may come before the op that announces them, and only the op says which
are meant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db, insert_if_absent, table_of
from mingcha.store.quick import Quick


class PhotoRow(Row):
    __tablename__ = "photo"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(Digest, primary_key=True, index=True)
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    size_bytes: Mapped[int]
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    seq: Mapped[int]
    verified_at: Mapped[datetime] = mapped_column(Moment)
    #: What looking at it found: null until somebody looked, then `picture` or why it is none.
    looked: Mapped[str | None] = mapped_column(String(16))
    phash: Mapped[str | None] = mapped_column(String(16))
    width: Mapped[int | None]
    height: Mapped[int | None]
    #: What the file says of itself, words of `media.signs` with spaces between; null until somebody looked.
    signs: Mapped[str | None] = mapped_column(String(80))
    #: The camera's own date in the file.
    file_date: Mapped[str | None] = mapped_column(String(10))
    #: When its bytes were deleted, and on what ground: `retention:<kind>:<days>` or `person`.
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    erased_why: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index(None, "inspection", "seq"),
        Index(None, "tenant", "verified_at"),
    )


_photo = table_of(PhotoRow).c
# Built once: a phone asks it at every sync.
_AFTER = Quick(
    select(_photo.seq, _photo.id, _photo.sha256)
    .where(
        _photo.inspection == bindparam("inspection"),
        _photo.seq > bindparam("since"),
        _photo.seq <= bindparam("upto"),
    )
    .order_by(_photo.seq)
    .limit(bindparam("most"))
)


_IS_HERE = Quick(
    select(_photo.id).where(
        _photo.id == bindparam("photo"),
        _photo.sha256 == bindparam("hash"),
        _photo.inspection == bindparam("inspection"),
    )
)


@dataclass(frozen=True)
class Photo:
    id: str
    sha256: str
    inspection: str
    tenant: str
    size_bytes: int
    seq: int
    verified_at: datetime
    looked: str | None
    phash: str | None
    width: int | None
    height: int | None
    signs: str | None = None
    file_date: str | None = None
    erased_at: datetime | None = None
    erased_why: str | None = None


def add(
    photo_id: str, sha256: str, *, inspection: str, tenant: str, size_bytes: int, account: str, seq: int, now: datetime
) -> bool:
    """True the first time."""
    return insert_if_absent(
        PhotoRow,
        id=photo_id,
        sha256=sha256,
        inspection=inspection,
        tenant=tenant,
        size_bytes=size_bytes,
        account=account,
        seq=seq,
        verified_at=now,
    )


def repeat(photo: Photo, *, inspection: str, seq: int, now: datetime) -> None:
    """The same bytes under the same id in another inspection."""
    kept = db.session.get_one(PhotoRow, (photo.id, photo.sha256, photo.inspection))
    insert_if_absent(
        PhotoRow,
        **{**vars(photo), "inspection": inspection, "seq": seq, "verified_at": now, "account": kept.account},
    )


def is_here(photo_id: str, sha256: str, inspection: str) -> bool:
    return bool(_IS_HERE(photo=photo_id, hash=sha256, inspection=inspection))


def is_erased(photo_id: str, sha256: str, inspection: str) -> bool:
    """Whether these bytes were here and were deleted on purpose."""
    row = db.session.get(PhotoRow, (photo_id, sha256, inspection), populate_existing=True)
    return row is not None and row.erased_at is not None


def by_id(photo_id: str) -> list[Photo]:
    """Every set of bytes that came under this id."""
    return _read(PhotoRow.id == photo_id)


def of_inspection(inspection_id: str) -> list[Photo]:
    return _read(PhotoRow.inspection == inspection_id)


def hashes_of(inspections: Iterable[str]) -> dict[str, dict[str, set[str]]]:
    """By inspection and photo id: the hashes of the bytes that are here."""
    wanted = sorted(set(inspections))
    found: dict[str, dict[str, set[str]]] = {inspection_id: {} for inspection_id in wanted}
    query = select(PhotoRow.inspection, PhotoRow.id, PhotoRow.sha256).where(PhotoRow.inspection.in_(wanted))
    for inspection_id, photo_id, sha256 in db.session.execute(query):
        found[inspection_id].setdefault(photo_id, set()).add(sha256)
    return found


def after(inspection_id: str, seq: int, upto: int, limit: int) -> list[tuple[int, str, str]]:
    """The photos proved after a number, up to another, oldest first: number, id and hash."""
    return [*_AFTER(inspection=inspection_id, since=seq, upto=upto, most=limit)]


def all_hashes() -> set[str]:
    """The hashes of all bytes that were proved and not deleted since."""
    return set(db.session.scalars(select(PhotoRow.sha256).where(PhotoRow.erased_at.is_(None)).distinct()))


def erased_hashes() -> set[str]:
    """The hashes of bytes that were deleted on purpose; the same bytes may still stand elsewhere."""
    return set(db.session.scalars(select(PhotoRow.sha256).where(PhotoRow.erased_at.is_not(None)).distinct()))


def forget(hashes: Iterable[str]) -> None:
    """Call these bytes proved no longer: they are lost. What was deleted on purpose keeps its proof."""
    for sha256 in hashes:
        db.session.execute(delete(PhotoRow).where(PhotoRow.sha256 == sha256, PhotoRow.erased_at.is_(None)))


def of_bytes(sha256: str) -> list[Photo]:
    """Every photo that has these bytes, in any inspection."""
    return _read(PhotoRow.sha256 == sha256)


def of_account(account_id: str) -> list[Photo]:
    """What somebody sent."""
    return _read(PhotoRow.account == account_id)


def with_bytes_before(tenant: str, moment: datetime) -> list[str]:
    """A county's inspections with photos received before a moment whose bytes are still kept."""
    query = select(PhotoRow.inspection).where(
        PhotoRow.tenant == tenant, PhotoRow.verified_at < moment, PhotoRow.erased_at.is_(None)
    )
    return sorted(db.session.scalars(query.distinct()))


def looked_at(
    sha256: str,
    *,
    looked: str,
    phash: str | None = None,
    width: int | None = None,
    height: int | None = None,
    signs: str = "",
    file_date: str | None = None,
) -> None:
    """Keep what looking at these bytes found, wherever they are used."""
    db.session.execute(
        update(PhotoRow)
        .where(PhotoRow.sha256 == sha256)
        .values(looked=looked, phash=phash, width=width, height=height, signs=signs, file_date=file_date)
    )


def erase(photo: Photo, *, why: str, now: datetime) -> None:
    """Say that its bytes are deleted. Hash, size and times stay; what its pixels were told by goes."""
    db.session.execute(
        update(PhotoRow)
        .where(PhotoRow.id == photo.id, PhotoRow.sha256 == photo.sha256, PhotoRow.inspection == photo.inspection)
        .values(erased_at=now, erased_why=why[:40], phash=None, signs=None, file_date=None)
    )


def erased(inspections: Iterable[str]) -> int:
    """How many in these were deleted: tells whether one more is gone."""
    query = select(func.count()).where(PhotoRow.inspection.in_(sorted(set(inspections))), PhotoRow.erased_at.is_not(None))
    return db.session.scalar(query) or 0


def _read(condition: ColumnElement[bool]) -> list[Photo]:
    query = select(PhotoRow).where(condition).order_by(PhotoRow.id, PhotoRow.seq)
    return [_photo_of(row) for row in db.session.scalars(query)]


def _photo_of(row: PhotoRow) -> Photo:
    return Photo(**{each.name: getattr(row, each.name) for each in fields(Photo)})
