"""The audit trail: one chain per tenant, written in the transaction of the deed itself.

`note` locks the tenant's head until the commit: call it last.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.clock import wire
from mingcha.core.trail import START, Break, Head, Link, next_link, verify
from mingcha.store.db import Digest, Id, Json, Moment, RegionCode, Row, TenantCode, db, insert_if_absent


class AuditRow(Row):
    __tablename__ = "audit"

    tenant: Mapped[str] = mapped_column(TenantCode, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    deed: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    actor: Mapped[str | None] = mapped_column(Id)
    #: The whole event as it was digested; null where it was erased.
    event: Mapped[dict[str, Any] | None] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(Digest)
    link: Mapped[str] = mapped_column(Digest)


class AuditHeadRow(Row):
    __tablename__ = "audit_head"

    tenant: Mapped[str] = mapped_column(TenantCode, primary_key=True)
    seq: Mapped[int]
    link: Mapped[str] = mapped_column(Digest)


def note(
    deed: str, *, tenant: str, region: str, actor: str | None, subject: str, at: datetime, **details: Any
) -> Head:
    """Write down a deed. `subject` is like `account/<id>`; details must have a canonical form and no secrets."""
    insert_if_absent(AuditHeadRow, tenant=tenant, seq=0, link=START)
    head = db.session.scalars(
        select(AuditHeadRow).where(AuditHeadRow.tenant == tenant).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    event = {"at": wire(at), "deed": deed, "actor": actor, "subject": subject, "region": region, "details": details}
    new = next_link(Head(head.seq, head.link), event)
    db.session.add(
        AuditRow(
            tenant=tenant, seq=new.seq, at=at, region=region, deed=deed, subject=subject, actor=actor, event=event,
            digest=new.digest, link=new.link,
        )
    )
    head.seq, head.link = new.seq, new.link
    db.session.flush()
    return Head(new.seq, new.link)


def heads() -> dict[str, Head]:
    """Each tenant's last link. Kept elsewhere, it later proves that the trail up to it was not rewritten."""
    return {row.tenant: Head(row.seq, row.link) for row in db.session.scalars(select(AuditHeadRow))}


def tenants() -> list[str]:
    """Every tenant with a trail, also where its head was lost."""
    return sorted({*heads(), *db.session.scalars(select(AuditRow.tenant).distinct())})


def link_at(tenant: str, seq: int) -> str | None:
    link: str | None = db.session.scalar(select(AuditRow.link).where(AuditRow.tenant == tenant, AuditRow.seq == seq))
    return link


def breaks(tenant: str) -> list[Break]:
    """Read a tenant's whole trail and say where it does not hold."""
    return verify(_links(tenant), heads().get(tenant, Head(0, START)))


def latest(tenant: str, scope: str, *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """A tenant's events within a scope, newest first, with their sequence numbers."""
    query = select(AuditRow).where(AuditRow.tenant == tenant, AuditRow.region.startswith(scope, autoescape=True))
    if before is not None:
        query = query.where(AuditRow.seq < before)
    rows = db.session.scalars(query.order_by(AuditRow.seq.desc()).limit(limit))
    return [{"seq": row.seq, "link": row.link, "digest": row.digest, **(row.event or {})} for row in rows]


def _links(tenant: str) -> Iterator[Link]:
    query = select(AuditRow).where(AuditRow.tenant == tenant).order_by(AuditRow.seq)
    for row in db.session.scalars(query.execution_options(yield_per=500)):
        yield Link(seq=row.seq, digest=row.digest, link=row.link, event=row.event)
