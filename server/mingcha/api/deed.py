"""How a route says what it is: its deed and its limit. And who is asking.

    @blp.route("/inspections/<id>/approval", methods=["POST"])
    @deed("review.approve", limit_bytes=4096)
    def approve(id): ...

The gate (`gate.py`) reads these marks before the handler runs; a route without a deed answers nobody.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from mingcha.core.access import STRANGER, Actor, Subject, demand
from mingcha.core.deeds import DEEDS
from mingcha.core.problems import Refused
from mingcha.flows.session import Visitor

View = TypeVar("View", bound=Callable[..., Any])

#: What a JSON request may weigh unless its route says otherwise.
LIMIT_BYTES = 64 * 1024


def deed(name: str, *, limit_bytes: int = LIMIT_BYTES) -> Callable[[View], View]:
    """Mark a view with its deed and the most bytes its request may have."""
    if name not in DEEDS:
        raise ValueError(f"no deed {name!r} in core/deeds.py")

    def mark(view: View) -> View:
        view.__deed__ = name  # type: ignore[attr-defined]
        view.__limit_bytes__ = limit_bytes  # type: ignore[attr-defined]
        return view

    return mark


def deed_of(endpoint: str, method: str) -> str | None:
    mark = getattr(view_of(endpoint, method), "__deed__", None)
    return cast(str | None, mark)


def limit_of(endpoint: str, method: str) -> int:
    return cast(int, getattr(view_of(endpoint, method), "__limit_bytes__", LIMIT_BYTES))


def view_of(endpoint: str, method: str) -> Any:
    """The function that answers; for a class of views, its method's. HEAD is GET's."""
    view = current_app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return view
    name = "get" if method == "HEAD" and not hasattr(view_class, "head") else method.lower()
    return getattr(view_class, name, None)


def visitor() -> Visitor | None:
    """The signed-in person of this request, if any."""
    return cast(Visitor | None, g.get("visitor"))


def actor() -> Actor:
    """Who is asking; a request that nobody signed is `STRANGER`."""
    who = visitor()
    return who.account.actor if who else STRANGER


def demand_same_person() -> None:
    """Raise where a phone says that what it brings is somebody else's than the session's: another signed in meanwhile."""
    claimed = request.headers.get("X-Mingcha-User")
    if claimed is not None and claimed != actor().id:
        raise Refused("sync.other_person")


def demand_here(subject: Subject | None = None) -> None:
    """Raise unless the asker may do this route's deed to this subject."""
    demand(actor(), g.deed, subject)
