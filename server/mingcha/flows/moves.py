"""What a centre's phone did, offline or not: taken in move by move, each once, none lost; and what the phone missed.

A move that no longer fits is kept and shown to the desk, and has no effect. Only what cannot be read, and what is about
an item that the sender does not know, is refused; the phone keeps that and shows why. Knows no HTTP.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingcha import clock
from mingcha.core import cursor as cursors
from mingcha.core.access import Actor, Subject, may
from mingcha.core.canonical import canonical
from mingcha.core.canonical import digest as digest_of
from mingcha.core.cursor import Cursor
from mingcha.core.problems import PROBLEMS, Refused
from mingcha.core.problems import words as in_words
from mingcha.core.rectification import moves as rules
from mingcha.core.rectification.moves import CENTRE_MOVES, Move
from mingcha.core.uuid7 import is_id
from mingcha.flows import orders as reading
from mingcha.flows import reminding
from mingcha.store import audit, orders, settings
from mingcha.store.db import transaction
from mingcha.store.orders import Logged, Order

MOST_MOVES = 100
MOST_WORDS = 4000
MOST_PHOTOS = 20
MOST_EXTENSION_DAYS = 60
#: What the desk is told of a move that took effect.
_NEWS = {"answer": "answered", "appeal": "appealed", "ask_extension": "extension_asked", "done": "done"}
Json = dict[str, Any]


@dataclass(frozen=True)
class _Incoming:
    """One move as read: either whole, or with why it is refused."""

    id: str | None
    item: str = ""
    kind: str = ""
    said_at: str | None = None
    content: Mapping[str, Any] | None = None
    code: str | None = None
    why: str = ""

    def digest(self, author: str) -> str:
        return digest_of({"item": self.item, "kind": self.kind, "by": author, "content": dict(self.content or {})})


def take_in(actor: Actor, raw: Sequence[Any], cursor: str | None) -> Json:
    """Each move's outcome, and everything that is new for this phone. Safe to repeat."""
    if len(raw) > MOST_MOVES:
        raise Refused("sync.too_many_ops", limit=MOST_MOVES)
    incoming = [_read(each) for each in raw]
    results = _append(actor, incoming) if incoming else []
    return {"results": results, **changes(actor, cursor)}


def bring(author: Actor, move: Any, received_at: datetime | None = None) -> Json:
    """Take in one move that somebody else brought, exactly as if its author had sent it; what became of it.
    `received_at`: where it has waited here for a person since; terms count from then.
    """
    return _append(author, [_read(move)], received_at)[0]


def is_known(author: Actor, move: Any) -> bool:
    """Whether this very move is in the log already."""
    incoming = _read(move)
    known = orders.receipts([incoming.id]) if incoming.id and incoming.code is None else {}
    return incoming.id is not None and known.get(incoming.id) == incoming.digest(author.id)


def place_of(author: Actor, item_id: str) -> orders.Kept | None:
    """The item, where this person may answer for it."""
    kept = orders.item(item_id)
    near = kept is not None and may(author, "rectification.respond", Subject(kept.region, frozenset({"issued"})))
    return kept if near else None


def changes(actor: Actor, cursor: str | None) -> Json:
    """The orders that are new or changed since the cursor, whole, and those that are no longer this person's."""
    epoch = settings.epoch()
    since = cursors.read(cursor, epoch)
    newest = orders.numbers(actor.scope)
    changed = orders.load(order for order, seq in newest.items() if since.seen.get(order) != seq)
    latest_first = sorted(changed.values(), key=lambda order: (order.issued_at, order.id), reverse=True)
    return {
        "orders": reading.shown(actor, latest_first),
        "gone": sorted(set(since.seen) - set(newest)),
        "cursor": cursors.write(Cursor(epoch, newest)),
        "more": False,
        "epoch": epoch,
        "server_time": clock.wire(clock.now()),
    }


def _append(actor: Actor, incoming: Sequence[_Incoming], received_at: datetime | None = None) -> list[Json]:
    """All or nothing into the log; an outcome for each."""
    with transaction():
        now = clock.now()
        items = orders.items(each.item for each in incoming if each.code is None)
        mine = {
            kept.id: kept
            for kept in items.values()
            if may(actor, "rectification.respond", Subject(kept.region, frozenset({"issued"})))
        }
        held = orders.lock(kept.order for kept in mine.values())
        known = orders.receipts(each.id for each in incoming if each.id)
        batch = _Batch(actor, held, known, now, received_at or now)
        return [batch.judge(each, mine.get(each.item)) for each in incoming]


class _Batch:
    """The moves of one request, judged one after the other against what the earlier ones came to."""

    def __init__(
        self, actor: Actor, held: Mapping[str, Order], known: Mapping[str, str], now: datetime, at: datetime
    ) -> None:
        self._actor, self._now, self._at = actor, now, at
        self._held = dict(held)
        self._known = dict(known)
        self._logs: dict[str, list[Logged]] = {}

    def judge(self, move: _Incoming, kept: orders.Kept | None) -> Json:
        if move.code is not None:
            return _refused(move.id, move.code, why=move.why)
        if kept is None:
            return _refused(move.id, "not_found")
        assert move.id is not None  # noqa: S101 - a move without an id has a code
        digest = move.digest(self._actor.id)
        if move.id in self._known:
            if self._known[move.id] != digest:
                return _refused(move.id, "rectification.move_reused")
            return self._again(move, kept)
        self._known[move.id] = digest
        return self._take(move, kept, digest)

    def _take(self, move: _Incoming, kept: orders.Kept, digest: str) -> Json:
        order = self._held[kept.order]
        log = self._log(kept.id)
        made = Move(str(move.id), move.kind, self._actor.id, self._actor.role, self._at, dict(move.content or {}))
        entry = Logged(made, kept.id, order.seq + 1, move.said_at, digest)
        orders.append(order, [entry])
        self._held[kept.order] = Order(**{**vars(order), "seq": entry.seq})
        log.append(entry)
        standing = rules.fold(kept.rules(order), (each.move for each in log))
        code = standing.noted.get(made.id)
        news = _NEWS.get(made.kind) if code is None or code.endswith("_late") else "noted"
        if news is not None:
            reminding.tell(order, kept, news, "supervisor", key=made.id, now=self._now)
        reminding.plan(order, kept, standing, self._now)
        audit.note(
            "rectification.respond", tenant=order.tenant, region=order.region, actor=self._actor.id,
            subject=f"item/{kept.id}", at=self._now, kind=made.kind, move=made.id, effect=code or "applied",
        )  # fmt: skip
        return _outcome(made.id, "applied" if code is None else "noted", code)

    def _again(self, move: _Incoming, kept: orders.Kept) -> Json:
        standing = rules.fold(kept.rules(self._held[kept.order]), (each.move for each in self._log(kept.id)))
        return _outcome(str(move.id), "duplicate", standing.noted.get(str(move.id)))

    def _log(self, item: str) -> list[Logged]:
        if item not in self._logs:
            self._logs[item] = orders.moves_of([item])[item]
        return self._logs[item]


def _read(raw: Any) -> _Incoming:
    if not isinstance(raw, dict):
        return _Incoming(None, code="rectification.move", why="object")
    given = raw.get("id")
    move_id = given if isinstance(given, str) and is_id(given) else None
    why = _wrong(raw, move_id)
    if why:
        return _Incoming(move_id, code="rectification.move", why=why)
    content = {name: raw["content"].get(name) for name in _FORMS[raw["kind"]] if raw["content"].get(name) is not None}
    return _Incoming(move_id, raw["item"], raw["kind"], raw.get("said_at"), content)


def _wrong(raw: Mapping[str, Any], move_id: str | None) -> str:
    """Which member does not fit; empty if all do."""
    if move_id is None:
        return "id"
    if not (isinstance(raw.get("item"), str) and is_id(raw["item"])):
        return "item"
    if raw.get("kind") not in CENTRE_MOVES:
        return "kind"
    said_at = raw.get("said_at")
    if said_at is not None and not (isinstance(said_at, str) and len(said_at) <= 24 and said_at.isascii()):
        return "said_at"
    content = raw.get("content", {})
    if not isinstance(content, dict):
        return "content"
    try:
        canonical(content)
    except (ValueError, TypeError, RecursionError):
        return "content"
    return next((name for name, fits in _FORMS[raw["kind"]].items() if not fits(content.get(name))), "")


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= MOST_WORDS and _keepable(value)


def _keepable(text: str) -> bool:
    return not any((ord(each) < 32 and each not in "\t\n\r") or 0xD800 <= ord(each) < 0xE000 for each in text)


def _is_photos(value: Any) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, list)
        and len(value) <= MOST_PHOTOS
        and len(set(map(str, value))) == len(value)
        and all(isinstance(each, str) and is_id(each) for each in value)
    )


def _is_days(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MOST_EXTENSION_DAYS


#: By kind: its members, and what each must be.
_FORMS: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "answer": {"words": _is_words},
    "appeal": {"words": _is_words},
    "ask_extension": {"days": _is_days, "reason": _is_words},
    "done": {"words": _is_words, "photos": _is_photos},
}


def _outcome(move_id: str, outcome: str, code: str | None) -> Json:
    found: Json = {"id": move_id, "outcome": outcome}
    return found if code is None else {**found, "code": code, "message": in_words(PROBLEMS[code], {})}


def _refused(move_id: str | None, code: str, **details: str) -> Json:
    return {"id": move_id, "outcome": "refused", "code": code, "message": in_words(PROBLEMS[code], details)}
