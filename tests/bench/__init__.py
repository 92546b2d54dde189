"""Figures for the README's table: `make bench`. Nothing here passes or fails; it measures and prints."""
