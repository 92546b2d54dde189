"""What the tests beside the fleet share with the stories: the visit at Shiqiao and its phones."""

from tests.visits import lin, new_visit, phone_of, visit, zhao

__all__ = ["lin", "new_visit", "phone_of", "visit", "zhao"]
