"""Work that follows a deed: written in the deed's own transaction, claimed by lease, done at least once.

A worker that dies leaves a lease that runs out; whoever comes next takes the job up again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Id, Moment, Row, TenantCode, db, new_id, table_of
from mingcha.store.quick import Quick

#: A job that failed this often waits for a person.
MOST_TRIES = 8


class JobRow(Row):
    __tablename__ = "job"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(TenantCode)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(200))


# Built once: every photo orders one.
_ORDER = Quick(insert(table_of(JobRow)))


@dataclass(frozen=True)
class Job:
    id: str
    kind: str
    subject: str
    tries: int


def order(kind: str, subject: str, *, tenant: str, due_at: datetime) -> None:
    """Ask for work; call it inside the deed's transaction."""
    _ORDER(id=new_id(), tenant=tenant, kind=kind, subject=subject, due_at=due_at, tries=0, problem=None)


def claim(now: datetime, lease: timedelta, limit: int) -> list[Job]:
    """Take due jobs; nobody else gets them before the lease runs out. Call it in a transaction of its own."""
    query = (
        select(JobRow)
        .where(JobRow.due_at <= now, JobRow.tries < MOST_TRIES)
        .order_by(JobRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    jobs = [Job(row.id, row.kind, row.subject, row.tries + 1) for row in db.session.scalars(query)]
    if jobs:
        db.session.execute(
            update(JobRow)
            .where(JobRow.id.in_([job.id for job in jobs]))
            .values(due_at=now + lease, tries=JobRow.tries + 1)
        )
    return jobs


def done(job_id: str) -> None:
    db.session.execute(delete(JobRow).where(JobRow.id == job_id))


def failed(job_id: str, problem: str, again_at: datetime) -> None:
    db.session.execute(update(JobRow).where(JobRow.id == job_id).values(problem=problem[:200], due_at=again_at))


def waiting() -> int:
    """How many jobs are not done."""
    return len(list(db.session.scalars(select(JobRow.id))))
