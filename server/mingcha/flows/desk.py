"""What a supervisor does with an item: answer an extension, decide an appeal, close, send back, escalate, have it looked
at again. Each is safe to repeat under its own id; what does not fit is refused, since the desk sees the newest state.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.canonical import digest as digest_of
from mingcha.core.problems import Refused
from mingcha.core.rectification import moves as rules
from mingcha.core.rectification.moves import Move, Standing
from mingcha.core.rectification.working_days import moved, today
from mingcha.core.uuid7 import is_id
from mingcha.flows import adhoc, appeals, reminding
from mingcha.flows import inspections as inspection_flow
from mingcha.flows import orders as reading
from mingcha.flows.moves import MOST_EXTENSION_DAYS
from mingcha.flows.orders import Case
from mingcha.flows.working_days import china
from mingcha.store import after_photos, assignments, audit, inspections, orders, sites
from mingcha.store.db import transaction
from mingcha.store.orders import Kept, Logged, Order

#: What a recheck's title ends with, on the phones of its team.
RECHECK = " · 复查"
MOST_TITLE = 200
Json = dict[str, Any]


def close(actor: Actor, item_id: str, move_id: str, reason: str) -> Json:
    """销号. Needs a reason unless the centre has reported; where photos were wanted they must have arrived."""

    def check(kept: Kept, standing: Standing) -> None:
        if kept.photos_wanted and standing.state == "done":
            here = after_photos.of_items([kept.id])[kept.id]
            have = sum(photo in here for photo in standing.photos)
            if have < len(standing.photos):
                raise Refused("rectification.photos_missing", have=have, want=len(standing.photos))

    said: Json = {"reason": reason} if reason else {}
    return _do(actor, item_id, "rectification.close", move_id, "close", said, ("closed", "centre"), check=check)


def send_back(actor: Actor, item_id: str, move_id: str, reason: str) -> Json:
    told = ("sent_back", "centre")
    return _do(actor, item_id, "rectification.return", move_id, "send_back", {"reason": reason}, told)


def escalate(actor: Actor, item_id: str, move_id: str, reason: str) -> Json:
    """Before those above: the readers of the area are told, and so is the centre."""
    told = ("escalated", "centre"), ("escalated_above", "viewer")
    return _do(actor, item_id, "rectification.escalate", move_id, "escalate", {"reason": reason}, *told)


def answer_extension(
    actor: Actor, item_id: str, move_id: str, *, granted: bool, reason: str, days: int | None, due_on: date | None
) -> Json:
    """Grant an extension, for the days asked for unless others are given, or refuse it with a reason."""
    if not (granted or reason):
        raise Refused("rectification.reason_wanted")
    chosen = due_on.isoformat() if due_on else None
    asked = {"granted": granted, "reason": reason, "days": days, "chosen": chosen}

    def content(case: Case) -> Json:
        day = {"due_on": _new_day(case, days, due_on).isoformat()} if granted else {}
        return {"granted": granted, "reason": reason, **day}

    told = ("granted" if granted else "refused", "centre")
    return _do(actor, item_id, "rectification.extend", move_id, "extension", asked, told, content=content)


def decide(
    actor: Actor, item_id: str, move_id: str, *, upheld: bool, reason: str, points: str | None, verdict: str | None,
    measures: Mapping[str, str] | None, seen: int | None, with_late: bool,
) -> Json:  # fmt: skip
    """Decide an appeal. Where it is upheld the item is lifted and the score follows, with its working; both snapshots
    stay.
    """
    case = reading.find(actor, item_id, "rectification.decide")
    asked: Json = {"upheld": upheld, "reason": reason, "points": points, "verdict": verdict}
    if measures:
        asked["measures"] = dict(measures)
    with transaction():
        order = orders.lock([case.order.id])[case.order.id]
        if (known := _known(actor, case, move_id, "decide", asked)) is not None:
            return known
        case = _fresh(order, case.kept)
        _require_fit(case, Move(move_id, "decide", actor.id, actor.role, clock.now(), {"upheld": upheld}))
        content = {name: value for name, value in asked.items() if value is not None}
        if upheld:
            content |= appeals.follow(
                actor, case, points=points, verdict=verdict, measures=measures or {}, seen=seen, with_late=with_late
            )
        told = ("upheld" if upheld else "rejected", "centre")
        _append(actor, case, "rectification.decide", move_id, "decide", content, asked, told)
    return {"item": reading.read_item(actor, item_id), **{key: content.get(key) for key in ("snapshot", "score")}}


def recheck(actor: Actor, item_id: str, recheck_id: str, *, team: Sequence[str], visit_on: str) -> Json:
    """Order a visit that looks at it again, by the checklist of the first, by nobody whom a tie keeps away. The centre is
    told nothing of it. Its title is its own: in the ranking of the campaign the first visit goes on counting.
    """
    case = reading.find(actor, item_id, "rectification.recheck")
    before = orders.recheck(recheck_id)
    if before is not None:
        if before.item != case.kept.id:
            raise Refused("rectification.move_reused")
        return {"inspection": before.inspection, "item": reading.read_item(actor, item_id)}
    if date.fromisoformat(visit_on) < today(clock.now()):
        raise Refused("rectification.past_deadline", due_on=visit_on, today=today(clock.now()).isoformat())
    place = inspections.load([case.kept.inspection])[case.kept.inspection]
    site = sites.by_id(case.kept.site)
    for account_id in sorted(set(team)):
        if site is not None:
            adhoc.demand_free(account_id, site)
    with transaction():
        now = clock.now()
        inspection = inspection_flow.create(
            site_id=case.kept.site, slug=place.slug, version=place.version, team=team,
            campaign_title=f"{place.campaign_title[: MOST_TITLE - len(RECHECK)]}{RECHECK}", visit_on=visit_on,
        )  # fmt: skip
        orders.add_recheck(recheck_id, item=case.kept, inspection=inspection, by=actor.id, at=now)
        audit.note(
            "rectification.recheck", tenant=case.kept.tenant, region=case.kept.region, actor=actor.id,
            subject=f"item/{case.kept.id}", at=now, inspection=inspection,
            team=sorted(each["id"] for each in assignments.teams([inspection])[inspection]),
        )  # fmt: skip
    return {"inspection": inspection, "item": reading.read_item(actor, item_id)}


def _do(
    actor: Actor, item_id: str, deed: str, move_id: str, kind: str, asked: Json, *told: tuple[str, str],
    check: Callable[[Kept, Standing], None] | None = None, content: Callable[[Case], Json] | None = None,
) -> Json:  # fmt: skip
    """One move of the desk. `asked` is what the supervisor sent; `content` makes of it what is written down."""
    case = reading.find(actor, item_id, deed)
    with transaction():
        order = orders.lock([case.order.id])[case.order.id]
        if (known := _known(actor, case, move_id, kind, asked)) is not None:
            return known
        case = _fresh(order, case.kept)
        _require_fit(case, Move(move_id, kind, actor.id, actor.role, clock.now(), asked))
        if check is not None:
            check(case.kept, case.standing)
        written = content(case) if content is not None else asked
        _append(actor, case, deed, move_id, kind, written, asked, *told)
    return {"item": reading.read_item(actor, item_id)}


def _append(
    actor: Actor, case: Case, deed: str, move_id: str, kind: str, content: Mapping[str, Any],
    asked: Mapping[str, Any], *told: tuple[str, str],
) -> None:  # fmt: skip
    """Write the move down, tell whom it concerns, and hang up what is to be reminded of from now on."""
    now, order, kept = clock.now(), case.order, case.kept
    move = Move(move_id, kind, actor.id, actor.role, now, dict(content))
    orders.append(order, [Logged(move, kept.id, order.seq + 1, None, _digest(actor, kept.id, kind, asked))])
    standing = rules.after(case.item, case.standing, move)
    for what, whom in told:
        reminding.tell(order, kept, what, whom, key=move_id, now=now, due_on=standing.due_on.isoformat())
    reminding.plan(order, kept, standing, now)
    audit.note(
        deed, tenant=order.tenant, region=order.region, actor=actor.id, subject=f"item/{kept.id}", at=now,
        move=move_id, **{name: value for name, value in content.items() if name != "score"},
    )  # fmt: skip


def _known(actor: Actor, case: Case, move_id: str, kind: str, asked: Mapping[str, Any]) -> Json | None:
    """The answer to a move that was made already; None for a new one."""
    if not is_id(move_id):
        raise Refused("rectification.move", why="id")
    digest = orders.receipts([move_id]).get(move_id)
    if digest is None:
        return None
    if digest != _digest(actor, case.kept.id, kind, asked):
        raise Refused("rectification.move_reused")
    return {"item": reading.read_item(actor, case.kept.id)}


def _digest(actor: Actor, item: str, kind: str, asked: Mapping[str, Any]) -> str:
    return digest_of({"item": item, "kind": kind, "by": actor.id, "content": dict(asked)})


def _fresh(order: Order, kept: Kept) -> Case:
    return Case(order, kept, orders.moves_of([kept.id])[kept.id])


def _require_fit(case: Case, move: Move) -> None:
    code = rules.misfit(case.item, case.standing, move)
    if code is not None:
        raise Refused(code, state=case.standing.state)


def _new_day(case: Case, days: int | None, due_on: date | None) -> date:
    standing = case.standing
    if due_on is not None:
        found = moved(due_on, 0, china).day
        if found < standing.due_on or found < today(clock.now()) or (found - standing.due_on).days > 366:
            raise Refused("rectification.past_deadline", due_on=due_on.isoformat(), today=standing.due_on.isoformat())
        return found
    asked = standing.extension.content.get("days") if standing.extension else None
    wanted = days if days is not None else asked
    if wanted is None:
        raise Refused("rectification.nothing_asked")
    if not 1 <= wanted <= MOST_EXTENSION_DAYS:
        raise Refused("rectification.days", kind="extension", least=1, most=MOST_EXTENSION_DAYS)
    # Days that were granted late count from today: nobody is given time that has passed.
    return moved(max(standing.due_on, today(clock.now())), wanted, china).day
