"""Uploads on their way: how far each has come, and where its pieces lie. On any node the same.

Pieces themselves are blobs; a piece counts only when its row is committed here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db, table_of
from mingcha.store.quick import Quick


class UploadRow(Row):
    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"))
    photo: Mapped[str] = mapped_column(Id)
    sha256: Mapped[str] = mapped_column(Digest)
    length: Mapped[int]
    received: Mapped[int]
    #: The header of its creation, verbatim.
    described: Mapped[str] = mapped_column(String(4096))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    verified: Mapped[bool]


class PieceRow(Row):
    __tablename__ = "upload_piece"

    upload: Mapped[str] = mapped_column(Id, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(120))


# Built once: every photo is one.
_ADD = Quick(insert(table_of(UploadRow)))


@dataclass(frozen=True)
class Upload:
    id: str
    tenant: str
    account: str
    inspection: str
    photo: str
    sha256: str
    length: int
    received: int
    described: str
    created_at: datetime
    expires_at: datetime
    verified: bool


def add(upload: Upload) -> None:
    _ADD(**{name: getattr(upload, name) for name in _FIELDS})


def by_id(upload_id: str) -> Upload | None:
    return _upload(db.session.get(UploadRow, upload_id))


def fresh(upload_id: str) -> Upload | None:
    """As it stands now, whatever was read of it before."""
    db.session.rollback()
    return _upload(db.session.get(UploadRow, upload_id, populate_existing=True))


def unfinished(ids: Iterable[str]) -> set[str]:
    """Those of these that wait for more bytes."""
    query = select(UploadRow.id).where(UploadRow.id.in_(list(ids)), UploadRow.verified.is_(False))
    return set(db.session.scalars(query))


def lock(upload_id: str) -> Upload | None:
    """Hold the upload to the end of the transaction."""
    query = select(UploadRow).where(UploadRow.id == upload_id).with_for_update()
    return _upload(db.session.scalar(query, execution_options={"populate_existing": True}))


def advance(upload: Upload, pieces: list[tuple[int, str]], *, received: int, expires_at: datetime) -> None:
    """Count pieces, `(position, key)`, of an upload that this transaction holds."""
    db.session.add_all(
        PieceRow(upload=upload.id, tenant=upload.tenant, position=position, key=key) for position, key in pieces
    )
    db.session.execute(
        update(UploadRow).where(UploadRow.id == upload.id).values(received=received, expires_at=expires_at)
    )


def verified(upload_id: str) -> None:
    """It is whole and proved; its pieces are no longer needed."""
    db.session.execute(delete(PieceRow).where(PieceRow.upload == upload_id))
    db.session.execute(update(UploadRow).where(UploadRow.id == upload_id).values(verified=True))


def pieces(upload_id: str) -> list[str]:
    """The keys of its pieces, in order."""
    return list(
        db.session.scalars(select(PieceRow.key).where(PieceRow.upload == upload_id).order_by(PieceRow.position))
    )


def forget(upload_id: str) -> None:
    db.session.execute(delete(PieceRow).where(PieceRow.upload == upload_id))
    db.session.execute(delete(UploadRow).where(UploadRow.id == upload_id))


def forget_finished(hashes: Iterable[str]) -> None:
    """Uploads of bytes that are lost: who asks for one must not hear that it is proved."""
    for sha256 in hashes:
        db.session.execute(delete(UploadRow).where(UploadRow.sha256 == sha256, UploadRow.verified))


def expired(now: datetime, limit: int = 100) -> list[str]:
    return list(db.session.scalars(select(UploadRow.id).where(UploadRow.expires_at <= now).limit(limit)))


_FIELDS = (
    "id", "tenant", "account", "inspection", "photo", "sha256", "length", "received", "described", "created_at",
    "expires_at", "verified",
)  # fmt: skip


def _upload(row: UploadRow | None) -> Upload | None:
    return None if row is None else Upload(**{name: getattr(row, name) for name in _FIELDS})
