"""Rectification orders (通知书), their items, the log of moves, and rechecks.

An order's number `seq` counts what its centre may see happen in it, taken under the row's lock to the commit. Rechecks
are visits that nobody must expect: they lie apart and never touch that number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.rectification.items import Item
from mingcha.core.rectification.moves import Move
from mingcha.store.db import Digest, Id, Json, Moment, RegionCode, Row, TenantCode, db, insert_if_absent, within


class OrderRow(Row):
    __tablename__ = "rectification_order"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    site: Mapped[str] = mapped_column(Id, ForeignKey("site.id"), index=True)
    #: One order for one visit.
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    issued_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    issued_at: Mapped[datetime] = mapped_column(Moment)
    appeal_until: Mapped[date] = mapped_column(Date)
    seq: Mapped[int]

    __table_args__ = (UniqueConstraint("tenant", "year", "number"),)


class NumberRow(Row):
    """The last number given to an order of a county in a year."""

    __tablename__ = "rectification_number"

    tenant: Mapped[str] = mapped_column(TenantCode, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class ItemRow(Row):
    __tablename__ = "rectification_item"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    region: Mapped[str] = mapped_column(RegionCode)
    order: Mapped[str] = mapped_column("order_id", Id, ForeignKey("rectification_order.id"), index=True)
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"))
    site: Mapped[str] = mapped_column(Id, ForeignKey("site.id"))
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    severity: Mapped[str] = mapped_column(String(16))
    slug: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[str] = mapped_column(String(32))
    clause: Mapped[str | None] = mapped_column(String(32))
    finding: Mapped[str | None] = mapped_column(String(98))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    clause_text: Mapped[dict[str, str] | None] = mapped_column(Json)
    text: Mapped[str] = mapped_column(Text)
    photos_wanted: Mapped[bool]
    why: Mapped[str] = mapped_column(Text)
    person: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    days: Mapped[int]
    issued_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    due_guessed: Mapped[bool]
    #: Ids of the inspection's photos that show the fault; none of them a badge.
    before: Mapped[list[str]] = mapped_column(Json)
    #: The same fault at the same place before, latest first.
    earlier: Mapped[list[str]] = mapped_column(Json)

    __table_args__ = (Index(None, "tenant", "region"), Index(None, "site", "slug", "indicator", "clause"))


class MoveRow(Row):
    __tablename__ = "rectification_move"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    order: Mapped[str] = mapped_column("order_id", Id, ForeignKey("rectification_order.id"))
    item: Mapped[str] = mapped_column(Id, ForeignKey("rectification_item.id"), index=True)
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column("by_account", Id, ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    said_at: Mapped[str | None] = mapped_column(String(24))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    #: Of item, kind, author and content as they were sent: the same id with another digest is another move.
    digest: Mapped[str] = mapped_column(Digest)

    __table_args__ = (UniqueConstraint("order_id", "seq"),)


class RecheckRow(Row):
    __tablename__ = "rectification_recheck"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    item: Mapped[str] = mapped_column(Id, ForeignKey("rectification_item.id"), index=True)
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"))
    by: Mapped[str] = mapped_column("by_account", Id, ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Order:
    id: str
    tenant: str
    region: str
    site: str
    inspection: str
    year: int
    number: int
    words: str
    issued_by: str
    issued_at: datetime
    appeal_until: date
    seq: int


@dataclass(frozen=True)
class Kept:
    """An item as it is kept: what the rules need (`rules`), and what people read."""

    id: str
    tenant: str
    region: str
    order: str
    inspection: str
    site: str
    place: int
    kind: str
    severity: str
    slug: str
    indicator: str
    clause: str | None
    finding: str | None
    title: dict[str, str]
    clause_text: dict[str, str] | None
    text: str
    photos_wanted: bool
    why: str
    person: str | None
    days: int
    issued_on: date
    due_on: date
    due_guessed: bool
    before: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)

    def rules(self, order: Order) -> Item:
        return Item(
            self.id, self.kind, self.severity, self.issued_on, self.due_on, order.appeal_until, self.photos_wanted,
            self.why,
        )  # fmt: skip


@dataclass(frozen=True)
class Logged:
    """A move with its number in the order and the phone's own time."""

    move: Move
    item: str
    seq: int
    said_at: str | None
    digest: str


@dataclass(frozen=True)
class Recheck:
    id: str
    item: str
    inspection: str
    at: datetime


def next_number(tenant: str, year: int) -> int:
    """The next order number of a county's year, held to the end of the transaction."""
    insert_if_absent(NumberRow, tenant=tenant, year=year, last=0)
    query = select(NumberRow).where(NumberRow.tenant == tenant, NumberRow.year == year).with_for_update()
    row = db.session.scalars(query, execution_options={"populate_existing": True}).one()
    row.last += 1
    db.session.flush()
    return int(row.last)


def add(order: Order, items: Iterable[Kept]) -> bool:
    """False if this inspection has an order already."""
    if not insert_if_absent(OrderRow, **vars(order)):
        return False
    db.session.add_all(ItemRow(**vars(each)) for each in items)
    db.session.flush()
    return True


def by_id(order_id: str) -> Order | None:
    return next(iter(_orders(OrderRow.id == order_id)), None)


def of_inspection(inspection_id: str) -> Order | None:
    return next(iter(_orders(OrderRow.inspection == inspection_id)), None)


def load(ids: Iterable[str]) -> dict[str, Order]:
    wanted = sorted(set(ids))
    return {each.id: each for each in _orders(OrderRow.id.in_(wanted))} if wanted else {}


def in_area(scope: str) -> list[Order]:
    """Every order that a scope covers, latest first."""
    return _orders(within(scope, OrderRow.tenant, OrderRow.region))


def numbers(scope: str) -> dict[str, int]:
    """By order of an area: the number of its newest event."""
    query = select(OrderRow.id, OrderRow.seq).where(within(scope, OrderRow.tenant, OrderRow.region))
    return dict(db.session.execute(query).all())


def lock(ids: Iterable[str]) -> dict[str, Order]:
    """Hold these orders to the end of the transaction, in order of id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = select(OrderRow).where(OrderRow.id.in_(wanted)).order_by(OrderRow.id).with_for_update()
    return {row.id: _order(row) for row in db.session.scalars(query, execution_options={"populate_existing": True})}


def items_of(orders: Iterable[str]) -> dict[str, list[Kept]]:
    wanted = sorted(set(orders))
    found: dict[str, list[Kept]] = {order: [] for order in wanted}
    for row in db.session.scalars(select(ItemRow).where(ItemRow.order.in_(wanted)).order_by(ItemRow.place)):
        found[row.order].append(_item(row))
    return found


def item(item_id: str) -> Kept | None:
    row = db.session.get(ItemRow, item_id)
    return _item(row) if row else None


def items(ids: Iterable[str]) -> dict[str, Kept]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row.id: _item(row) for row in db.session.scalars(select(ItemRow).where(ItemRow.id.in_(wanted)))}


def alike(site: str, slug: str, places: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str | None], list[Kept]]:
    """Earlier items of a site under these rows and clauses of one checklist, latest first."""
    wanted = set(places)
    query = (
        select(ItemRow)
        .where(ItemRow.site == site, ItemRow.slug == slug, ItemRow.indicator.in_({row for row, _ in wanted}))
        .order_by(ItemRow.issued_on.desc(), ItemRow.id)
    )
    found: dict[tuple[str, str | None], list[Kept]] = {place: [] for place in wanted}
    for row in db.session.scalars(query):
        if (row.indicator, row.clause) in found:
            found[row.indicator, row.clause].append(_item(row))
    return found


def append(order: Order, entries: Sequence[Logged]) -> None:
    """Add moves to an order that this transaction holds; their numbers follow its own."""
    db.session.add_all(
        MoveRow(
            id=each.move.id, tenant=order.tenant, order=order.id, item=each.item, seq=each.seq, kind=each.move.kind,
            by=each.move.by, role=each.move.role, at=each.move.at, said_at=each.said_at, content=dict(each.move.content),
            digest=each.digest,
        )
        for each in entries
    )  # fmt: skip
    db.session.flush()
    advance(order.id, entries[-1].seq)


def advance(order_id: str, seq: int) -> None:
    db.session.execute(update(OrderRow).where(OrderRow.id == order_id).values(seq=seq))


def moves_of(items: Iterable[str]) -> dict[str, list[Logged]]:
    """Each item's moves in the order in which they were taken in."""
    wanted = sorted(set(items))
    found: dict[str, list[Logged]] = {item_id: [] for item_id in wanted}
    query = select(MoveRow).where(MoveRow.item.in_(wanted)).order_by(MoveRow.order, MoveRow.seq)
    for row in db.session.scalars(query, execution_options={"populate_existing": True}):
        found[row.item].append(_logged(row))
    return found


def receipts(ids: Iterable[str]) -> dict[str, str]:
    """The digests under which these moves were taken in, for those that were."""
    query = select(MoveRow.id, MoveRow.digest).where(MoveRow.id.in_(sorted(set(ids))))
    return dict(db.session.execute(query).all())


def add_recheck(recheck_id: str, *, item: Kept, inspection: str, by: str, at: datetime) -> None:
    db.session.add(RecheckRow(id=recheck_id, tenant=item.tenant, item=item.id, inspection=inspection, by=by, at=at))
    db.session.flush()


def recheck(recheck_id: str) -> Recheck | None:
    row = db.session.get(RecheckRow, recheck_id)
    return Recheck(row.id, row.item, row.inspection, row.at) if row else None


def rechecks_of(items: Iterable[str]) -> dict[str, list[Recheck]]:
    wanted = sorted(set(items))
    found: dict[str, list[Recheck]] = {item_id: [] for item_id in wanted}
    for row in db.session.scalars(select(RecheckRow).where(RecheckRow.item.in_(wanted)).order_by(RecheckRow.at)):
        found[row.item].append(Recheck(row.id, row.item, row.inspection, row.at))
    return found


def count_moves() -> int:
    return db.session.scalar(select(func.count()).select_from(MoveRow)) or 0


def _orders(condition: Any) -> list[Order]:
    query = select(OrderRow).where(condition).order_by(OrderRow.issued_at.desc(), OrderRow.id)
    return [_order(row) for row in db.session.scalars(query, execution_options={"populate_existing": True})]


def _order(row: OrderRow) -> Order:
    return Order(**{name: getattr(row, name) for name in Order.__dataclass_fields__})


def _item(row: ItemRow) -> Kept:
    return Kept(**{name: getattr(row, name) for name in Kept.__dataclass_fields__})


def _logged(row: MoveRow) -> Logged:
    move = Move(row.id, row.kind, row.by, row.role, row.at, row.content)
    return Logged(move, row.item, row.seq, row.said_at, row.digest)
