"""A person's request about what is stored of them: hand it out, or delete it as far as the law lets.

Inspection records are legal evidence: what somebody wrote, signed and looked at stays, under an id without a name.
What goes are the account's name, its sessions with their addresses, where it looked and on
which devices, and the bytes of badge photos that name the person.
"""

import re
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.oplog import Op, fold
from mingcha.core.problems import Refused
from mingcha.core.regions import tenant_of
from mingcha.flows import erasing, evidence
from mingcha.store import accounts, assignments, audit, inspections, oplog, persons, photos, redactions
from mingcha.store.accounts import Account
from mingcha.store.db import transaction
from mingcha.store.photos import Photo

#: The actor, or None for the person at the server's own shell.
By = Actor | None
#: In the place of a name.
NOBODY_NAME = "已删除 (erased)"
_REASON = re.compile(r"[^\x00-\x1f\x7f]{2,200}")

KEPT = (
    ("ops", "检查操作是执法记录，只以编号署名，依法保存", "ops are records of an inspection, signed by an id alone, and kept by law"),
    ("signatures", "签名是检查记录的一部分，依法保存", "signatures are part of the record of an inspection and kept by law"),
    ("events", "审计日志只写编号，依法保存", "the audit trail names ids alone and is kept by law"),
    ("photos", "拍摄的证据照片属于检查记录，按保存期限处理", "evidence photos belong to the record and end with their period"),
)  # fmt: skip


def export(by: By, account_id: str, *, why: str | None = None) -> dict[str, Any]:
    """Everything stored about the person of an account; `why`, where given, goes into the audit trail."""
    account = _account(by, account_id, "person.export")
    said = _said(why)
    found = {"made_at": clock.wire(clock.now()), **_gathered(account), **_named(account.tenant, account.name)}
    with transaction():
        _note(by, "person.export", account.tenant, account.scope, f"account/{account.id}", **said)
    return found


def export_named(by: By, tenant: str, name: str, *, why: str | None = None) -> dict[str, Any]:
    """The same for somebody without an account, such as a clerk who signed: what names them in a county."""
    _demand_named(by, tenant, name, "person.export")
    said = _said(why)
    found = {"made_at": clock.wire(clock.now()), **_named(tenant, name.strip())}
    with transaction():
        _note(by, "person.export", tenant, tenant, f"county/{tenant}", signatures=len(found["signatures"]), **said)
    return found


def erase(by: By, account_id: str, reason: str) -> dict[str, Any]:
    """Delete what may be deleted of the person of an account: counts of what went and what stays, with why."""
    account = _account(by, account_id, "person.erase")
    if by is not None and by.id == account_id:
        raise Refused("person.self")
    _require_reason(reason)
    told = _gathered(account)
    with transaction():
        now = clock.now()
        ended = list(assignments.of_account(account_id))
        for inspection_id in ended:
            inspections.next_seq(inspection_id)
            assignments.end(inspection_id, account_id, now)
        badges = _erase_badges(by, account.tenant, account.name)
        persons.forget_account(account_id, username=f"erased-{account_id[-12:]}", name=NOBODY_NAME)
        words = persons.forget_words(account.tenant, account_id)
        _note(
            by, "person.erase", account.tenant, account.scope, f"account/{account_id}", reason=reason.strip(),
            sessions=len(told["sessions"]), assignments=len(ended), badge_photos=badges, audit_words=words,
        )
    gone = {"account": 1, "sessions": len(told["sessions"]), "assignments": len(ended), "badge_photos": badges,
            "audit_words": words}
    return {"erased": gone, "kept": _kept({**told, **_named(account.tenant, account.name)})}


def erase_named(by: By, tenant: str, name: str, reason: str) -> dict[str, Any]:
    """The same for somebody without an account: the bytes of badge photos whose notes name them."""
    _demand_named(by, tenant, name, "person.erase")
    _require_reason(reason)
    with transaction():
        badges = _erase_badges(by, tenant, name.strip())
        _note(by, "person.erase", tenant, tenant, f"county/{tenant}", reason=reason.strip(), badge_photos=badges)
    return {"erased": {"badge_photos": badges}, "kept": _kept(_named(tenant, name.strip()))}


def _gathered(account: Account) -> dict[str, Any]:
    return {
        "account": persons.account(account.id),
        "sessions": persons.sessions(account.id),
        "assignments": persons.assignments(account.id),
        "readings": persons.readings(account.id),
        "looks": persons.looks(account.id),
        "ops": [_op(op) for op in persons.ops(account.tenant, account.id)],
        "held": persons.held(account.id),
        "photos": [_photo(photo) for photo in photos.of_account(account.id)],
        "redactions": [
            {"photo": each.photo, "at": clock.wire(each.at), "boxes": each.boxes}
            for each in redactions.of_account(account.id)
        ],
        "events": persons.events(account.tenant, account.id),
    }


def _named(tenant: str, name: str) -> dict[str, Any]:
    """Signatures and notes with the name, and badge photos whose notes have it."""
    found = [each.op for each in persons.mentions(tenant, name)]
    return {
        "name": name,
        "signatures": [_op(op) for op in found if op.target.startswith("signature/")],
        "mentions": [_op(op) for op in found if not op.target.startswith("signature/")],
        "badge_photos": [_photo(photo) for photo in _badges(found)],
    }


def _badges(mentions: list[Op]) -> list[Photo]:
    """The badge photos that these ops speak of."""
    named = {(op.inspection, op.target.split("/")[1]) for op in mentions if op.target.startswith("photo/")}
    found = []
    for inspection_id in sorted({each for each, _ in named}):
        state = fold(op for _, op in oplog.ops_of(inspection_id))
        for photo in photos.of_inspection(inspection_id):
            element = state["elements"].get(f"photo/{photo.id}")
            said = element["value"] if element else None
            if (inspection_id, photo.id) in named and evidence.is_private(state, photo.id, said):
                found.append(photo)
    return found


def _erase_badges(by: By, tenant: str, name: str) -> int:
    doomed = _badges([each.op for each in persons.mentions(tenant, name)])
    return erasing.erase(doomed, why="person", actor=by.id if by else None)


def _kept(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"what": what, "count": len(told[what]), "why": {"zh": zh, "en": en}}
        for what, zh, en in KEPT
        if told.get(what)
    ]


def _account(by: By, account_id: str, deed: str) -> Account:
    account = accounts.by_id(account_id)
    if account is None:
        raise Refused("not_found")
    if by is not None:
        demand(by, deed, Subject(account.scope))
    return account


def _demand_named(by: By, tenant: str, name: str, deed: str) -> None:
    if by is not None:
        demand(by, deed, Subject(tenant))
    if not name.strip() or tenant_of(tenant) != tenant:
        raise Refused("not_found")


def _said(why: str | None) -> dict[str, str]:
    if why is None:
        return {}
    _require_reason(why)
    return {"reason": why.strip()}


def _require_reason(reason: str) -> None:
    if not _REASON.fullmatch(reason.strip()):
        raise Refused("person.reason")


def _op(op: Op) -> dict[str, Any]:
    return {"id": op.id, "inspection": op.inspection, "device": op.device, "at": op.at, "kind": op.kind,
            "target": op.target, "value": op.value}


def _photo(photo: Photo) -> dict[str, Any]:
    return {
        "id": photo.id, "inspection": photo.inspection, "sha256": photo.sha256, "size": photo.size_bytes,
        "received_at": clock.wire(photo.verified_at), "erased_at": clock.wire(photo.erased_at) if photo.erased_at else None,
    }  # fmt: skip


def _note(by: By, deed: str, tenant: str, region: str, subject: str, **details: Any) -> None:
    audit.note(
        deed, tenant=tenant, region=region, actor=by.id if by else None, subject=subject, at=clock.now(), **details
    )
