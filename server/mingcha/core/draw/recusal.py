"""Who must not inspect which site (回避), and which rule leaves a site without a team."""

from collections import Counter
from typing import Any

from mingcha.core.draw.pool import Inspector, Pool, Site
from mingcha.core.regions import covers


def recusals(inspector: Inspector, site: Site) -> list[str]:
    """The rules that keep this person from this site, in the order they were recorded; none means they may go."""
    found = [tie.rule for tie in inspector.ties if tie.site == site.id or covers(tie.region, site.region)]
    return found + (["inspected_last"] if site.id in inspector.last else [])


def hindrances(pool: Pool) -> list[dict[str, Any]]:
    """The sites that cannot get a team: how many may go, how many each rule keeps away, and which rule alone is to blame.

    `blame` names every rule without which that site would have its team; it is empty where no single rule suffices,
    and where there are too few inspectors whatever the rules.
    """
    found = []
    for site in pool.sites:
        kept = {one.id: set(recusals(one, site)) for one in pool.inspectors}
        free = sum(1 for rules in kept.values() if not rules)
        if free >= pool.team:
            continue
        by_rule = Counter(rule for rules in kept.values() for rule in rules)
        blame = [
            rule for rule in sorted(by_rule)
            if sum(1 for rules in kept.values() if not rules - {rule}) >= pool.team
        ]  # fmt: skip
        found.append({"site": site.id, "free": free, "kept_away": dict(sorted(by_rule.items())), "blame": blame})
    return found
