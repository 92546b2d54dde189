"""Every kind of work that follows a deed, by name."""

from collections.abc import Callable

from mingcha.flows import evidence, opening, reminding, ringing, uploads

Work = Callable[[str], object]

CATALOGUE: dict[str, Work] = {
    "photo.derive": evidence.derive,
}

#: Outboxes that are looked into every time, each giving how much it did: reminders into inboxes, then what rings.
OUTBOXES: tuple[Callable[[], int], ...] = (reminding.deliver, ringing.deliver)

#: Housekeeping that needs no order: what, and how often in seconds. Drawn visits open within that time.
ROUTINES: tuple[tuple[Callable[[], object], int], ...] = ((uploads.sweep, 3600), (opening.open_due, 10))
