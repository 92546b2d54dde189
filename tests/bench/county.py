"""Run as a process of its own on an empty instance: a county with many phones, each signed in, and their visits.

Prints as JSON `{"phones": [{"id", "cookie", "inspections"}]}`: the two of each pair are on the same visits.
"""

import hashlib
import json
import secrets
import sys
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import insert

from mingcha import clock
from mingcha.app import create_app
from mingcha.config import HOUSE
from mingcha.core.canonical import canonical
from mingcha.flows import accounts, checklists, demo, inspections, passwords
from mingcha.store import revisions, sessions, tables  # noqa: F401 - every table must be known
from mingcha.store import sites as site_store
from mingcha.store.assignments import AssignmentRow
from mingcha.store.checklists import newest
from mingcha.store.db import db, new_id, transaction
from mingcha.store.inspections import InspectionRow
from mingcha.store.oplog import OpRow

CHECKLIST = "ningbo-58"
OPS_PER_VISIT = 70
CHUNK = 140  # visits


def build(visits_per_pair: list[int], history: int) -> dict[str, Any]:
    """One pair of inspectors for each number; `history` ops of visits of former colleagues."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    revisions.upgrade(HOUSE / "migrations")
    demo.build_county()
    checklists.publish_all(HOUSE / "checklists")
    site = demo.site_id(demo.TOWNS[0][0])
    phones = []
    for pair, visits in enumerate(visits_per_pair):
        people = [_inspector(f"bench-{pair}-{one}") for one in "ab"]
        names = {"campaign_title": "", "visit_on": "2026-09-14", "slug": CHECKLIST, "version": None}
        team = [person["id"] for person in people]
        found = [inspections.create(site_id=site, team=team, **names) for _ in range(visits)]
        phones += [{**person, "inspections": found} for person in people]
    _write_history(site, history)
    return {"phones": phones}


def _inspector(username: str) -> dict[str, str]:
    account = accounts.add(
        None, username=username, name=username, role="inspector", scope=demo.COUNTY, password=secrets.token_urlsafe(12)
    )
    token, now = secrets.token_urlsafe(32), clock.now()
    session = sessions.Session(new_id(), account.id, now, now, now + timedelta(days=1))
    with transaction():
        sessions.add(
            session, tenant=account.tenant, token_hash=hashlib.sha256(token.encode()).hexdigest(), address="", agent=""
        )
    return {"id": account.id, "cookie": f"mingcha={token}"}


def _write_history(site_id: str, ops: int) -> None:
    """Rows as a push would have written them, in bulk."""
    former = [_inspector("former-a")["id"], _inspector("former-b")["id"]]
    site, pinned, now = site_store.by_id(site_id), newest(CHECKLIST), clock.now()
    assert site is not None
    assert pinned is not None
    visits = ops // OPS_PER_VISIT
    for done in range(0, visits, CHUNK):
        ids = [new_id() for _ in range(min(CHUNK, visits - done))]
        common = {"tenant": site.tenant, "region": site.region, "site": site.id, "checklist": pinned.digest}
        common |= {"campaign_title": "", "visit_on": "2025-09-14", "seq": OPS_PER_VISIT, "created_at": now}
        with transaction():
            db.session.execute(insert(InspectionRow.__table__), [{"id": visit, **common} for visit in ids])
            seats = [(visit, account) for visit in ids for account in former]
            db.session.execute(
                insert(AssignmentRow.__table__),
                [
                    {"inspection": visit, "account": account, "tenant": site.tenant, "assigned_at": now}
                    for visit, account in seats
                ],
            )
            rows = [
                _op(visit, seq, former[seq % 2], site.tenant) for visit in ids for seq in range(1, OPS_PER_VISIT + 1)
            ]
            db.session.execute(
                insert(OpRow.__table__), [{**row, "received_at": now, "skew_seconds": 0} for row in rows]
            )


def _op(visit: str, seq: int, author: str, tenant: str) -> dict[str, Any]:
    target = f"answer/{seq}/verdict"
    op = {"id": new_id(), "inspection": visit, "device": "former-phone", "seq": seq, "kind": "set", "target": target}
    op |= {"at": "2025-09-14T01:30:00.000Z", "value": "met", "over": [], "author": author}
    body = canonical(op).decode()
    digest = hashlib.sha256(body.encode()).hexdigest()
    found = {"id": op["id"], "tenant": tenant, "inspection": visit, "seq": seq, "target": target}
    return {**found, "digest": digest, "body": body}


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(build(json.loads(sys.argv[1]), int(sys.argv[2]))))
