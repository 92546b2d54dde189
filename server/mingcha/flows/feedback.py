"""投诉建议: anybody who is signed in may complain or suggest; those who lead the area read it."""

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.problems import Refused
from mingcha.store import audit, feedback
from mingcha.store.db import transaction
from mingcha.store.feedback import Feedback

KINDS = ("complaint", "suggestion")
MOST_CHARACTERS = 2000
MOST_READ = 200


def send(actor: Actor, *, id: str, kind: str, text: str, at: str) -> bool:
    """Keep one message. False when it was here already: phones send again what they got no answer for."""
    now = clock.now()
    with transaction():
        fresh = feedback.keep(
            id, tenant=actor.tenant, region=actor.scope, account=actor.id, kind=kind, text=text, at=at, now=now
        )
        if not fresh and not feedback.is_the_same(id, account=actor.id, text=text):
            raise Refused("feedback.id_reused")
        if fresh:
            audit.note(
                "feedback.send", tenant=actor.tenant, region=actor.scope, actor=actor.id, subject=f"feedback/{id}",
                at=now, kind=kind,
            )
    return fresh


def read(actor: Actor) -> list[Feedback]:
    demand(actor, "feedback.read", Subject(region=actor.scope))
    return feedback.in_area(actor.scope, MOST_READ)
