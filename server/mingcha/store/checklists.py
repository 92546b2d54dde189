"""Published checklist versions, each under the digest of its canonical bytes, for ever the same.

Kept compressed as well, so that handing one out costs no computing. Belongs to no county: a checklist is everybody's.
"""

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Json, Moment, db, insert_if_absent


class ChecklistRow(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_gzip: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Published:
    """One published version, without its body."""

    digest: str
    slug: str
    version: str
    title: dict[str, str]
    published_at: datetime


def publish(*, digest: str, slug: str, version: str, title: dict[str, str], body: bytes, now: datetime) -> Published:
    """Keep a version; the one that is kept under this name afterwards, which is another if the name was taken."""
    insert_if_absent(
        ChecklistRow,
        digest=digest,
        slug=slug,
        version=version,
        title=title,
        body=body,
        body_gzip=gzip.compress(body, 9, mtime=0),
        published_at=now,
    )
    kept = named(slug, version)
    if kept is None:
        raise LookupError(f"{slug} {version}")
    return kept


def named(slug: str, version: str) -> Published | None:
    row = db.session.execute(select(*_HEAD).where(ChecklistRow.slug == slug, ChecklistRow.version == version)).first()
    return Published(*row) if row else None


def newest(slug: str) -> Published | None:
    """The version of this name that was published last."""
    query = select(*_HEAD).where(ChecklistRow.slug == slug).order_by(ChecklistRow.published_at.desc())
    row = db.session.execute(query.limit(1)).first()
    return Published(*row) if row else None


def all_published() -> list[Published]:
    query = select(*_HEAD).order_by(ChecklistRow.slug, ChecklistRow.published_at)
    return [Published(*row) for row in db.session.execute(query)]


def body(digest: str) -> bytes | None:
    """The canonical bytes; their SHA-256 is the digest."""
    found: bytes | None = db.session.scalar(select(ChecklistRow.body).where(ChecklistRow.digest == digest))
    return found


def body_gzip(digest: str) -> bytes | None:
    found: bytes | None = db.session.scalar(select(ChecklistRow.body_gzip).where(ChecklistRow.digest == digest))
    return found


def content(digest: str) -> dict[str, Any] | None:
    found = body(digest)
    return None if found is None else dict(json.loads(found))


_HEAD = (
    ChecklistRow.digest,
    ChecklistRow.slug,
    ChecklistRow.version,
    ChecklistRow.title,
    ChecklistRow.published_at,
)
