"""The contract of uploads is asked of a visit and its phones."""

from tests.visits import lin, new_visit, phone_of, visit, zhao, zhou

__all__ = ["lin", "new_visit", "phone_of", "visit", "zhao", "zhou"]
