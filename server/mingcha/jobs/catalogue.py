"""Every kind of work that follows a deed, by name."""

from collections.abc import Callable

from mingcha.flows import evidence, uploads

Work = Callable[[str], object]

CATALOGUE: dict[str, Work] = {
    "photo.derive": evidence.derive,
}

#: Housekeeping that needs no order: what, and how often in seconds.
ROUTINES: tuple[tuple[Callable[[], object], int], ...] = ((uploads.sweep, 3600),)
