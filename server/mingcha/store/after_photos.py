"""Photos of how it is now, which a centre brings for an item. Apart from the evidence of inspections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db, insert_if_absent
from mingcha.store.orders import ItemRow, OrderRow


class AfterPhotoRow(Row):
    __tablename__ = "after_photo"

    #: The phone made the id; the item it was brought for is part of the key, so that nobody can take another's place.
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    item: Mapped[str] = mapped_column(Id, ForeignKey("rectification_item.id"), primary_key=True, index=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    sha256: Mapped[str] = mapped_column(Digest)
    size_bytes: Mapped[int]
    account: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    verified_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class AfterPhoto:
    id: str
    item: str
    sha256: str


def add(
    photo_id: str, *, item: str, tenant: str, sha256: str, size_bytes: int, account: str, now: datetime
) -> bool:
    """True the first time; the first bytes under an id stay."""
    return insert_if_absent(
        AfterPhotoRow, id=photo_id, item=item, tenant=tenant, sha256=sha256, size_bytes=size_bytes, account=account,
        verified_at=now,
    )  # fmt: skip


def of_items(items: Iterable[str]) -> dict[str, dict[str, str]]:
    """By item: photo id to hash, of those whose bytes are here."""
    wanted = sorted(set(items))
    found: dict[str, dict[str, str]] = {item: {} for item in wanted}
    query = select(AfterPhotoRow.item, AfterPhotoRow.id, AfterPhotoRow.sha256).where(AfterPhotoRow.item.in_(wanted))
    for item, photo, sha256 in db.session.execute(query):
        found[item][photo] = sha256
    return found


def of_inspection(inspection_id: str) -> list[AfterPhoto]:
    """What was brought for the items that were ordered after an inspection."""
    query = (
        select(AfterPhotoRow.id, AfterPhotoRow.item, AfterPhotoRow.sha256)
        .join(ItemRow, ItemRow.id == AfterPhotoRow.item)
        .join(OrderRow, OrderRow.id == ItemRow.order)
        .where(OrderRow.inspection == inspection_id)
        .order_by(AfterPhotoRow.id, AfterPhotoRow.item)
    )
    return [AfterPhoto(*row) for row in db.session.execute(query)]


def is_one(sha256: str) -> bool:
    """Whether these bytes came as an after-photo."""
    return db.session.scalar(select(AfterPhotoRow.id).where(AfterPhotoRow.sha256 == sha256).limit(1)) is not None


def all_hashes() -> set[str]:
    """The hashes of everything that was ever brought."""
    return set(db.session.scalars(select(AfterPhotoRow.sha256).distinct()))


def forget(hashes: Iterable[str]) -> None:
    """Call these bytes proved no longer: they are lost."""
    for sha256 in hashes:
        db.session.execute(delete(AfterPhotoRow).where(AfterPhotoRow.sha256 == sha256))
