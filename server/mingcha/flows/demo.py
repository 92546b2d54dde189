"""A county to try Mingcha in: its towns, their halls, its people. Safe to run again: what is there stays.

The county code 990123 belongs to no province, so that nobody takes it for a real place.
"""

import uuid
from datetime import timedelta

from mingcha import clock
from mingcha.config import HOUSE
from mingcha.core.problems import Refused
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists
from mingcha.flows import inspections as inspection_flow
from mingcha.store import accounts, inspections, regions, sites
from mingcha.store.db import transaction
from mingcha.store.sites import Site

COUNTY = "990123"
COUNTY_NAME = ("明溪县（演示）", "Mingxi County (demo)")

#: Code, town, its English name, address, latitude, longitude.
TOWNS = (
    ("990123101", "石桥镇", "Shiqiao Town", "石桥镇桥东路18号", "36.1852", "118.1684"),
    ("990123001", "临江街道", "Linjiang Subdistrict", "临江街道滨河大道66号", "36.1710", "118.1523"),
    ("990123102", "白沙镇", "Baisha Town", "白沙镇白沙大街9号", "36.2127", "118.1035"),
    ("990123103", "青龙镇", "Qinglong Town", "青龙镇青龙路112号", "36.2468", "118.2019"),
    ("990123104", "云岭镇", "Yunling Town", "云岭镇云岭街27号", "36.2893", "118.1367"),
    ("990123105", "柳河镇", "Liuhe Town", "柳河镇柳河路5号", "36.1391", "118.0876"),
    ("990123106", "双泉镇", "Shuangquan Town", "双泉镇泉水街31号", "36.1063", "118.1742"),
    ("990123107", "枫林镇", "Fenglin Town", "枫林镇人民路48号", "36.0784", "118.2306"),
    ("990123108", "古槐镇", "Guhuai Town", "古槐镇槐荫路73号", "36.1549", "118.2611"),
    ("990123201", "松坪乡", "Songping Township", "松坪乡松坪村1号", "36.3215", "118.2458"),
    ("990123202", "上溪乡", "Shangxi Township", "上溪乡上溪街14号", "36.0437", "118.1190"),
)

#: Where 林 and 赵 go today.
TODAY = ("990123101", "990123102", "990123105")
TEAM = ("lin", "zhao")

#: Username, name, role, scope: the people of `tests/cast.py` who belong to this county.
PEOPLE = (
    ("lin", "林", "inspector", COUNTY),
    ("zhao", "赵", "inspector", COUNTY),
    ("zhou", "周", "supervisor", COUNTY),
    ("shi", "石", "centre", "990123101"),
    ("wu", "吴", "viewer", COUNTY),
    ("chen", "陈", "admin", COUNTY),
)


def build(password: str) -> None:
    """The whole demo. Accounts that already exist keep their passwords."""
    build_county()
    for username, name, role, scope in PEOPLE:
        try:
            account_flow.add(None, username=username, name=name, role=role, scope=scope, password=password)
        except Refused as refused:
            if refused.code != "account.taken":
                raise
    build_inspection()


def build_county() -> None:
    """The county, its towns, and one hall in each."""
    with transaction():
        regions.put(COUNTY, *COUNTY_NAME)
        for code, zh, en, address, lat, lon in TOWNS:
            regions.put(code, zh, en)
            name = {"zh": f"{zh}便民服务中心", "en": f"{en} Service Centre"}
            if sites.by_id(site_id(code)) is None:
                sites.put(Site(site_id(code), code, name, address, lat, lon))


def build_inspection() -> None:
    """Today's assignments: 林 and 赵 at the first of `TODAY` and two more, by the county grading."""
    checklists.publish_all(HOUSE / "checklists")
    today = (clock.now() + timedelta(hours=8)).date().isoformat()
    team = [account.id for username in TEAM if (account := accounts.by_username(username))]
    for code in TODAY:
        inspection_id = _id(f"inspection:{code}:{today}")
        if not inspections.load([inspection_id]):
            inspection_flow.create(
                site_id=site_id(code), slug="county-grading", version=None, team=team,
                campaign_title="第四季度明查暗访（演示）", visit_on=today, inspection_id=inspection_id,
            )


def site_id(code: str) -> str:
    """The demo hall of a town: the same id in every demo."""
    return _id(f"site:{code}")


def _id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:mingcha:demo:{name}"))
