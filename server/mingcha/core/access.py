"""Who may do what, where: one table, read by one function.

A cell says how near the subject must be. `anyone` needs no subject; `area`: the subject's region lies in the actor's
scope; `team`: in the area and the actor is assigned to it; `own`: it is the actor's own; `issued`: in the area and its
results were issued. A deed or a role that is missing means no. Knows nothing of sessions, routes or tables.
"""

from dataclasses import dataclass, field

from mingcha.core.problems import Refused
from mingcha.core.regions import covers, tenant_of

ROLES = ("inspector", "supervisor", "centre", "viewer", "admin")
#: The role of a request that nobody signed.
NOBODY = "nobody"
RELATIONS = ("assigned", "self", "issued")


@dataclass(frozen=True)
class Actor:
    id: str
    role: str
    scope: str

    @property
    def tenant(self) -> str:
        return tenant_of(self.scope)


@dataclass(frozen=True)
class Subject:
    """The thing a deed is done to: where it lies, and what it is to the actor (a subset of `RELATIONS`)."""

    region: str
    relations: frozenset[str] = field(default_factory=frozenset)


STRANGER = Actor(id="", role=NOBODY, scope="")

_EVERY_ROLE = dict.fromkeys(ROLES, "anyone")
_EVERYBODY = {**_EVERY_ROLE, NOBODY: "anyone"}

ACCESS: dict[str, dict[str, str]] = {
    "app.read": _EVERYBODY,
    "metrics.read": {"admin": "anyone"},
    "session.open": _EVERYBODY,
    "session.read": _EVERY_ROLE,
    "session.close": _EVERYBODY,
    "session.list": _EVERY_ROLE,
    "session.end": dict.fromkeys(ROLES, "own"),
    "session.second": _EVERY_ROLE,
    "session.password": _EVERY_ROLE,
    "session.revoke": {"admin": "area"},
    "factor.manage": _EVERY_ROLE,
    "account.list": {"admin": "area"},
    "account.add": {"admin": "area"},
    "account.password": {"admin": "area", "inspector": "own", "supervisor": "own", "centre": "own", "viewer": "own"},
    "account.invite": {"admin": "area"},
    "account.accept": _EVERYBODY,
    "account.disable": {"admin": "area"},
    "account.enable": {"admin": "area"},
    "account.devices": {"admin": "area"},
    "account.factors": {"admin": "area"},
    "account.rules": {"admin": "area"},
    "assignment.hand_over": {"supervisor": "area"},
    "site.list": {"inspector": "area", "supervisor": "area", "centre": "area", "viewer": "area", "admin": "area"},
    "audit.read": {"viewer": "area", "admin": "area"},
    "registry.read": {"supervisor": "area", "admin": "area"},
    "registry.people": {"supervisor": "area", "admin": "area"},
    "registry.import": {"supervisor": "area", "admin": "area"},
    "registry.undo": {"supervisor": "area", "admin": "area"},
    "campaign.read": {"supervisor": "area", "viewer": "area"},
    "campaign.plan": {"supervisor": "area"},
    "draw.commit": {"supervisor": "area"},
    "draw.run": {"supervisor": "area"},
    "draw.read": {"supervisor": "area", "viewer": "area"},
    "draw.redraw": {"supervisor": "area"},
    "draw.swap": {"supervisor": "area"},
    "campaign.start": {"supervisor": "area"},
    "campaign.release": {"supervisor": "area"},
    "campaign.close": {"supervisor": "area"},
    "campaign.publish": {"supervisor": "area"},
    "campaign.public": {"supervisor": "area"},
    "campaign.withdraw": {"supervisor": "area"},
    "result.read": {"supervisor": "area", "viewer": "area"},
    "result.own": {"centre": "issued"},
    "public.read": _EVERYBODY,
    "assignment.depart": {"inspector": "anyone"},
    "assignment.seen": {"inspector": "team"},
    "visit.adhoc": {"inspector": "area"},
    "visit.team": {"inspector": "team", "supervisor": "area"},
    "checklist.list": {"supervisor": "anyone", "viewer": "anyone", "admin": "anyone"},
    "checklist.draft": {"supervisor": "area", "admin": "area"},
    "checklist.publish": {"supervisor": "area", "admin": "area"},
    "inspection.create": {},
    "checklist.read": _EVERY_ROLE,
    "inspection.carry": {"supervisor": "area"},
    # `own`: who is no inspector any more may still hand in what they wrote, to be held. They are handed nothing.
    "inspection.sync": {"inspector": "team", "supervisor": "area", "centre": "own", "viewer": "own", "admin": "own"},
    "inspection.list": {"inspector": "team", "supervisor": "area", "viewer": "area"},
    "inspection.read": {"inspector": "team", "supervisor": "area", "viewer": "area", "centre": "issued"},
    "inspection.look": {"inspector": "team", "supervisor": "area", "viewer": "area"},
    "inspection.trace": {"inspector": "team", "supervisor": "area", "viewer": "area"},
    "inspection.history": {"inspector": "team", "supervisor": "area"},
    "inspection.record": {"inspector": "team"},
    "photo.upload": {"inspector": "team", "supervisor": "area", "centre": "issued"},
    "photo.read": {"inspector": "team", "supervisor": "area", "viewer": "area", "centre": "issued"},
    "photo.badge": {"inspector": "team", "supervisor": "area"},
    "photo.original": {"inspector": "team", "supervisor": "area"},
    "photo.redact": {"supervisor": "area"},
    "evidence.proof": {"supervisor": "area", "viewer": "area"},
    "evidence.erase": {},
    "retention.read": {"supervisor": "area", "viewer": "area", "admin": "area"},
    "retention.set": {"admin": "area"},
    "person.export": {"admin": "area"},
    "person.erase": {"admin": "area"},
    "seal.read": {"inspector": "anyone", "supervisor": "anyone"},
    "rescue.import": {"inspector": "area", "supervisor": "area"},
    "inspection.join": {"inspector": "area"},
    "team.admit": {"supervisor": "area"},
    "held.read": {"inspector": "team", "supervisor": "area"},
    "held.take_in": {"supervisor": "area"},
    "held.set_aside": {"inspector": "own", "supervisor": "area"},
    "feedback.send": _EVERY_ROLE,
    "feedback.read": {"supervisor": "area", "admin": "area"},
    "review.settle": {"supervisor": "area"},
    "review.join": {"supervisor": "area"},
    "review.late": {"supervisor": "area"},
    "review.reopen": {"supervisor": "area"},
    "review.return": {"supervisor": "area"},
    "review.approve": {"supervisor": "area"},
    "rectification.issue": {"supervisor": "area"},
    "rectification.read": {"supervisor": "area", "viewer": "area", "centre": "issued"},
    "rectification.respond": {"centre": "issued"},
    "rectification.extend": {"supervisor": "area"},
    "rectification.decide": {"supervisor": "area"},
    "rectification.close": {"supervisor": "area"},
    "rectification.return": {"supervisor": "area"},
    "rectification.escalate": {"supervisor": "area"},
    "rectification.recheck": {"supervisor": "area"},
    "rectification.figures": {"supervisor": "area", "viewer": "area"},
    "paper.read": {"inspector": "team", "supervisor": "area", "viewer": "area", "centre": "issued"},
    "paper.template": {"admin": "area"},
    "paper.verify": _EVERYBODY,
    "export.campaign": {"supervisor": "area"},
    "inbox.read": _EVERY_ROLE,
    "channel.manage": _EVERY_ROLE,
    "channel.unit": {"admin": "area"},
    "channel.unsubscribe": _EVERYBODY,
    "calendar.read": _EVERYBODY,
    "grade.read": {"supervisor": "area", "viewer": "area"},
    "grade.decide": {"supervisor": "area"},
}


def may(actor: Actor, deed: str, subject: Subject | None = None) -> bool:
    """Whether the actor may do the deed to the subject. A cell that asks for a subject says no without one."""
    near = ACCESS.get(deed, {}).get(actor.role)
    if near is None:
        return False
    if near == "anyone":
        return True
    if subject is None:
        return False
    inside = covers(actor.scope, subject.region)
    match near:
        case "area":
            return inside
        case "team":
            return inside and "assigned" in subject.relations
        case "issued":
            return inside and "issued" in subject.relations
        case "own":
            return "self" in subject.relations
    return False


def may_ever(actor: Actor, deed: str) -> bool:
    """Whether there is any subject at all to which the actor's role may do this."""
    return actor.role in ACCESS.get(deed, {})


def demand(actor: Actor, deed: str, subject: Subject | None = None) -> None:
    """Raises unless the actor may. What lies outside somebody's reach looks exactly like what does not exist."""
    if may(actor, deed, subject):
        return
    if actor.role == NOBODY:
        raise Refused("sign_in")
    if may_ever(actor, deed):
        raise Refused("not_found")
    raise Refused("not_allowed", deed=deed)
