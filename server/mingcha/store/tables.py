"""Every file that has a table, so that migrations see them all. A new table's file is one line here."""

from mingcha.store import (
    accounts,
    assignments,
    attempts,
    audit,
    checklists,
    held,
    inspections,
    jobs,
    oplog,
    photos,
    regions,
    sessions,
    settings,
    sites,
    snapshots,
    uploads,
)

__all__ = [
    "accounts",
    "assignments",
    "attempts",
    "audit",
    "checklists",
    "held",
    "inspections",
    "jobs",
    "oplog",
    "photos",
    "regions",
    "sessions",
    "settings",
    "sites",
    "snapshots",
    "uploads",
]
