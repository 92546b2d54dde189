"""The draw of a campaign: fix the seed and the pool, draw, draw again, let somebody step in. Everything is kept.

Nobody can choose: the pool is frozen with the seed, before anybody knows the seed; a redraw needs a new seed; who steps
in follows from the draw's own seed.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor
from mingcha.core.campaign import SWAPPABLE, commitment_of_source, seed_of_public, step, swap_seed
from mingcha.core.canonical import digest as digest_of
from mingcha.core.draw import Pool, commitment, draw, hindrances, transcript
from mingcha.core.draw.days import dates
from mingcha.core.draw.swap import may_step_in, step_in
from mingcha.core.problems import Refused
from mingcha.core.regions import covers
from mingcha.flows import inspections as inspection_flow
from mingcha.flows import secrecy
from mingcha.flows.campaigns import again, described, find, held, note, salt
from mingcha.flows.pull import stages_of
from mingcha.store import accounts, campaigns, inspections, people, sites
from mingcha.store.campaigns import Campaign, DrawEvent, Drawn
from mingcha.store.db import new_id, transaction

Json = dict[str, Any]
#: How far a visit may have come and still get another team: what is handed in names those who were there.
OPEN_TO_SWAPS = frozenset({"assigned", "in_progress", "returned"})


def pool_now(actor: Actor, campaign_id: str) -> Json:
    """The pool as the registry has it now, and what would make a draw impossible. Once the seed is fixed, that pool."""
    found = find(actor, campaign_id, "campaign.plan")
    told = found.pool or _pool(found)
    pool, problem = None, None
    try:
        pool = Pool.of(told)
    except Refused as refused:
        problem = {"code": refused.code, "details": refused.details}
    names = _names(told)
    return {
        "frozen": found.pool is not None, "pool": told, "names": names, "problem": problem,
        "hindrances": hindrances(pool)[:200] if pool else [],
    }  # fmt: skip


def commit(actor: Actor, campaign_id: str, source: str | None) -> Json:
    """Fix the pool, and the seed: 32 random bytes that nobody is told, or the name of a number yet to be published."""
    find(actor, campaign_id, "draw.commit")
    with transaction():
        found = held(campaign_id, "draw.commit")
        told = _pool(found)
        blocked = hindrances(Pool.of(told))
        if blocked:
            first = blocked[0]
            raise Refused(
                "draw.impossible", sites=blocked[:20], count=len(blocked), site=first["site"], free=first["free"],
                blame=first["blame"],
            )  # fmt: skip
        seed = None if source else secrets.token_hex(32)
        promised = commitment_of_source(source) if source else commitment(str(seed))
        from_ = {"kind": "public", "source": source.strip()} if source else {"kind": "random"}
        from_["pool"] = digest_of(told)
        campaigns.change(
            campaign_id, state=step("draw.commit", found.state), seed=seed, source=from_, commitment=promised, pool=told
        )
        note(
            actor, "draw.commit", found, commitment=promised, pool=digest_of(told), source=from_.get("source", "random"),
            salt=salt(),
        )  # fmt: skip
    return described(again(campaign_id))


def run(actor: Actor, campaign_id: str, number: str | None) -> Json:
    """Draw. `number`: the public number, where the seed was to come from one."""
    find(actor, campaign_id, "draw.run")
    with transaction():
        found = held(campaign_id, "draw.run")
        source = dict(found.source or {})
        seed = found.seed
        if source["kind"] == "public":
            if not number or not number.strip():
                raise Refused("draw.number_wanted", source=source["source"])
            seed, source["number"] = seed_of_public(source["source"], number), " ".join(number.split())
        pool = Pool.of(found.pool or {})
        visits = draw(pool, str(seed))
        days = dates(visits, found.plan["days"])
        now = clock.now()
        drawn = [
            Drawn(new_id(), found.tenant, campaign_id, site, place, team, day, None, None)
            for place, ((site, team), day) in enumerate(zip(visits, days, strict=True))
        ]
        record = {
            **transcript(pool, str(seed), visits), "days": found.plan["days"], "dates": days, "source": source,
            "committed": found.commitment, "campaign": {"id": campaign_id, "title": found.plan["title"]},
            "names": _names(pool.json()), "ids": [each.id for each in drawn],
        }  # fmt: skip
        campaigns.keep_drawn(drawn)
        event = new_id()
        before = [each for each in campaigns.events(campaign_id) if each.kind == "draw"]
        campaigns.note_event(
            event, tenant=found.tenant, campaign=campaign_id, kind="draw", reason="", body=record, by=actor.id, at=now
        )
        campaigns.change(campaign_id, state=step("draw.run", found.state), seed=seed, source=source)
        note(actor, "draw.run", found, draw=record["digest"], commitment=found.commitment, number=len(before) + 1)
    return {**described(again(campaign_id)), "digest": record["digest"], "visits": len(drawn)}


def redraw(actor: Actor, campaign_id: str, reason: str) -> Json:
    """Put a draw aside before it began, with a reason: the campaign is planned again and needs a new seed. The old
    draw stays on record.
    """
    find(actor, campaign_id, "draw.redraw")
    with transaction():
        found = held(campaign_id, "draw.redraw")
        last = _last_draw(campaign_id)
        campaigns.note_event(
            new_id(), tenant=found.tenant, campaign=campaign_id, kind="redraw", reason=reason,
            body={"of": last.number, "digest": last.body["digest"]}, by=actor.id, at=clock.now(),
        )  # fmt: skip
        campaigns.drop_drawn(campaign_id)
        campaigns.change(
            campaign_id, state=step("draw.redraw", found.state), seed=None, source=None, commitment=None, pool=None
        )
        note(actor, "draw.redraw", found, reason=reason, draw=last.body["digest"])
    return described(again(campaign_id))


def swap(
    actor: Actor, campaign_id: str, visit_id: str, *, out: str, into: str | None, absent: Sequence[str], reason: str
) -> Json:
    """Somebody cannot go: another steps in, by lot, or `into` with the reason why it must be that one."""
    find(actor, campaign_id, "draw.swap")
    with transaction():
        found = campaigns.lock(campaign_id)
        if found is None or found.state not in SWAPPABLE:
            raise Refused("campaign.state", state=found.state if found else "", wanted=", ".join(SWAPPABLE))
        drawn = campaigns.drawn(campaign_id)
        visit = next((each for each in drawn if each.id == visit_id), None)
        if visit is None or out not in visit.team:
            raise Refused("not_found")
        inspections.lock([visit_id])
        there = inspections.load([visit_id])
        if there and stages_of(there)[visit_id] not in OPEN_TO_SWAPS:
            raise Refused("draw.visit_done")
        pool = Pool.of(found.pool or {})
        away = {out, *absent, *_cannot_go(pool, found.tenant, visit.site)}
        free = may_step_in(pool, visit.site, visit.team, away)
        number = sum(each.kind == "swap" for each in campaigns.events(campaign_id)) + 1
        seed = swap_seed(str(found.seed), number)
        if into is None:
            load = Counter(one for each in drawn for one in each.team)
            chosen = step_in(pool, visit.site, visit.team, load, away, seed)
        elif into in free:
            chosen = into
        else:
            raise Refused("draw.recused")
        team = sorted({*visit.team, chosen} - {out})
        campaigns.set_team(visit_id, team)
        if there:
            inspection_flow.unassign(visit_id, out)
            inspection_flow.assign(visit_id, chosen)
        body = {
            "visit": visit_id, "site": visit.site, "out": out, "in": chosen, "by_lot": into is None,
            "absent": sorted(away - {out}), "named_absent": sorted(set(absent) - {out}), "free": free, "seed": seed, "team": team,
        }  # fmt: skip
        campaigns.note_event(
            new_id(), tenant=found.tenant, campaign=campaign_id, kind="swap", reason=reason, body=body, by=actor.id,
            at=clock.now(),
        )  # fmt: skip
        note(
            actor, "draw.swap", found, visit=visit_id, out=out, into=chosen, by_lot=into is None, reason=reason,
            absent=body["absent"], named_absent=body["named_absent"], free=len(free),
        )  # fmt: skip
    return body


def visits(actor: Actor, campaign_id: str) -> list[Json]:
    """Every drawn visit with its team, and when each of them first had it on a phone."""
    found = find(actor, campaign_id, "draw.read")
    _demand_known(actor, found)
    drawn = campaigns.drawn(campaign_id)
    if not drawn:
        return []
    secrecy.learned(actor, found, _last_draw(campaign_id).id)
    names = accounts.names({one for each in drawn for one in each.team})
    where = {site.id: site for site in sites.in_area(found.tenant)}  # an import may have moved one out of the campaign's area
    seen = campaigns.sights([each.id for each in drawn])
    return [
        {
            "id": each.id, "place": each.place, "visit_on": each.visit_on,
            "site": {"id": each.site, "name": where[each.site].name, "region": where[each.site].region},
            "team": [
                {"id": one, "name": names.get(one, ""), "seen_at": _wire(seen.get((each.id, one)))} for one in each.team
            ],
            "opens_at": _wire(each.opens_at), "opened_at": _wire(each.opened_at),
        }
        for each in drawn
    ]  # fmt: skip


def history(actor: Actor, campaign_id: str) -> list[Json]:
    """Every draw, redraw and swap, oldest first, with its reason; what was drawn is in `record`. Reasons are typed and may
    name a place: readers get them once the campaign has closed.
    """
    found = find(actor, campaign_id, "draw.read")
    known = campaigns.events(campaign_id)
    names = accounts.names({each.by for each in known})
    plain, over = secrecy.knows(actor, found), secrecy.open_to(actor, found)
    return [
        {
            "number": each.number, "kind": each.kind, "reason": each.reason if over else "", "by": {"id": each.by, "name": names.get(each.by, "")},
            "at": clock.wire(each.at), "digest": each.body.get("digest"),
            **({"swap": _swap_told(each.body)} if plain and each.kind == "swap" else {}),
        }
        for each in known
    ]  # fmt: skip


def _swap_told(body: Json) -> Json:
    """Who goes now. Of a lot also what it was drawn from: `free`, how many; `named_absent`, whom the desk left out;
    `absent`, these and who could not have gone.
    """
    told = {name: body[name] for name in ("visit", "out", "in", "by_lot")}
    if not body["by_lot"]:
        return told
    left_out = {"absent": body["absent"], "named_absent": body.get("named_absent", body["absent"])}
    return {**told, **left_out, "free": len(body["free"])}


def record(actor: Actor, campaign_id: str, number: int) -> Json:
    """The transcript of a draw, or what a swap wrote down. Readers get it once the campaign has closed."""
    found = find(actor, campaign_id, "draw.read")
    _demand_known(actor, found)
    event = next((each for each in campaigns.events(campaign_id) if each.number == number), None)
    if event is None:
        raise Refused("not_found")
    if event.kind == "draw":
        secrecy.learned(actor, found, event.id)
    return event.body


def _demand_known(actor: Actor, found: Campaign) -> None:
    if not secrecy.open_to(actor, found):
        raise Refused("not_found")


def _cannot_go(pool: Pool, tenant: str, site_id: str) -> set[str]:
    """Those of a frozen pool who could not go there now: disabled, not available, or no inspector of that place any more."""
    site = sites.by_id(site_id)
    fit = {
        account.id: account for account, known in accounts.search(tenant, "")
        if known.disabled_at is None and account.role == "inspector" and site and covers(account.scope, site.region)
    }
    ids = {each.id for each in pool.inspectors}
    registered = people.of_several([account for each, account in fit.items() if each in ids])
    return ids - {each for each, person in registered.items() if person.available}


def _pool(found: Campaign) -> Json:
    """The registry as a pool, under the rules that the plan switches on."""
    plan = found.plan
    places = [
        site for site in sites.in_area(plan["region"])
        if site.active and (plan["sites"] is None or site.id in plan["sites"])
        and (plan["regions"] is None or any(covers(code, site.region) for code in plan["regions"]))
    ]
    going = [
        each for each in people.inspectors(found.tenant)
        if covers(each.scope, plan["region"]) and (plan["inspectors"] is None or each.id in plan["inspectors"])
    ]
    known = people.of_several(going)
    going = [
        each for each in going
        if known[each.id].available
        and (plan["qualification"] is None or plan["qualification"] in known[each.id].qualifications)
    ]
    site_of = {site.code: site.id for site in sites.in_area(found.tenant) if site.code}
    last_of: dict[str, list[str]] = {}
    if "inspected_last" in plan["rules"]:
        here = {site.id for site in places}
        for site, team in inspections.last_teams(found.tenant, found.id).items():
            for one in team if site in here else ():
                last_of.setdefault(one, []).append(site)
    told: Json = {
        "sites": [{"id": site.id, "region": site.region} for site in places],
        "inspectors": [
            {
                "id": each.id, "last": sorted(last_of.get(each.id, ())),
                "ties": [
                    {"rule": rule, **({"site": site_of[code]} if rule == "named" else {"region": code})}
                    for rule in plan["rules"] for code in known[each.id].ties.get(rule, ())
                    if rule != "named" or code in site_of
                ],
            }
            for each in going
        ],
        "wanted": plan["wanted"] or len(places), "team": plan["team"],
    }  # fmt: skip
    return Pool.of(told).json() if told["sites"] and told["wanted"] <= len(places) else told


def _names(told: Json) -> Json:
    """Names beside the ids, so that a person can read the record."""
    ids = {each["id"] for each in told["sites"]}
    tenants = {each["region"][:6] for each in told["sites"]}
    return {
        "sites": {site.id: site.name["zh"] for tenant in sorted(tenants) for site in sites.in_area(tenant) if site.id in ids},
        "inspectors": accounts.names({each["id"] for each in told["inspectors"]}),
    }


def _last_draw(campaign_id: str) -> DrawEvent:
    return [each for each in campaigns.events(campaign_id) if each.kind == "draw"][-1]


def _wire(moment: Any) -> str | None:
    return clock.wire(moment) if moment else None
