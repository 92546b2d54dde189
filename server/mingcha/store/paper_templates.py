"""Which Word templates a county uses in place of ours: the file's hash and who brought it. The bytes are a blob."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Digest, Id, Moment, Row, TenantCode, db


class PaperTemplateRow(Row):
    __tablename__ = "paper_template"

    tenant: Mapped[str] = mapped_column(TenantCode, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    sha256: Mapped[str] = mapped_column(Digest)
    by: Mapped[str] = mapped_column("by_account", Id, ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class OwnTemplate:
    kind: str
    sha256: str
    by: str
    at: datetime


def key(sha256: str) -> str:
    """Where its bytes live."""
    return f"templates/{sha256}.docx"


def of(tenant: str) -> dict[str, OwnTemplate]:
    """A county's own, by kind."""
    rows = db.session.scalars(select(PaperTemplateRow).where(PaperTemplateRow.tenant == tenant))
    return {row.kind: OwnTemplate(row.kind, row.sha256, row.by, row.at) for row in rows}


def put(tenant: str, kind: str, *, sha256: str, by: str, at: datetime) -> None:
    db.session.merge(PaperTemplateRow(tenant=tenant, kind=kind, sha256=sha256, by=by, at=at))
    db.session.flush()


def remove(tenant: str, kind: str) -> bool:
    """False if there was none."""
    gone = delete(PaperTemplateRow).where(PaperTemplateRow.tenant == tenant, PaperTemplateRow.kind == kind)
    return bool(db.session.execute(gone.returning(PaperTemplateRow.kind)).first())
