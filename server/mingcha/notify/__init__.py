"""Words that leave the house: push and channels."""
