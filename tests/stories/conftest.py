"""The stories share the visit and its phones."""

from tests.visits import approved_visit, lin, new_visit, phone_of, submitted_visit, visit, zhao, zhou

__all__ = ["approved_visit", "lin", "new_visit", "phone_of", "submitted_visit", "visit", "zhao", "zhou"]
