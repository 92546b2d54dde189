"""Papers leave the house: who may have which, what is in them, and what nobody learns from them."""

# Fixtures come by their names.
# ruff: noqa: F401, F811

import csv
import hashlib
import io
import zipfile

import pytest
from docx import Document
from openpyxl import load_workbook

from mingcha.flows import campaign_standing, exports, verifying
from mingcha.papers.words import ITEM_STATE
from mingcha.store import audit, inspections, snapshots
from tests.cast import CHEN, COUNTY, LIN, QIAN, SHI, WU, ZHAO, ZHOU
from tests.conftest import problem_of
from tests.papers.test_documents import template, text_of
from tests.rectifying import (
    approve_visit,
    approved,
    centre,
    desk,
    hands,
    issue,
    wanted,
    work,
)
from tests.stories.phone import Phone
from tests.visits import photo_bytes

API = "/api/v1"


@pytest.fixture
def order(approved, issue):
    """The order of an approved visit: its id and the inspection's."""
    return issue(approved, wanted("1", days=8), wanted("2", text="=cmd|' /C calc'!A0"))["order"]


@pytest.fixture
def finish(app, work):
    """Does what a worker does until an export is ready."""
    from mingcha.jobs import worker

    def run():
        with app.app_context():
            while worker.work_off():
                pass

    return run


def test_the_notice_says_what_was_ordered_and_never_shows_a_badge(desk, centre, order):
    # when
    answer = centre.ask("GET", f"/rectification/orders/{order['id']}/notice.docx")
    # then
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].isascii()
    assert "UTF-8''%E6%95%B4%E6%94%B9" in answer.headers["Content-Disposition"]
    said = text_of(answer.data)
    assert "2026-001" in said
    assert "石桥镇便民服务中心：" in said
    assert "2026年10月" in said  # eight working days from 21 September, over the holidays
    assert "=cmd|' /C calc'!A0" in said
    pictures = [each for each in Document(io.BytesIO(answer.data)).part.package.parts if "media" in each.partname]
    assert len(pictures) == 1  # the fault's own; the badge beside it stays at home


def test_who_gets_which_paper(client_of, approved, order):
    sheet, notice = f"{API}/inspections/{approved}/papers/score-sheet.xlsx", f"{API}/rectification/orders/{order['id']}"
    expected = {LIN: (200, 404), ZHOU: (200, 200), WU: (200, 200), SHI: (404, 200), CHEN: (403, 403), QIAN: (404, 404)}
    for person, (of_sheet, of_notice) in expected.items():
        client = client_of(person)
        assert client.get(sheet).status_code == of_sheet, person
        assert client.get(f"{notice}/notice.docx").status_code == of_notice, person
        kinds = [each["kind"] for each in (client.get(sheet.rpartition("/")[0]).get_json().get("papers") or [])]
        assert ("notice" in kinds) is (person in (ZHOU, WU)), person


def test_a_centre_learns_nothing_of_a_visit_without_an_order(client_of, approved):
    shi = client_of(SHI)
    nothing = shi.get(f"{API}/inspections/00000000-0000-4000-8000-000000000000/papers/report.pdf").get_json()
    for path in ("papers", "papers/score-sheet.xlsx", "papers/report.pdf"):
        assert shi.get(f"{API}/inspections/{approved}/{path}").get_json()["problem"]["code"] == "not_found"
    for path in ("papers/ranking.xlsx", "papers/circular.docx", "papers/results.csv", "papers/results.json"):
        assert shi.get(f"{API}/campaigns/{approved}/{path}").get_json()["problem"] == nothing["problem"]
    assert shi.get(f"{API}/rectification/ledger.xlsx").status_code == 404


def test_every_paper_is_in_the_audit_trail(app, client_of, approved):
    zhou = client_of(ZHOU)
    for path in (f"inspections/{approved}/papers/report.pdf", f"campaigns/{approved}/papers/ranking.xlsx"):
        assert zhou.get(f"{API}/{path}").status_code == 200
    with app.app_context():
        trail = [each for each in audit.latest(COUNTY, COUNTY, limit=9) if each["deed"] == "paper.read"]
    assert [each["details"]["paper"] for each in trail] == ["ranking", "report"]


def test_a_digest_on_paper_can_be_checked_by_anybody_and_says_no_more(app, client_of, stranger, approved):
    # given the digest that the report carries
    digest = client_of(ZHOU).get(f"{API}/inspections/{approved}").get_json()["snapshot"]["digest"]
    # then the whole of it answers yes, with no name of anything
    answer = stranger.get(f"{API}/verify/{digest}")
    assert answer.status_code == 200
    assert "石桥" not in answer.text
    assert approved not in answer.text
    assert stranger.get(f"{API}/verify/{digest}?format=json").get_json() == {"stands": True}
    # and nothing else does, all alike
    others = {stranger.get(f"{API}/verify/{each}").text for each in (digest[:32], "0" * 64, digest.upper(), "a" * 500)}
    assert len(others) == 1
    # even where the words under it were changed afterwards
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "read", lambda name: {"inspection": approved, "result": {"low": "100"}})
        assert not verifying.stands(digest)


def test_the_ranking_and_the_circular_tell_the_same_figures(client_of, approve_visit, new_visit):
    # given two approved towns, one of them with three faults, and a third that is still open
    one, _ = approve_visit(), approve_visit("990123102", faults=("1",))
    new_visit(region="990123103")
    zhou = client_of(ZHOU)
    # when
    ranking = load_workbook(io.BytesIO(zhou.get(f"{API}/campaigns/{one}/papers/ranking.xlsx").data), data_only=True)
    said = text_of(zhou.get(f"{API}/campaigns/{one}/papers/circular.docx").data)
    rows = list(csv.DictReader(io.StringIO(
        zhou.get(f"{API}/campaigns/{one}/papers/results.csv").data.decode("utf-8-sig"))))
    # then: 8 marks, half a mark for each fault
    shown = {row[1].value: row[4].value for row in ranking["排名"].iter_rows(min_row=4, max_row=6)}
    assert shown["石桥镇便民服务中心"] == 6.5
    assert sorted(each["high"] for each in rows if each["stage"] == "approved") == ["6.5", "7.5"]
    assert "平均得分 7 分（满分 8 分）" in said
    assert "另有 1 个单位" in said
    assert "7.5分" in said


def test_a_county_puts_its_own_template_in_place_and_a_faulty_one_never(client_of, order):
    chen, zhou = client_of(CHEN), client_of(ZHOU)
    path, notice = f"{API}/paper-templates/notice.docx", f"{API}/rectification/orders/{order['id']}/notice.docx"
    # when
    faulty = chen.put(path, data=template("{{ site }}，{{ sight }}"))
    good = chen.put(path, data=template("我县格式：{{ site }}", "{%p for one in things %}", "{{ one.text }}", "{%p endfor %}"))
    # then
    assert problem_of(faulty) == "template.unknown_word"
    assert "sight" in faulty.get_json()["problem"]["message"]["zh"]
    assert good.status_code == 204
    assert text_of(zhou.get(notice).data).startswith("我县格式：石桥镇便民服务中心")
    assert [each["own"] for each in chen.get(f"{API}/paper-templates").get_json()["templates"]] == [True, False]
    assert zhou.put(path, data=b"x").status_code == 403
    # and back
    assert chen.delete(path).status_code == 204
    assert "整改通知书" in text_of(zhou.get(notice).data)


def test_the_ledger_counts_itself_and_no_cell_runs(client_of, order):
    zhou = client_of(ZHOU)
    book = load_workbook(io.BytesIO(zhou.get(f"{API}/rectification/ledger.xlsx").data), data_only=True)
    assert book["台账"].max_row == 4
    assert {row[0].value: row[1].value for row in book["统计"].iter_rows(min_row=3)} == {
        **dict.fromkeys(ITEM_STATE.values(), 0), "待签收": 2, "合计": 2,
    }  # fmt: skip
    text = zhou.get(f"{API}/rectification/ledger.csv").data.decode("utf-8-sig")
    assert "'=cmd|" in text
    assert ",=cmd|" not in text


def test_a_campaign_is_exported_as_it_was_when_it_was_ordered(
    app, client_of, approve_visit, new_visit, issue, finish
):  # fmt: skip
    # given an approved visit with its order, and one that is submitted while nobody has approved it
    one, waiting = approve_visit(), new_visit(region="990123103")
    issue(one, wanted("1", days=8))
    zhou = client_of(ZHOU)
    lin = Phone(client_of(LIN), waiting, "phone-of-lin-waiting")
    for number in ("1", "2", "3", "4"):
        lin.say(number, "met")
    data = photo_bytes(7)
    photo = lin.announce(data, "4")
    lin.write("visit/submitted", {"at": "2026-09-21T03:00:00.000Z"})
    lin.sync()
    assert lin.upload(photo, data).status_code == 201
    ordered = zhou.post(f"{API}/campaigns/{one}/exports").get_json()["export"]
    # when, before the worker comes, a late step arrives, the other is approved and a third is added
    seen = zhou.get(f"{API}/inspections/{waiting}").get_json()["seq"]
    assert zhou.post(f"{API}/inspections/{waiting}/approval", json={"seen": seen}).status_code == 200
    client = Phone(client_of(ZHAO), one, "phone-of-zhao-late")
    client.sync()
    client.say("1", "met")
    client.sync()
    new_visit(region="990123102")
    early = zhou.get(f"{API}/exports/{ordered['id']}/archive.zip")
    finish()
    # then
    assert problem_of(early) == "export.not_ready"
    told = zhou.get(f"{API}/exports/{ordered['id']}").get_json()["export"]
    assert (told["state"], told["step"], told["photos"]) == ("ready", told["steps"], 3)
    data = zhou.get(f"{API}/exports/{ordered['id']}/archive.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ", 1)
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        rows = list(csv.DictReader(io.StringIO(archive.read("结果.csv").decode("utf-8-sig"))))
        assert [(each["inspection"], each["high"], each["stage"], bool(each["snapshot"])) for each in rows] == [
            (one, "6.5", "approved", True), (waiting, "8", "submitted", False)]  # fmt: skip
        (draft,) = [name for name in names if waiting[:8] in name and name.endswith("评分表.xlsx")]
        assert "未批准稿" in load_workbook(io.BytesIO(archive.read(draft)))["评分表"]["A3"].value
    kinds = {"评分表.xlsx": 2, "检查报告.pdf": 2, "整改通知书.docx": 1, "数据.json": 2, "照片/1-001.jpg": 1, "照片/4-001.jpg": 2}
    for name, many in kinds.items():
        assert sum(each.endswith(name) for each in names) == many, (name, names)
    # and any stretch of it comes alone
    head = {"Range": "bytes=1000-2999", "If-Range": f'"{ordered["id"]}"'}
    part = zhou.get(f"{API}/exports/{ordered['id']}/archive.zip", headers=head)
    assert (part.status_code, part.data) == (206, data[1000:3000])
    assert part.headers["Content-Range"] == f"bytes 1000-2999/{len(data)}"
    beyond = zhou.get(f"{API}/exports/{ordered['id']}/archive.zip", headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    for person in (WU, LIN, SHI, CHEN, QIAN):
        assert client_of(person).get(f"{API}/exports/{ordered['id']}").status_code in (403, 404)


def test_a_step_that_two_workers_do_at_once_counts_once(app, client_of, approve_visit, monkeypatch, finish):
    one = approve_visit()
    export = client_of(ZHOU).post(f"{API}/campaigns/{one}/exports").get_json()["export"]["id"]
    one_visit = exports._one_visit

    def overtaken(*given):
        monkeypatch.setattr(exports, "_one_visit", one_visit)
        exports.go_on(export)
        one_visit(*given)

    with app.app_context():
        monkeypatch.setattr(exports, "_one_visit", overtaken)
        exports.go_on(export)
    finish()
    data = client_of(ZHOU).get(f"{API}/exports/{export}/archive.zip").data
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len(names) == len(set(names))


def test_an_approval_between_fixing_and_reading_changes_no_paper(app, client_of, lin, submitted_visit):
    # given what a paper fixed before
    with app.app_context():
        fixed = list(inspections.load([submitted_visit]).values())
    zhou = client_of(ZHOU)
    address = f"{API}/inspections/{submitted_visit}"
    # when somebody approves meanwhile
    seen = zhou.get(address).get_json()["seq"]
    assert zhou.post(f"{address}/approval", json={"seen": seen}).status_code == 200
    # then the paper is of its own moment, the next one of the new
    with app.app_context():
        assert campaign_standing.seen(fixed)[0].visit.stage == "submitted"
        assert campaign_standing.seen(list(inspections.load([submitted_visit]).values()))[0].visit.approval
