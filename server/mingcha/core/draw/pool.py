"""What goes into a draw: the sites, the inspectors with what ties them to places, and how many of each are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingcha.core.problems import Refused

#: Why somebody must not inspect a place. `inspected_last` follows from the last campaign, the others are recorded.
RULES = ("own_town", "relative", "former_post", "named", "inspected_last")

_MOST = 100_000


@dataclass(frozen=True)
class Site:
    id: str
    region: str


@dataclass(frozen=True)
class Tie:
    """What ties an inspector to every site of a region, or (`site`) to one alone."""

    rule: str
    region: str = ""
    site: str = ""


@dataclass(frozen=True)
class Inspector:
    """`last`: the sites that this person inspected the time before."""

    id: str
    ties: tuple[Tie, ...] = ()
    last: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pool:
    """`wanted` sites are drawn of all; each gets a team of `team` inspectors. Sorted by id, whatever order they came in."""

    sites: tuple[Site, ...]
    inspectors: tuple[Inspector, ...]
    wanted: int
    team: int = 2

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Pool":
        """From its JSON form. Raises Refused("draw.pool") where something is missing, doubled or out of range."""
        try:
            sites = tuple(sorted((Site(str(each["id"]), str(each["region"])) for each in told["sites"]), key=_id))
            people = tuple(sorted((_inspector(each) for each in told["inspectors"]), key=_id))
            pool = cls(sites, people, int(told["wanted"]), int(told["team"]))
        except (KeyError, TypeError, ValueError) as fault:
            raise Refused("draw.pool", why=str(fault)) from None
        pool._check()
        return pool

    def json(self) -> dict[str, Any]:
        return {
            "sites": [{"id": site.id, "region": site.region} for site in self.sites],
            "inspectors": [
                {"id": one.id, "ties": [_tie(tie) for tie in one.ties], "last": sorted(one.last)}
                for one in self.inspectors
            ],
            "wanted": self.wanted,
            "team": self.team,
        }

    def _check(self) -> None:
        for what, ids in (("sites", [each.id for each in self.sites]), ("inspectors", [each.id for each in self.inspectors])):
            if len(set(ids)) != len(ids):
                raise Refused("draw.pool", why=f"two {what} with one id")
            if len(ids) > _MOST:
                raise Refused("draw.pool", why=f"more than {_MOST} {what}")
        if self.team < 2:
            raise Refused("draw.team_of_two", team=self.team)
        if not 1 <= self.wanted <= len(self.sites):
            raise Refused("draw.too_few_sites", wanted=self.wanted, sites=len(self.sites))


def _id(each: Site | Inspector) -> str:
    return each.id


def _inspector(told: Mapping[str, Any]) -> Inspector:
    ties = tuple(
        Tie(_rule(each["rule"]), str(each.get("region", "")), str(each.get("site", ""))) for each in told.get("ties", ())
    )
    return Inspector(str(told["id"]), ties, frozenset(str(each) for each in told.get("last", ())))


def _rule(rule: str) -> str:
    if rule not in RULES:
        raise ValueError(f"no recusal rule {rule!r}")
    return rule


def _tie(tie: Tie) -> dict[str, str]:
    return {"rule": tie.rule, **({"region": tie.region} if tie.region else {}), **({"site": tie.site} if tie.site else {})}
