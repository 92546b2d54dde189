"""Turns answers into a result that explains itself."""
