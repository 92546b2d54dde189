"""Every kind of work that follows a deed, by name."""

from collections.abc import Callable

from mingcha.flows import erasing, evidence, exports, opening, queue, reminding, retention, ringing, uploads

Work = Callable[[str], object]

CATALOGUE: dict[str, Work] = {
    "photo.derive": evidence.derive,
    exports.JOB: exports.go_on,
    "photo.forget": erasing.forget,
    "photo.forgotten": erasing.forgotten,
}

#: Outboxes that are looked into every time, each giving how much it did: reminders into inboxes.
OUTBOXES: tuple[Callable[[], int], ...] = (reminding.deliver,)
#: What rings, which may take long; and whether anything is to ring.
BELLS: tuple[Callable[[], int], ...] = (ringing.deliver,)
ANY_BELLS_DUE: Callable[[], bool] = ringing.is_any_due

#: Housekeeping that needs no order: what, and how often in seconds. Drawn visits open within that time.
ROUTINES: tuple[tuple[Callable[[], object], int], ...] = (
    (opening.open_due, 10), (queue.measure_some, 15), (uploads.sweep, 3600), (exports.sweep, 3600), (retention.sweep, 6 * 3600),
)  # fmt: skip
