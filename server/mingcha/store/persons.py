"""What the tables hold about one person, gathered for their request, and taken out of them.

Ops and the audit trail name accounts by id alone; a name stands in the account, in signatures and in notes.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from mingcha.clock import wire
from mingcha.core.oplog import Op
from mingcha.store.accounts import AccountRow
from mingcha.store.assignments import AssignmentRow
from mingcha.store.audit import AuditRow
from mingcha.store.db import db
from mingcha.store.held import HeldRow
from mingcha.store.looks import LookRow
from mingcha.store.oplog import OpRow, read
from mingcha.store.readings import ReadingRow
from mingcha.store.sessions import SessionRow

#: Shorter than this a name stands in too many words by chance.
_SHORTEST_IN_TEXT = 2
#: What no password matches.
_NO_HASH = "!"


@dataclass(frozen=True)
class Mention:
    """An op whose value names the person."""

    op: Op
    exactly: bool


def account(account_id: str) -> dict[str, Any] | None:
    row = db.session.get(AccountRow, account_id)
    if row is None:
        return None
    return {
        "id": row.id, "username": row.username, "name": row.name, "role": row.role, "scope": row.scope,
        "locale": row.locale, "created_at": wire(row.created_at),
    }  # fmt: skip


def sessions(account_id: str) -> list[dict[str, Any]]:
    query = select(SessionRow).where(SessionRow.account == account_id).order_by(SessionRow.created_at)
    return [
        {"created_at": wire(row.created_at), "seen_at": wire(row.seen_at), "address": row.address, "agent": row.agent}
        for row in db.session.scalars(query)
    ]


def assignments(account_id: str) -> list[dict[str, Any]]:
    query = select(AssignmentRow).where(AssignmentRow.account == account_id).order_by(AssignmentRow.assigned_at)
    return [
        {"inspection": row.inspection, "from": wire(row.assigned_at), "to": wire(row.ended_at) if row.ended_at else None}
        for row in db.session.scalars(query)
    ]


def readings(account_id: str) -> list[dict[str, Any]]:
    """Which of the person's devices had which inspection, and when it was last heard of there."""
    query = select(ReadingRow).where(ReadingRow.account == account_id).order_by(ReadingRow.first_at, ReadingRow.inspection)
    return [
        {"inspection": row.inspection, "device": row.device, "from": wire(row.first_at), "heard_at": wire(row.at)}
        for row in db.session.scalars(query)
    ]


def looks(account_id: str) -> list[dict[str, Any]]:
    query = select(LookRow).where(LookRow.account == account_id).order_by(LookRow.at, LookRow.inspection)
    return [{"inspection": row.inspection, "at": wire(row.at)} for row in db.session.scalars(query)]


def ops(tenant: str, account_id: str) -> list[Op]:
    """Everything the person wrote, oldest first."""
    wanted = OpRow.body.contains(f'"author":"{account_id}"', autoescape=True)
    query = select(OpRow.body).where(OpRow.tenant == tenant, wanted).order_by(OpRow.received_at, OpRow.seq)
    return [op for body in db.session.scalars(query) if (op := read(body)).author == account_id]


def held(account_id: str) -> list[dict[str, Any]]:
    query = select(HeldRow).where(HeldRow.account == account_id).order_by(HeldRow.received_at)
    return [
        {"received_at": wire(row.received_at), "code": row.code, "device": row.device, "raw": json.loads(row.raw)}
        for row in db.session.scalars(query)
    ]


def events(tenant: str, account_id: str) -> list[dict[str, Any]]:
    """What the audit trail says of the person: what they did and looked at, and what was done to their account."""
    query = select(AuditRow).where(
        AuditRow.tenant == tenant,
        (AuditRow.actor == account_id) | (AuditRow.subject == f"account/{account_id}"),
    )
    return [{"seq": row.seq, **(row.event or {})} for row in db.session.scalars(query.order_by(AuditRow.seq))]


def mentions(tenant: str, name: str) -> list[Mention]:
    """Ops of a county whose words name somebody: signatures, and notes that contain the name."""
    inside = json.dumps(name, ensure_ascii=False)[1:-1]
    query = select(OpRow.body).where(OpRow.tenant == tenant, OpRow.body.contains(inside, autoescape=True))
    found = []
    for body in db.session.scalars(query.order_by(OpRow.received_at, OpRow.seq)):
        op = read(body)
        texts = list(_texts(op.value))
        exactly = any(text.strip() == name for text in texts)
        if exactly or (len(name) >= _SHORTEST_IN_TEXT and any(name in text for text in texts)):
            found.append(Mention(op, exactly))
    return found


def forget_account(account_id: str, *, username: str, name: str) -> None:
    """Put nobody in the account's place: it can never sign in again, and ops still have an author."""
    db.session.execute(
        update(AccountRow).where(AccountRow.id == account_id).values(username=username, name=name, password_hash=_NO_HASH)
    )
    for table in (SessionRow, ReadingRow, LookRow):
        db.session.execute(delete(table).where(table.account == account_id))


def forget_words(tenant: str, account_id: str) -> int:
    """Take the words out of the audit events about the account; their digests stay, so the chain still proves the
    rest. How many.
    """
    query = select(AuditRow).where(AuditRow.tenant == tenant, AuditRow.subject == f"account/{account_id}")
    rows = [row for row in db.session.scalars(query) if row.event is not None]
    for row in rows:
        row.event = None
    db.session.flush()
    return len(rows)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return []
