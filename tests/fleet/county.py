"""Run as a process of its own on an empty instance: accounts, one inspection, everybody on its team.

The only file of the fleet that uses the product, as an administrator would. Prints what the phones need as JSON.
"""

import json
import sys
from typing import Any

from argon2 import PasswordHasher

from mingcha.app import create_app
from mingcha.config import HOUSE
from mingcha.flows import accounts, checklists, demo, inspections, passwords
from mingcha.store import revisions

PASSWORD = "the-same-for-everyone"
CHECKLIST = "county-grading"


def build(inspectors: int) -> dict[str, Any]:
    """Within an application's context: the tables, the people, the visit."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    revisions.upgrade(HOUSE / "migrations")
    demo.build_county()
    checklists.publish_all(HOUSE / "checklists")
    team = [
        accounts.add(
            None, username=f"fleet-{n:02d}", name=f"员{n}", role="inspector", scope=demo.COUNTY, password=PASSWORD
        )
        for n in range(inspectors)
    ]
    accounts.add(None, username="fleet-zhou", name="周", role="supervisor", scope=demo.COUNTY, password=PASSWORD)
    site = demo.site_id(demo.TOWNS[0][0])
    visit = {"slug": CHECKLIST, "version": None, "campaign_title": "", "visit_on": "2026-09-14"}
    inspection = inspections.create(site_id=site, team=[person.id for person in team], **visit)
    return {
        "inspection": inspection,
        "password": PASSWORD,
        "supervisor": "fleet-zhou",
        "people": [{"id": person.id, "username": person.username} for person in team],
    }


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(build(int(sys.argv[1]))))
