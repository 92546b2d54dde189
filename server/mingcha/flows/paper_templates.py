"""A county's own Word templates: brought by an administrator, tried out before they count, taken back at any time."""

import hashlib
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.problems import Refused
from mingcha.papers import word
from mingcha.papers.templates import KINDS, WORDS
from mingcha.papers.word import Picture
from mingcha.store import accounts, audit, blobs, paper_templates
from mingcha.store.db import transaction

Json = dict[str, Any]
#: What a template may weigh as uploaded.
MOST_BYTES = 2 * 1024 * 1024


def template(tenant: str, kind: str) -> bytes:
    """The county's own, else ours."""
    own = paper_templates.of(tenant).get(kind)
    if own is None:
        from mingcha.papers.built_in import built_in

        return built_in(kind)
    return blobs.here().get(paper_templates.key(own.sha256))


def listed(actor: Actor) -> list[Json]:
    demand(actor, "paper.template", Subject(actor.scope))
    own = paper_templates.of(actor.tenant)
    names = accounts.names({each.by for each in own.values()})
    return [
        {
            "kind": kind, "name": KINDS[kind], "words": WORDS[kind], "own": kind in own,
            "by": names.get(own[kind].by, "") if kind in own else None,
            "at": clock.wire(own[kind].at) if kind in own else None,
        }
        for kind in KINDS
    ]  # fmt: skip


def read(actor: Actor, kind: str) -> bytes:
    demand(actor, "paper.template", Subject(actor.scope))
    return template(actor.tenant, _known(kind))


def replace(actor: Actor, kind: str, data: bytes) -> None:
    """Use this file from now on. Refused with the fault named unless it fills in with words as they may come."""
    demand(actor, "paper.template", Subject(actor.scope))
    _known(kind)
    if len(data) > MOST_BYTES:
        raise Refused("too_large", limit_bytes=MOST_BYTES, limit="template")
    for facts in (sample(kind), empty(kind)):
        word.fill(data, facts)
    sha256 = hashlib.sha256(data).hexdigest()
    blobs.here().put(paper_templates.key(sha256), [data])
    with transaction():
        paper_templates.put(actor.tenant, kind, sha256=sha256, by=actor.id, at=clock.now())
        _note(actor, kind, sha256=sha256)


def remove(actor: Actor, kind: str) -> None:
    """Back to ours."""
    demand(actor, "paper.template", Subject(actor.scope))
    with transaction():
        if paper_templates.remove(actor.tenant, _known(kind)):
            _note(actor, kind, sha256=None)


def sample(kind: str) -> Json:
    """Facts of every sort that a template meets, with words that must not break it."""
    odd = "=cmd|' /C calc'!A0 <b>&\"引号\" {{ x }}"
    picture = Picture(word.blank_picture(), 20)
    if kind == "notice":
        thing = {
            "place": 1, "indicator": "1.1", "title": odd, "text": odd, "clause_text": odd, "kind": "限期整改",
            "severity": "一般", "due_on": "2026年12月1日", "due_guessed": True, "person": "石", "proof": odd,
            "repeats": 1, "photos": [picture],
        }  # fmt: skip
        return {**empty(kind), "words": odd, "count": 1, "things": [thing]}
    return {
        **empty(kind), "average": "90.5", "waiting": 1, "count": 1,
        "ranks": [{"place": "1", "site": odd, "score": "90.5", "grade": "一等"}],
        "faults": [{"indicator": "1.1", "title": odd, "sites": 1, "taken": "0.5", "examples": odd}],
        "pictures": [{"photo": picture, "site": odd, "text": odd}],
    }  # fmt: skip


def empty(kind: str) -> Json:
    """The same with nothing in its lists."""
    day = "2026年11月22日"
    if kind == "notice":
        return {
            "county": "明溪县", "number": "2026-001", "site": "石桥镇便民服务中心", "visit_on": day, "checklist": "评分表",
            "words": "", "issued_on": day, "issued_by": "周", "appeal_until": day, "count": 0, "things": [],
            "snapshot": "0" * 64,
        }  # fmt: skip
    return {
        "county": "明溪县", "campaign": "第四季度", "count": 0, "first_on": day, "last_on": day, "average": "", "full": "100",
        "checklist": "评分表", "made_on": day, "ranks": [], "faults": [], "pictures": [], "waiting": 0,
    }  # fmt: skip


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise Refused("not_found")
    return kind


def _note(actor: Actor, kind: str, **details: Any) -> None:
    audit.note(
        "paper.template", tenant=actor.tenant, region=actor.scope, actor=actor.id, subject=f"template/{kind}",
        at=clock.now(), **details,
    )
