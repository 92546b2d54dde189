"""A campaign comes to its end: figures, grades, results to the halls, the appeal period, the public page, and back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from mingcha.core.checklist.model import Checklist
from mingcha.flows import checklists as checklist_flow
from mingcha.flows import demo, erasing, report_pictures
from mingcha.jobs import worker
from mingcha.store import photos as photo_store
from mingcha.store import sites
from mingcha.store.db import transaction
from tests.campaigning import campaign, crew, desk, hands, plan
from tests.cast import QIAN, SHI, SHIQIAO, WU, Person
from tests.conftest import problem_of
from tests.papers.test_documents import text_of
from tests.rectifying import centre, wanted
from tests.stories.phone import Phone, new_id
from tests.visits import photo_bytes, small_checklist

__all__ = ["campaign", "centre", "crew", "desk", "hands", "plan"]

BAISHA, LINJIANG = "990123102", "990123001"
GRADES = {
    "valid_years": 3, "none": {"zh": "不予评定", "en": "no grade"},
    "bands": [{"id": id, "title": {"zh": zh, "en": id}, "from": at, "to": at, "bonus": bonus}
              for at, (id, zh, bonus) in enumerate((("first", "一等", "5"), ("second", "二等", "3")), 1)],
    "downgrades": [{"id": "media", "text": {"zh": "被媒体曝光", "en": "exposed in the media"}, "steps": 1}],
}  # fmt: skip
FOUNDED = {"source": "省报 2026-09-23", "reason": "窗口无人值守"}
BOXES = [{"x": 1000, "y": 2000, "w": 3000, "h": 4000, "kind": "face"}]
NOTE = "工作人员张三不在岗"


@pytest.fixture
def list_(app):
    with app.app_context():
        content = small_checklist(grades=GRADES)
        return checklist_flow.keep(content, Checklist.parse(content)).digest


class World:
    """The campaign of three halls: which visit is whose, and what 林 and the others did there."""

    def __init__(self, app, desk, client_of, crew, made):
        self.id, self.app, self._desk, self._client_of = made, app, desk, client_of
        self._names = {account: name for name, account in crew.items()}
        visits = desk.get(f"/campaigns/{made}/visits")["visits"]
        self.visit = {each["site"]["region"]: each for each in visits}
        desk.post(f"/campaigns/{made}/release", visits=[each["id"] for each in visits])

    def finish(self, region, faults=()):
        """Two marks a row, half a mark a fault; a picture of the first fault, a badge beside it. Gives their ids."""
        visit = self.visit[region]
        who = Person(self._names[visit["team"][0]["id"]], "", "inspector", "990123")
        phone = Phone(self._client_of(who), visit["id"], f"phone-{visit['id'][:8]}")
        phone.sync()
        for number in ("1", "2", "3", "4"):
            phone.say(number, "not_met" if number in faults else "met")
        for number in faults:
            phone.write(f"finding/{number}:a", {"indicator": number, "clause": "a", "item": None, "case": None}, "add")
            phone.write(f"finding/{number}:a/note", NOTE)
        seed = 10 * int(region[-3:])
        shots = {"scene": (photo_bytes(seed), "4", {})}
        if faults:
            about = {"finding": f"{faults[0]}:a"}
            shots |= {"fault": (photo_bytes(seed + 1), faults[0], about), "badge": (photo_bytes(seed + 2), faults[0], about | {"kind": "badge"})}
        photos = {name: phone.announce(data, row, **more) for name, (data, row, more) in shots.items()}
        phone.write("visit/submitted", {"at": "2026-09-22T03:00:00.000Z"})
        phone.sync()
        for name, (data, _, _) in shots.items():
            assert phone.upload(photos[name], data).status_code == 201
        seen = self._desk.get(f"/inspections/{visit['id']}")["seq"]
        self._desk.post(f"/inspections/{visit['id']}/approval", seen=seen)
        return photos


@pytest.fixture
def world(app, hands, desk, client_of, crew, campaign):
    made = campaign("running", sites=[demo.site_id(each) for each in (SHIQIAO, BAISHA, LINJIANG)])
    return World(app, desk, client_of, crew, made)


def results(desk, world):
    return desk.get(f"/campaigns/{world.id}/results")


def ranking(desk, world):
    """Site → (place, grade) of the workbook, read as a person reads it."""
    book = load_workbook(io.BytesIO(desk.ask("GET", f"/campaigns/{world.id}/papers/ranking.xlsx").data), data_only=True)
    sheet = book["排名"]
    head = [cell.value for cell in sheet[3]]
    rows = [dict(zip(head, [cell.value for cell in row], strict=False)) for row in sheet.iter_rows(min_row=4)]
    return {row["单位"]: (row["名次"], row["等级"]) for row in rows if row["名次"]}


def public(app, path="", **query):
    client = app.test_client()
    return client.get(f"/public/990123{path}", query_string=query)


def open_json(app):
    return app.test_client().get("/api/v1/public/990123")


def trail(client, deed):
    return [each for each in client.get("/api/v1/audit?limit=200").get_json()["events"] if each["deed"] == deed]


def test_figures_are_provisional_and_say_nothing_of_a_visit_that_nobody_has_begun(app, desk, client_of, world):
    # given two halls approved, the third opened to its team and not begun
    world.finish(SHIQIAO, ("1", "2"))
    world.finish(BAISHA)
    hidden = world.visit[LINJIANG]
    # when
    found = results(desk, world)
    papers = [desk.ask("GET", f"/campaigns/{world.id}/papers/{name}") for name in
              ("ranking.xlsx", "circular.docx", "results.csv", "findings.csv", "results.json")]
    ordered = desk.ask("POST", f"/campaigns/{world.id}/exports", {}).get_json()["export"]["id"]
    with app.app_context():
        while worker.work_off():
            pass
    archive = zipfile.ZipFile(io.BytesIO(desk.ask("GET", f"/exports/{ordered}/archive.zip").data))
    # then: 8 − 2 × 0.5 = 7, and 8; (7 + 8) / 2 = 7.5
    board = found["boards"][0]
    assert [(row["site"]["region"], row["place"], row["high"], row["grade"]["now"]) for row in board["rows"]] == [
        (BAISHA, [1, 1], "8", "first"), (SHIQIAO, [2, 2], "7", "second")]
    assert board["figures"]["all"]["high"] == "7.5"
    assert [each["indicator"] for each in board["figures"]["faults"]] == ["1", "2"]
    assert found["campaign"]["final_at"] is None
    # and nothing anywhere of the third
    every = json.dumps(found, ensure_ascii=False) + "".join(archive.namelist())
    every += papers[2].text + papers[3].text + papers[4].text + text_of(papers[1].data)
    every += "".join(str(cell.value) for row in load_workbook(io.BytesIO(papers[0].data))["排名"].iter_rows() for cell in row)
    assert hidden["id"] not in every
    assert hidden["site"]["name"]["zh"] not in every.replace(json.dumps(found["towns"], ensure_ascii=False), "")
    # and readers and halls must wait for the end
    assert client_of(WU).get(f"/api/v1/campaigns/{world.id}/results").status_code == 404
    assert client_of(WU).get(f"/api/v1/campaigns/{world.id}/papers/ranking.xlsx").status_code == 404
    assert client_of(WU).get(f"/api/v1/grades?campaign={world.id}").status_code == 404
    assert client_of(SHI).get("/api/v1/results").get_json() == {"results": []}
    assert client_of(QIAN).get(f"/api/v1/campaigns/{world.id}/results").status_code == 403


def test_decisions_about_grades_reach_every_paper_before_and_after_the_closing(hands, desk, client_of, world):
    for region, faults in ((SHIQIAO, ("1", "2")), (BAISHA, ()), (LINJIANG, ("1",))):
        world.finish(region, faults)
    names = {row["site"]["region"]: row["site"]["name"]["zh"] for row in results(desk, world)["boards"][0]["rows"]}
    baisha, linjiang = names[BAISHA], names[LINJIANG]
    assert ranking(desk, world) == {baisha: (1, "一等"), linjiang: (2, "二等"), names[SHIQIAO]: (3, "不予评定")}
    # when the first is in the papers for the wrong thing
    made = desk.post("/grade-decisions", campaign=world.id, kind="trigger", site=demo.site_id(BAISHA), trigger="media", **FOUNDED)
    hands.forward(minutes=1)
    assert ranking(desk, world)[baisha] == (1, "二等")
    circular = text_of(desk.ask("GET", f"/campaigns/{world.id}/papers/circular.docx").data)
    assert circular.count("二等") == 2
    # and the campaign closes: what was written down has the decision in it
    final = desk.post(f"/campaigns/{world.id}/close")["final"]
    assert {row["site"]: row["grade"]["now"] for row in final["standings"]}[demo.site_id(BAISHA)] == "second"
    # and a later lowering is a decision of its own, with the grade valid from the day of the closing
    hands.forward(minutes=1)
    desk.post("/grade-decisions", campaign=world.id, kind="withdraw", site=demo.site_id(LINJIANG), **FOUNDED)
    hands.forward(minutes=1)
    rows = {row["site"]["region"]: row["grade"] for row in results(desk, world)["boards"][0]["rows"]}
    assert (rows[LINJIANG]["awarded"], rows[LINJIANG]["now"], rows[BAISHA]["valid_until"]) == ("second", None, "2029-09-21")
    assert rows[LINJIANG]["valid_until"] is None   # a grade withdrawn is valid until no day
    assert ranking(desk, world)[linjiang][1] == "不予评定"
    told = list(csv.DictReader(io.StringIO(desk.ask("GET", f"/campaigns/{world.id}/papers/results.csv").data.decode("utf-8-sig"))))
    assert {each["site"]: (each["place_best"], each["grade"], each["bonus"]) for each in told}[baisha] == ("1", "second", "3")
    # and revoking it gives the grade back
    desk.post("/grade-decisions", campaign=world.id, kind="revoke", site=demo.site_id(BAISHA), of=made["id"], **FOUNDED)
    assert ranking(desk, world)[baisha] == (1, "一等")
    told = results(desk, world)["decisions"]
    assert [(each["kind"], each["stands"], each["by"]) for each in told] == [
        ("trigger", False, "周"), ("withdraw", True, "周"), ("revoke", False, "周")]
    assert client_of(WU).get(f"/api/v1/grades?campaign={world.id}").status_code == 200


def test_results_go_to_the_halls_and_only_then_to_everybody(app, hands, desk, centre, client_of, world):
    photos = world.finish(SHIQIAO, ("1", "2"))
    world.finish(BAISHA)
    world.finish(LINJIANG, ("1",))
    shiqiao = world.visit[SHIQIAO]["id"]
    desk.post(f"/campaigns/{world.id}/close")
    # given: nothing goes out by itself
    assert centre.get("/results") == {"results": []}
    assert centre.ask("GET", f"/results/{shiqiao}").status_code == 404
    assert public(app).status_code == 404
    # when it is given to the halls, with five working days to appeal: the 25th is a holiday, so to Tuesday, 29 September
    desk.post(f"/campaigns/{world.id}/publication", appeal_days=5, public=True)
    assert [(each["kind"], each["link"]) for each in centre.get("/inbox")["entries"]] == [("result", f"/results/{shiqiao}")]
    # then each hall has its own, with the working, and pictures as reports show them
    own = centre.get(f"/results/{shiqiao}")
    assert [each["inspection"] for each in centre.get("/results")["results"]] == [shiqiao]
    assert (own["high"], own["place"], own["grade"]["now"], own["appeal_until"]) == ("7", [3, 3], None, "2026-09-29")
    assert [line["taken"] for line in own["result"]["lines"]] == ["0.5", "0.5", "0", "0"]
    assert photos["badge"] not in json.dumps(own)
    picture = f"/results/{shiqiao}/pictures"
    plain = centre.ask("GET", f"{picture}/{photos['fault']}")
    assert plain.status_code == 200
    assert desk.ask("PUT", f"/photos/{photos['fault']}/redaction", {"boxes": BOXES}).status_code == 200
    assert centre.ask("GET", f"{picture}/{photos['fault']}").data != plain.data
    for other in (photos["badge"], photos["scene"], new_id()):
        assert centre.ask("GET", f"{picture}/{other}").status_code == 404
    for region in (BAISHA, LINJIANG):
        assert centre.ask("GET", f"/results/{world.visit[region]['id']}").status_code == 404
    # and nobody else anything, to the last day of the period
    hands.set(9, 29, 23, 59)
    assert public(app).status_code == 404
    assert open_json(app).status_code == 404
    # when it is over
    hands.set(9, 30, 0, 1)
    page = public(app)
    # then there are results and grades, no person, no note, no badge, and only the picture that was covered
    assert page.status_code == 200
    assert "<script" not in page.text
    assert all(name in page.text for name in ("7 / 8 分", "8 / 8 分", "一等", "不予评定"))
    for hidden in (NOTE, "张三", "周", "赵", photos["badge"], photos["scene"], shiqiao):
        assert hidden not in page.text
    assert f"/public/990123/pictures/{photos['fault']}" in page.text
    shown = public(app, f"/pictures/{photos['fault']}")
    assert shown.data == centre.ask("GET", f"{picture}/{photos['fault']}").data
    for other in (photos["badge"], photos["scene"]):
        assert public(app, f"/pictures/{other}").status_code == 404
    assert "points" in public(app, lang="en").text
    told = open_json(app).get_json()["campaigns"][0]
    assert [(each["marks"], each["grade"]["en"] if each["grade"] else None) for each in told["sites"]] == [
        ("8", "first"), ("7.5", "second"), ("7", "no grade")]
    assert "inspection" not in json.dumps(told)
    # when a hall gets another name, the page has it at once
    with app.app_context(), transaction():
        site = sites.by_id(demo.site_id(BAISHA))
        sites.put(replace(site, name={"zh": "白沙镇政务服务中心", "en": "Baisha"}))
    assert "白沙镇政务服务中心" in public(app).text
    # when the cover is taken off, the picture goes
    assert desk.ask("PUT", f"/photos/{photos['fault']}/redaction", {"boxes": []}).status_code == 200
    assert photos["fault"] not in public(app).text
    assert public(app, f"/pictures/{photos['fault']}").status_code == 404
    # and where it is covered again and then deleted on somebody's request, it goes as well
    assert desk.ask("PUT", f"/photos/{photos['fault']}/redaction", {"boxes": BOXES}).status_code == 200
    assert photos["fault"] in public(app).text
    with app.app_context(), transaction():
        erasing.erase(photo_store.by_id(photos["fault"]), why="person", actor=None)
    assert photos["fault"] not in public(app).text


def test_a_row_that_may_still_change_is_kept_back_until_the_appeal_is_decided(app, hands, desk, centre, world):
    for region, faults in ((SHIQIAO, ("1", "2")), (BAISHA, ()), (LINJIANG, ("1",))):
        world.finish(region, faults)
    shiqiao = world.visit[SHIQIAO]["id"]
    desk.post(f"/campaigns/{world.id}/close")
    desk.post(f"/campaigns/{world.id}/publication", appeal_days=1, public=True)
    order = desk.post(f"/inspections/{shiqiao}/rectification", items=[wanted("1", days=8), wanted("2", days=8)], appeal_days=3)["order"]
    centre.pull()
    item = next(each["id"] for each in order["items"] if each["indicator"] == "1")
    # when the page opens while this hall may still appeal, and then has appealed
    hands.set(9, 23, 9)
    first = {each["site"]["en"]: each for each in open_json(app).get_json()["campaigns"][0]["sites"]}
    appealed = centre.move(item, "appeal", words="标牌当时在维修")
    assert appealed["outcome"] == "applied", appealed
    hands.set(9, 28, 9)
    second = [each for each in open_json(app).get_json()["campaigns"][0]["sites"] if each["under_review"]]
    # then its row says that and nothing else, and the desk knows why
    assert sum(each["under_review"] for each in first.values()) == len(second) == 1
    assert set(second[0]) == {"site", "checklist", "under_review", "pictures"}
    assert "复核" in public(app).text
    assert results(desk, world)["publication"]["waiting"] == {"sites": 1, "appeals": 1}
    # when it is upheld, the figure follows and what was written down at the closing stays visible to the desk
    seen = desk.get(f"/inspections/{shiqiao}")["seq"]
    desk.post(f"/rectification/items/{item}/appeal", id=new_id(), upheld=True, reason="属实", points="2", seen=seen)
    rows = {row["site"]["region"]: row for row in results(desk, world)["boards"][0]["rows"]}
    assert (rows[SHIQIAO]["high"], rows[SHIQIAO]["at_closing"]["high"]) == ("7.5", "7")
    told = [each for each in open_json(app).get_json()["campaigns"][0]["sites"] if each.get("rectification", {}).get("items")]
    assert [(each["marks"], each["rectification"]) for each in told] == [("7.5", {"items": 2, "closed": 1, "overdue": 0})]


def test_what_has_gone_out_is_switched_off_and_taken_back_with_a_reason(app, hands, desk, centre, client_of, world):
    for region in (SHIQIAO, BAISHA, LINJIANG):
        world.finish(region, ("1",))
    address = f"/campaigns/{world.id}"
    assert problem_of(desk.ask("POST", f"{address}/publication", {})) == "campaign.state"
    desk.post(f"{address}/close")
    assert problem_of(desk.ask("POST", f"{address}/withdrawal", {"reason": "x"})) == "campaign.state"
    desk.post(f"{address}/publication", appeal_days=1)
    hands.set(9, 24)
    # given a county that did not want it public: then it does
    assert public(app).status_code == 404
    assert desk.ask("PUT", f"{address}/publication", {"public": True}).status_code == 200
    assert public(app).status_code == 200
    assert problem_of(desk.ask("PUT", f"{address}/publication", {"public": False})) == "campaign.reason_wanted"
    assert desk.ask("PUT", f"{address}/publication", {"public": False, "reason": "数字有误"}).status_code == 200
    assert public(app).status_code == 404
    assert centre.get("/results")["results"]
    # when it is taken back wholly
    assert desk.ask("PUT", f"{address}/publication", {"public": True}).status_code == 200
    assert desk.ask("POST", f"{address}/withdrawal", {"reason": " "}).status_code in (400, 422)
    assert desk.post(f"{address}/withdrawal", reason="核算有误")["state"] == "closed"
    # then nobody sees it, as if it had never been, and it may go out again with a new period
    assert centre.get("/results") == {"results": []}
    assert public(app).status_code == 404
    desk.post(f"{address}/publication", appeal_days=1, public=True)
    assert public(app).status_code == 404
    wu = client_of(WU)
    assert [each["details"].get("reason") for each in trail(wu, "campaign.withdraw")] == ["核算有误"]
    assert [each["details"]["public"] for each in trail(wu, "campaign.public")] == [True, False, True]
    assert len(trail(wu, "campaign.publish")) == 2


def test_no_name_runs_on_the_page_in_a_table_or_in_a_cell(app, hands, desk, world):
    # given a hall whose name is a script, a formula and a template at once
    name = "=cmd|' /C calc'!A0 <script>alert(1)</script> {{ 7*7 }}"
    with app.app_context(), transaction():
        site = sites.by_id(demo.site_id(BAISHA))
        sites.put(type(site)(**{**site.__dict__, "name": {"zh": name, "en": name}}))
    for region in (SHIQIAO, BAISHA, LINJIANG):
        world.finish(region)
    desk.post(f"/campaigns/{world.id}/close")
    desk.post(f"/campaigns/{world.id}/publication", appeal_days=1, public=True)
    hands.set(9, 24)
    page = public(app)
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for path in ("results.csv", "findings.csv"):
        text = desk.ask("GET", f"/campaigns/{world.id}/papers/{path}").data.decode("utf-8-sig")
        assert ",=cmd" not in text
        assert not text.startswith("=")
    book = load_workbook(io.BytesIO(desk.ask("GET", f"/campaigns/{world.id}/papers/ranking.xlsx").data))
    cell = next(cell for row in book["排名"].iter_rows() for cell in row if cell.value and "cmd|" in str(cell.value))
    assert cell.data_type == "s"


def test_the_last_campaign_of_the_same_checklist_stands_beside_this_one(app, hands, desk, client_of, crew, campaign):
    chosen = {"sites": [demo.site_id(each) for each in (SHIQIAO, BAISHA)]}
    first = World(app, desk, client_of, crew, campaign("running", **chosen))
    first.finish(SHIQIAO, ("1", "2"))
    first.finish(BAISHA, ("1",))
    desk.post(f"/campaigns/{first.id}/close")
    hands.forward(minutes=5)
    second = World(app, desk, client_of, crew, campaign("running", title={"zh": "复查", "en": "Again"}, **chosen))
    second.finish(SHIQIAO)
    second.finish(BAISHA, ("1", "2"))
    # 7 → 8 and 7.5 → 7
    found = results(desk, second)
    assert found["last"]["id"] == first.id
    compared = {each["site"]: each for each in found["boards"][0]["figures"]["compare"]["sites"]}
    assert (compared[demo.site_id(SHIQIAO)]["change"], compared[demo.site_id(BAISHA)]["change"]) == ("1", "-0.5")
    assert results(desk, first)["last"] is None
    # and one title for two campaigns names neither
    third = campaign("planned", title={"zh": "复查", "en": "Again"})
    assert problem_of(desk.ask("GET", "/grades?campaign=复查")) == "campaign.title_shared"
    assert third


def test_a_covered_face_stays_covered_in_every_paper_the_export_and_the_public_page(app, hands, desk, centre, world, monkeypatch):
    photos = world.finish(SHIQIAO, ("1",))
    world.finish(BAISHA)
    world.finish(LINJIANG)
    visit, fault = world.visit[SHIQIAO]["id"], photos["fault"]
    with app.app_context():
        plain = report_pictures.picture(visit, fault)
    assert desk.ask("PUT", f"/photos/{fault}/redaction", {"boxes": BOXES}).status_code == 200
    with app.app_context():
        covered = report_pictures.picture(visit, fault)
        badge = report_pictures.picture(visit, photos["badge"])
    assert covered != plain
    assert badge is None
    given, real = [], report_pictures.picture

    def watched(inspection, photo):
        data = real(inspection, photo)
        given.extend([data] if photo == fault else [])
        return data

    monkeypatch.setattr(report_pictures, "picture", watched)
    desk.post(f"/campaigns/{world.id}/close")
    desk.post(f"/campaigns/{world.id}/publication", appeal_days=1, public=True)
    order = desk.post(f"/inspections/{visit}/rectification", items=[wanted("1", days=8)], appeal_days=1)["order"]["id"]
    export = desk.ask("POST", f"/campaigns/{world.id}/exports", {}).get_json()["export"]["id"]
    hands.set(9, 24)
    with app.app_context():
        while worker.work_off():
            pass
    archive = zipfile.ZipFile(io.BytesIO(desk.ask("GET", f"/exports/{export}/archive.zip").data))
    inside = {name: archive.read(name) for name in archive.namelist()}
    papers = {
        path: desk.ask("GET", path).data for path in
        (f"/rectification/orders/{order}/notice.docx", f"/campaigns/{world.id}/papers/circular.docx", f"/inspections/{visit}/papers/report.pdf",
         f"/inspections/{visit}/papers/score-sheet.xlsx", f"/campaigns/{world.id}/papers/ranking.xlsx")
    }  # fmt: skip
    seen = 0
    for name, data in (inside | papers).items():
        pictures = _pictures_in(name, data)
        assert plain not in pictures, name
        seen += covered in pictures
    # the notice and the circular, each by itself and in the archive, and the archive's own; a report makes its pictures
    # smaller, so of it what it was given
    assert seen == 5
    assert (set(given), len(given)) == ({covered}, 7)
    assert centre.ask("GET", f"/results/{visit}/pictures/{fault}").data == covered
    assert public(app, f"/pictures/{fault}").data == covered


def _pictures_in(name, data):
    """The JPEGs that a file holds, as they were put in."""
    if name.endswith((".docx", ".xlsx")):
        book = zipfile.ZipFile(io.BytesIO(data))
        return [book.read(each) for each in book.namelist() if "media/" in each]
    return [data]
