"""The moves on an item, in the order in which the server took them in, and what they come to.

The log is append-only. A centre's phone may be offline while the desk acts, so a move can arrive when it no longer
fits: it is kept and shown (`noted`, with the reason) and has no effect. Nobody's words are dropped, and nobody but a
supervisor closes anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from mingcha.core.rectification.items import Item
from mingcha.core.rectification.working_days import today

State = Literal["issued", "acknowledged", "answered", "done", "sent_back", "closed", "lifted"]
#: States in which the centre has something to do; in which the desk has; and in which nobody has.
WITH_CENTRE: tuple[State, ...] = ("issued", "acknowledged", "answered", "sent_back")
WITH_DESK: tuple[State, ...] = ("done",)
OVER: tuple[State, ...] = ("closed", "lifted")
STATES = (*WITH_CENTRE, *WITH_DESK, *OVER)

#: Who makes which move.
CENTRE_MOVES = ("acknowledge", "answer", "appeal", "ask_extension", "done")
DESK_MOVES = ("extension", "decide", "close", "send_back", "escalate")
MOVES = (*CENTRE_MOVES, *DESK_MOVES)


@dataclass(frozen=True)
class Move:
    """`at` is when the server took it in; what the phone's clock said decides nothing."""

    id: str
    kind: str
    by: str
    role: str
    at: datetime
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """An extension or an appeal: the move that asked, when, and the answer (None while it is open)."""

    move: str
    at: datetime
    content: Mapping[str, Any]
    late: bool = False
    answer: Move | None = None

    @property
    def open(self) -> bool:
        return self.answer is None


@dataclass(frozen=True)
class Standing:
    """Where an item stands after its moves. `noted`: the moves that had no effect, each with its problem code."""

    state: State
    due_on: date
    extension: Asked | None = None
    appeal: Asked | None = None
    escalated: bool = False
    photos: tuple[str, ...] = ()
    acknowledged_at: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    #: Since when somebody at the desk has something to decide.
    waiting_since: datetime | None = None
    noted: Mapping[str, str] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def waits_for_desk(self) -> bool:
        if self.appeal is not None and self.appeal.open:
            return True
        return not self.over and (self.state in WITH_DESK or (self.extension is not None and self.extension.open))

    def is_overdue(self, on: date) -> bool:
        """Late is who has not reported by the end of the day; what lies on the supervisor's desk is not."""
        return self.state in WITH_CENTRE and on > self.due_on


def begin(item: Item) -> Standing:
    return Standing("issued", item.due_on)


def fold(item: Item, moves: Iterable[Move]) -> Standing:
    """What the moves come to, taken in this order. An id that comes twice counts once."""
    standing, seen = begin(item), set()
    for move in moves:
        if move.id not in seen:
            seen.add(move.id)
            standing = after(item, standing, move)
    return standing


def after(item: Item, standing: Standing, move: Move) -> Standing:
    """The standing after one more move, which may have no effect but to be noted."""
    code = misfit(item, standing, move)
    if code in ("rectification.extension_late", "rectification.appeal_late"):
        # Kept open for the supervisor, who may still be kind.
        asked, since = Asked(move.id, move.at, move.content, late=True), standing.waiting_since or move.at
        if move.kind == "appeal":
            standing = replace(standing, appeal=asked, waiting_since=since)
        else:
            standing = replace(standing, extension=asked, waiting_since=since)
    if code is not None:
        return replace(standing, noted={**standing.noted, move.id: code})
    moved = _EFFECTS[move.kind](standing, move)
    return moved if moved.waits_for_desk else replace(moved, waiting_since=None)


def misfit(item: Item, standing: Standing, move: Move) -> str | None:
    """The problem code of a move that cannot have an effect now; None if it has one."""
    wanted_role = "centre" if move.kind in CENTRE_MOVES else "supervisor"
    if move.role != wanted_role or move.kind not in MOVES:
        return "not_allowed"
    # A fault that was put right at once may still be disputed: the score is not closed with the item.
    disputed = standing.state == "closed" and move.kind in ("appeal", "decide")
    if standing.over and not disputed:
        return "rectification.closed_already"
    on = today(move.at)
    match move.kind:
        case "acknowledge":
            return None if standing.acknowledged_at is None else "rectification.acknowledged_already"
        case "appeal":
            if standing.appeal is not None:
                return "rectification.appealed_already"
            return "rectification.appeal_late" if on > item.appeal_until else None
        case "ask_extension":
            if standing.extension is not None and standing.extension.open:
                return "rectification.asked_already"
            if standing.state == "done":
                return "rectification.done_already"
            return "rectification.extension_late" if on > standing.due_on else None
        case "done":
            if standing.state == "done":
                return "rectification.done_already"
            wanted = item.photos_wanted and not move.content.get("photos")
            return "rectification.photos_wanted" if wanted else None
        case "extension":
            return None if standing.extension and standing.extension.open else "rectification.nothing_asked"
        case "decide":
            return None if standing.appeal and standing.appeal.open else "rectification.nothing_asked"
        case "close":
            if standing.appeal is not None and standing.appeal.open:
                return "rectification.appeal_open"
            bare = standing.state != "done" and not move.content.get("reason")
            return "rectification.reason_wanted" if bare else None
        case "send_back":
            return None if standing.state == "done" else "rectification.state"
        case "escalate":
            return "rectification.escalated_already" if standing.escalated else None
    return None


def may_now(item: Item, standing: Standing, role: str, now: datetime) -> list[str]:
    """The moves that this role could make now with an effect, given whatever words they need."""
    full = {"photos": ["x"], "reason": "x"}
    made = (Move("", kind, "", role, now, full) for kind in MOVES)
    return [move.kind for move in made if misfit(item, standing, move) is None]


def _acknowledge(standing: Standing, move: Move) -> Standing:
    state: State = "acknowledged" if standing.state == "issued" else standing.state
    return replace(standing, state=state, acknowledged_at=move.at)


def _answer(standing: Standing, move: Move) -> Standing:
    """An answer also acknowledges; while the item lies elsewhere it is words and no more."""
    state: State = "answered" if standing.state in ("issued", "acknowledged") else standing.state
    return replace(standing, state=state, acknowledged_at=standing.acknowledged_at or move.at)


def _appeal(standing: Standing, move: Move) -> Standing:
    heard = _acknowledge(standing, move) if standing.acknowledged_at is None else standing
    return replace(heard, appeal=Asked(move.id, move.at, move.content), waiting_since=heard.waiting_since or move.at)


def _ask_extension(standing: Standing, move: Move) -> Standing:
    heard = _acknowledge(standing, move) if standing.acknowledged_at is None else standing
    asked = Asked(move.id, move.at, move.content)
    return replace(heard, extension=asked, waiting_since=heard.waiting_since or move.at)


def _done(standing: Standing, move: Move) -> Standing:
    return replace(
        standing, state="done", done_at=move.at, photos=tuple(move.content.get("photos") or ()),
        acknowledged_at=standing.acknowledged_at or move.at, waiting_since=standing.waiting_since or move.at,
    )  # fmt: skip


def _extension(standing: Standing, move: Move) -> Standing:
    assert standing.extension is not None  # noqa: S101 - misfit has looked
    answered = replace(standing, extension=replace(standing.extension, answer=move))
    if not move.content.get("granted"):
        return answered
    # A grant never takes days away.
    return replace(answered, due_on=max(standing.due_on, date.fromisoformat(move.content["due_on"])))


def _decide(standing: Standing, move: Move) -> Standing:
    assert standing.appeal is not None  # noqa: S101 - misfit has looked
    answered = replace(standing, appeal=replace(standing.appeal, answer=move))
    return replace(answered, state="lifted", closed_at=move.at) if move.content.get("upheld") else answered


def _close(standing: Standing, move: Move) -> Standing:
    return replace(standing, state="closed", closed_at=move.at)


def _send_back(standing: Standing, move: Move) -> Standing:
    return replace(standing, state="sent_back", done_at=None)


def _escalate(standing: Standing, move: Move) -> Standing:
    return replace(standing, escalated=True)


_EFFECTS = {
    "acknowledge": _acknowledge,
    "answer": _answer,
    "appeal": _appeal,
    "ask_extension": _ask_extension,
    "done": _done,
    "extension": _extension,
    "decide": _decide,
    "close": _close,
    "send_back": _send_back,
    "escalate": _escalate,
}
