"""What was approved, frozen under the digest of its own words. Rows are added, never changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.core.canonical import canonical
from mingcha.core.canonical import digest as digest_of
from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db, insert_if_absent


class SnapshotRow(Row):
    __tablename__ = "snapshot"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    inspection: Mapped[str] = mapped_column(Id, ForeignKey("inspection.id"), index=True)
    upto: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)


def freeze(content: dict[str, Any], *, tenant: str, inspection: str, upto: int, now: datetime) -> str:
    """Keep the content; its digest."""
    name = digest_of(content)
    insert_if_absent(
        SnapshotRow,
        digest=name,
        tenant=tenant,
        inspection=inspection,
        upto=upto,
        body=canonical(content).decode(),
        created_at=now,
    )
    return name


def read(digest: str) -> dict[str, Any] | None:
    body = db.session.scalar(select(SnapshotRow.body).where(SnapshotRow.digest == digest))
    return None if body is None else dict(json.loads(body))


@dataclass(frozen=True)
class Frozen:
    """One stored snapshot; `content` is None where its words can no longer be read."""

    digest: str
    inspection: str
    content: dict[str, Any] | None


def every() -> Iterator[Frozen]:
    """All of every county, oldest first, one body in memory at a time."""
    names = db.session.execute(
        select(SnapshotRow.digest, SnapshotRow.inspection).order_by(SnapshotRow.created_at, SnapshotRow.digest)
    ).all()
    for digest, inspection in names:
        try:
            content = read(digest)
        except ValueError:
            content = None
        yield Frozen(digest, inspection, content)
