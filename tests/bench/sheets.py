"""Run as a process of its own on a house's data: the long sheets, for 林 and 赵 at Shiqiao.

Prints as JSON `{"service-systems": id, "long": id}`; the second sheet has 500 made-up indicators.
"""

import json
from typing import Any

from mingcha.app import create_app
from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists, demo, inspections
from mingcha.store import accounts
from tests.visits import indicator, small_checklist

LONG = 500
PER_CATEGORY = 50
TITLE = {"zh": "窗口人员统一着装并佩戴工号牌", "en": "Staff at the windows wear uniform and badge"}


def build() -> dict[str, str]:
    content = _long()
    checklists.keep(content, Checklist.parse(content))
    team = [account.id for name in demo.TEAM if (account := accounts.by_username(name))]
    site = demo.site_id(demo.TOWNS[0][0])
    names: dict[str, Any] = {"campaign_title": "", "visit_on": "2026-09-14", "version": None}
    slugs = ("service-systems", content["slug"])
    return {slug: inspections.create(site_id=site, team=team, slug=slug, **names) for slug in slugs}


def _long() -> dict[str, Any]:
    categories = [
        {"id": str(number), "title": TITLE, "groups": [{"id": f"{number}.0", "title": None, "indicators": rows}]}
        for number, rows in enumerate(_rows(), start=1)
    ]
    return small_checklist(slug="long", full_marks=str(2 * LONG), categories=categories)


def _rows() -> list[list[dict[str, Any]]]:
    numbers = range(1, LONG // PER_CATEGORY + 1)
    return [[indicator(f"{one}.{row}", title=TITLE) for row in range(1, PER_CATEGORY + 1)] for one in numbers]


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(build()))
