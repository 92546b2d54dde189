"""Published checklist versions, each under the digest of its canonical bytes, for ever the same.

Kept compressed as well, so that handing one out costs no computing. The house's own are everybody's; one that was
published in a county is that county's.
"""

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Json, Moment, RegionCode, Row, db, insert_if_absent

#: The owner of versions that belong to no county: those of the house's own folder.
NATION = "00"


class ChecklistRow(Row):
    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_gzip: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime] = mapped_column(Moment)
    scheme: Mapped[str] = mapped_column(String(16))
    #: The version that this one replaces.
    replaces: Mapped[str | None] = mapped_column(String(32))
    #: What was said when it was published.
    note: Mapped[dict[str, str] | None] = mapped_column(Json)
    #: The area that owns it: the nation, or the area in which it was published.
    owner: Mapped[str] = mapped_column(RegionCode)


@dataclass(frozen=True)
class Published:
    """One published version, without its body."""

    digest: str
    slug: str
    version: str
    title: dict[str, str]
    published_at: datetime
    scheme: str
    replaces: str | None
    note: dict[str, str] | None
    owner: str

    def is_for(self, region: str) -> bool:
        """Whether a region uses it: the nation's are everybody's; an area's belong to those in it and above it."""
        return self.owner == NATION or region.startswith(self.owner) or self.owner.startswith(region)


def publish(
    *,
    digest: str,
    slug: str,
    version: str,
    title: dict[str, str],
    scheme: str,
    replaces: str | None,
    note: dict[str, str] | None,
    owner: str,
    body: bytes,
    now: datetime,
) -> Published:
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
        scheme=scheme,
        replaces=replaces,
        note=note,
        owner=owner,
    )
    kept = named(slug, version)
    if kept is None:
        raise LookupError(f"{slug} {version}")
    return kept


def named(slug: str, version: str) -> Published | None:
    row = db.session.execute(select(*_HEAD).where(ChecklistRow.slug == slug, ChecklistRow.version == version)).first()
    return Published(*row) if row else None


def newest(slug: str, region: str | None = None) -> Published | None:
    """The version of this name that was published last, of those that a region uses."""
    found = [each for each in all_published(slug) if region is None or each.is_for(region)]
    return found[-1] if found else None


def all_published(slug: str | None = None) -> list[Published]:
    """Every version, or every one of a checklist, by name and then oldest first."""
    query = select(*_HEAD).order_by(ChecklistRow.slug, ChecklistRow.published_at, ChecklistRow.version)
    if slug is not None:
        query = query.where(ChecklistRow.slug == slug)
    return [Published(*row) for row in db.session.execute(query)]


def by_digest(digest: str) -> Published | None:
    row = db.session.execute(select(*_HEAD).where(ChecklistRow.digest == digest)).first()
    return Published(*row) if row else None


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
    ChecklistRow.scheme,
    ChecklistRow.replaces,
    ChecklistRow.note,
    ChecklistRow.owner,
)
