"""The one way from a photo to a paper that leaves the house: covered where somebody covered it, never a badge."""

