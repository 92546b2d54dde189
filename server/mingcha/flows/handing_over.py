"""Handing an inspector's open work over to another: because of leave, illness, or for good.

The visits go to the other's phone at its next sync; the first one's phone drops them, never what it has not sent: that
is held for the supervisor, who lets it in under its writer's name (`flows/held`). Who may not be drawn for a place does
not get it by hand: the rules are those of the visit's campaign; outside any, every tie that the registry knows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.draw.pool import RULES, Tie
from mingcha.core.handover import OPEN, Taker, Visit, obstacle
from mingcha.core.problems import Refused
from mingcha.flows import secrecy
from mingcha.flows.pull import stages_of
from mingcha.store import accounts, assignments, audit, campaigns, inspections, people, sites
from mingcha.store.accounts import Account, Standing
from mingcha.store.campaigns import Campaign
from mingcha.store.db import new_id, transaction
from mingcha.store.inspections import Inspection


@dataclass(frozen=True)
class Person:
    """An inspector of the area, with the open work that the asker leads."""

    account: Account
    enabled: bool
    open: list[str]


@dataclass(frozen=True)
class Work:
    """An open visit; `obstacles`: by account id, why somebody cannot take it. Whoever is missing there can."""

    inspection: Inspection
    state: str
    team: list[dict[str, str]]
    obstacles: dict[str, str]


def board(actor: Actor) -> tuple[list[Person], list[Work]]:
    """The inspectors whom the actor leads and their open visits."""
    people = [(each, standing) for each, standing in accounts.search(actor.scope, "") if each.role == "inspector"]
    seats = {each.id: assignments.of_account(each.id) for each, _ in people}
    found = inspections.load({place for mine in seats.values() for place in mine})
    led = {key: each for key, each in found.items() if may(actor, "assignment.hand_over", Subject(each.region))}
    for hidden in secrecy.sealed(actor, led.values()):
        del led[hidden]
    states, teams = stages_of(led), assignments.teams(led)
    rules = _Rules([account for account, _ in people], led.values())
    work = [
        Work(
            each, states[key], teams[key],
            {
                account.id: why for account, standing in people
                if (why := obstacle(rules.taker(account, standing, each), _visit(each, states[key], teams[key])))
            },
        )
        for key, each in led.items() if states[key] in OPEN
    ]  # fmt: skip
    work.sort(key=lambda one: (one.inspection.visit_on, one.inspection.site.id))
    still = {one.inspection.id for one in work}
    return [
        Person(account, standing.disabled_at is None, sorted(still & set(seats[account.id]))) for account, standing in people
    ], work


def hand_over(actor: Actor, *, giver: str, taker: str, visits: Sequence[str], reason: str) -> int:
    """All of these visits or none. How many. Raises handover.obstacle with the first reason why not."""
    now = clock.now()
    with transaction():
        drawn = _hold_campaigns(visits)
        locked = inspections.lock(set(visits))
        found = inspections.load(set(visits))
        account = accounts.by_id(taker)
        if account is None or len(found) != len(set(visits)) or secrecy.sealed(actor, found.values()):
            raise Refused("not_found")
        for each in found.values():
            led = may(actor, "assignment.hand_over", Subject(each.region))
            if not led or not assignments.is_on(each.id, giver):
                raise Refused("not_found")
        standing, states, teams = accounts.standing(taker), stages_of(found), assignments.teams(found)
        rules = _Rules([account], found.values())
        for key in sorted(found):
            taking = rules.taker(account, standing, found[key])
            why = obstacle(taking, _visit(found[key], states[key], teams[key]))
            if why is not None:
                raise Refused("handover.obstacle", why=why, inspection=key)
        for key in sorted(found):
            assignments.end(key, giver, now)
            assignments.assign(key, taker, tenant=found[key].tenant, now=now)
            inspections.advance(key, locked[key].seq + 1)
            if key in drawn:
                _into_the_record(drawn[key], giver, taker, actor, reason)
        for key in sorted(found):
            # Under the campaign's region, not the town's: a reader of the town must not see a visit coming.
            region = drawn[key].region if key in drawn else found[key].region
            audit.note(
                "assignment.hand_over", tenant=found[key].tenant, region=region, actor=actor.id,
                subject=f"inspection/{key}", at=now, giver=giver, taker=taker, reason=reason,
            )
    return len(found)


@dataclass(frozen=True)
class _Drawn:
    """A drawn visit of a campaign that this transaction holds."""

    visit: campaigns.Drawn
    region: str


def _hold_campaigns(visits: Sequence[str]) -> dict[str, _Drawn]:
    """Those of the visits that were drawn; their campaigns first, in order, as a swap holds them too."""
    found = [each for key in sorted(set(visits)) if (each := campaigns.drawn_by_id(key))]
    held = {key: campaigns.lock(key) for key in sorted({each.campaign for each in found})}
    return {each.id: _Drawn(each, campaign.region) for each in found if (campaign := held[each.campaign])}


def _into_the_record(drawn: _Drawn, giver: str, taker: str, actor: Actor, reason: str) -> None:
    """The campaign's record says who goes now, as after a swap that was not by lot."""
    visit = campaigns.drawn_by_id(drawn.visit.id) or drawn.visit  # as it is now that the campaign is held
    team = sorted({*visit.team, taker} - {giver})
    campaigns.set_team(visit.id, team)
    body = {
        "visit": visit.id, "site": visit.site, "out": giver, "in": taker, "by_lot": False, "absent": [], "team": team,
        "handed_over": True,
    }  # fmt: skip
    campaigns.note_event(
        new_id(), tenant=visit.tenant, campaign=visit.campaign, kind="swap", reason=reason, body=body, by=actor.id,
        at=clock.now(),
    )


class _Rules:
    """What ties these people to these visits, by the rules of each visit's campaign."""

    def __init__(self, takers: Sequence[Account], visits: Iterable[Inspection]) -> None:
        self._known = people.of_several(list(takers))
        every = list(visits)
        self._campaigns = {
            key: found for key in {each.campaign for each in every if each.campaign} if (found := campaigns.by_id(key))
        }
        tenants = sorted({each.tenant for each in every})
        self._site_of = {code: site.id for tenant in tenants for code, site in sites.codes(tenant).items()}
        self._last: dict[str, dict[str, list[str]]] = {}

    def taker(self, account: Account, standing: Standing, visit: Inspection) -> Taker:
        campaign = self._campaigns.get(visit.campaign or "")
        rules = campaign.plan["rules"] if campaign else RULES
        ties = [
            Tie(rule, site=self._site_of.get(code, "")) if rule == "named" else Tie(rule, region=code)
            for rule in rules for code in self._known[account.id].ties.get(rule, ())
        ]  # fmt: skip
        if campaign and "inspected_last" in rules and account.id in self._last_team(campaign, visit):
            ties.append(Tie("inspected_last", site=visit.site.id))
        return Taker(account.id, account.role, account.scope, standing.disabled_at is None, tuple(ties))

    def _last_team(self, campaign: Campaign, visit: Inspection) -> list[str]:
        if campaign.id not in self._last:
            self._last[campaign.id] = inspections.last_teams(campaign.tenant, campaign.id)
        return self._last[campaign.id].get(visit.site.id, [])


def _visit(each: Inspection, state: str, team: list[dict[str, str]]) -> Visit:
    return Visit(each.site.id, each.region, state, frozenset(one["id"] for one in team))
