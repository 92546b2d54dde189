"""Every file that has a table, so that migrations see them all. A new table's file is one line here."""

from mingcha.store import accounts, attempts, audit, regions, sessions, settings, sites

__all__ = ["accounts", "attempts", "audit", "regions", "sessions", "settings", "sites"]
