"""A county with approved visits under each of the five checklists, for looking at its papers: every one, by HTTP, as 周."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from mingcha.app import create_app
from mingcha.config import HOUSE, Config
from mingcha.flows import demo, inspections
from mingcha.store import accounts, revisions
from tests.cast import LIN, ZHAO, ZHOU, Person
from tests.conftest import PASSWORD
from tests.papers.made import SLUGS, checklist, filled
from tests.stories.phone import Phone, new_id
from tests.visits import photo_bytes

HALLS = ("990123101", "990123001", "990123102")
NOTES = (
    "大厅东侧3号窗口公示的办理时限与政务服务网不一致",
    "取号机缺纸，现场无人值守；引导员称上午已报修，至检查结束时仍未恢复，排队群众约十二人，其中两人携带轮椅",
    "=1+1 号窗口 “标识” 脱落 <b>&",
)
#: Of one visit, and of a campaign.
OF_VISIT = ("score-sheet.xlsx", "report.pdf")
OF_CAMPAIGN = ("ranking.xlsx", "circular.docx", "results.csv", "findings.csv", "results.json")


@dataclass(frozen=True)
class Made:
    """One paper as it was fetched."""

    slug: str
    name: str
    data: bytes


def every_paper(folder: Path) -> Iterator[Made]:
    """Of each checklist a campaign of three halls: many faults, a few, and one that is not approved yet."""
    app = create_app(Config(data=folder, database=f"sqlite:///{folder / 'mingcha.db'}", address="http://mingcha.test"))
    with app.app_context():
        revisions.upgrade(HOUSE / "migrations")
        demo.build(PASSWORD)
        team = [found.id for each in (LIN, ZHAO) if (found := accounts.by_username(each.username))]
        visits = {
            (slug, hall): inspections.create(
                site_id=demo.site_id(hall), slug=slug, version=checklist(slug).version, team=team,
                campaign_title=f"第四季度明查暗访（{slug}）", visit_on="2026-11-20",
            )
            for slug in SLUGS for hall in HALLS
        }  # fmt: skip
    desk = _client(app, ZHOU)
    for slug in SLUGS:
        for every, hall in enumerate(HALLS):
            _inspect(app, desk, slug, visits[slug, hall], every, approve=hall != HALLS[-1])
        first = visits[slug, HALLS[0]]
        order = _order(desk, first)
        for hall in (HALLS[0], HALLS[-1]):
            end = "" if hall == HALLS[0] else "-draft"
            for name in OF_VISIT:
                stem, _, ending = name.partition(".")
                yield Made(slug, f"{stem}{end}.{ending}", _got(desk, f"/inspections/{visits[slug, hall]}/papers/{name}"))
        yield Made(slug, "notice.docx", _got(desk, f"/rectification/orders/{order}/notice.docx"))
        for name in OF_CAMPAIGN:
            yield Made(slug, name, _got(desk, f"/campaigns/{first}/papers/{name}"))
    for name in ("ledger.xlsx", "ledger.csv"):
        yield Made("all", name, _got(desk, f"/rectification/{name}"))


def _inspect(app: Any, desk: FlaskClient, slug: str, visit: str, every: int, *, approve: bool) -> None:
    """`every`: 0 for the faults of `filled`, 1 for none of them; 2 leaves the rows of the second half open."""
    lin, zhou = Phone(_client(app, LIN), visit, f"lin-{visit[:8]}"), Phone(_client(app, ZHOU), visit, f"zhou-{visit[:8]}")
    list_ = checklist(slug)
    sheet = filled(list_)
    rows = list(sheet["answers"].items())
    for number, (row, answer) in enumerate(rows):
        if every == 2 and number > len(rows) // 2:
            break
        faulty = every != 1
        lin.say(row, "met" if answer["verdict"] == "not_met" and not faulty else answer["verdict"])
        for what, plural in (("measure", "measures"), ("award", "awards"), ("requirement", "requirements")):
            for name, value in (answer.get(plural) or {}).items():
                lin.write(f"answer/{row}/{what}/{name}", "met" if what == "requirement" and not faulty else value)
    shots = []
    said = {row for row, _ in rows[: len(rows) // 2]} if every == 2 else {row for row, _ in rows}
    for number, one in enumerate(sheet["findings"] if every != 1 else []):
        if one["indicator"] not in said:
            continue
        finding = new_id()
        lin.write(f"finding/{finding}", {name: one[name] for name in ("indicator", "clause", "item", "case")}, "add")
        lin.write(f"finding/{finding}/note", NOTES[number % len(NOTES)])
        if number < 3:
            data = photo_bytes(10 * every + number, 1200, 900 if number else 1600)
            shots.append((lin.announce(data, one["indicator"], finding=finding), data))
    lin.write("visit/submitted", {"at": "2026-11-20T08:00:00.000Z"})
    lin.sync()
    for photo, data in shots:
        assert lin.upload(photo, data).status_code == 201
    if not approve:
        return
    seen = desk.get(f"/api/v1/inspections/{visit}").get_json()
    lacking = {one["indicator"] for each in seen["obstacles"] for one in each["details"].get("evidence", ())}
    for row in sorted(lacking):
        zhou.write(f"review/waiver/{row}", {"reason": "照片已在现场核对"})
    zhou.sync()
    seq = desk.get(f"/api/v1/inspections/{visit}").get_json()["seq"]
    answer = desk.post(f"/api/v1/inspections/{visit}/approval", json={"seen": seq})
    assert answer.status_code == 200, (slug, answer.get_json())


def _order(desk: FlaskClient, visit: str) -> str:
    told = desk.get(f"/api/v1/rectification/proposal/{visit}").get_json()
    person = told["people"][0]["id"]
    items = [
        {"finding": each["finding"], "indicator": each["indicator"], "clause": each["clause"], "text": each["text"][:500],
         "person": person if number % 2 else None, "kind": ("immediate", "deadline", "long")[number % 3],
         "severity": ("minor", "serious", "grave")[number % 3],
         "proof": {"photos": number == 1, "why": "整改前后对比" if number == 1 else ""}}
        for number, each in enumerate(told["findings"])
    ]  # fmt: skip
    answer = desk.post(f"/api/v1/inspections/{visit}/rectification", json={"items": items, "words": "请于每周五报告进展。"})
    assert answer.status_code in (200, 201), answer.get_json()
    return str(answer.get_json()["order"]["id"])


def _client(app: Any, person: Person) -> FlaskClient:
    client: FlaskClient = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    answer = client.post("/api/v1/session", json={"username": person.username, "password": PASSWORD})
    assert answer.status_code == 200, answer.get_json()
    return client


def _got(desk: FlaskClient, path: str) -> bytes:
    answer = desk.get(f"/api/v1{path}")
    assert answer.status_code == 200, (path, answer.get_json(silent=True))
    return bytes(answer.data)


