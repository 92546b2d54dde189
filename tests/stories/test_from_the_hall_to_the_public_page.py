"""One campaign of three halls, from what went wrong in them to what anybody reads: every figure by hand, and every deed.

The small checklist has four rows of two marks, half a mark for each fault under clause a: eight in all.

- Hall 1: two people disagree about row 3, and both note one fault of row 2. Settled as met, joined: 8 − 0.5 = 7.5.
- Hall 2: a fault beside "met" in row 1. Sent back, corrected; row 2 set to 1.5 by hand: 8 − 0.5 − 0.5 = 7. Then a phone
  from the basement brings a fault of row 3, which is taken in: 6.5. After the closing it brings one of row 4, set aside.
- Hall 3: a picture of hall 1. Approved at 8, taken back, row 4 set to nothing: 8 − 2 = 6.

Places 1, 2, 3. 7.5 + 6.5 + 6 = 20 of 24: 6.67 on average, 83.3 %.
"""

import io

import pytest
from openpyxl import load_workbook

from mingcha.flows import demo
from mingcha.jobs import worker
from mingcha.store import audit
from tests.campaigning import campaign, crew, desk, hands, list_, plan
from tests.cast import COUNTY, SHIQIAO, ZHOU, Person
from tests.papers.evaluator import Workbook
from tests.papers.test_documents import text_of
from tests.rectifying import centre
from tests.stories.phone import Phone, new_id
from tests.visits import photo_bytes

# The databases are told apart where they matter; this story is about what people read.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
__all__ = ["campaign", "centre", "crew", "desk", "hands", "list_", "plan"]

BAISHA, LINJIANG = "990123102", "990123001"
FAULT = {"indicator": "2", "clause": "a", "item": None, "case": None}
HOUR = {"at": "2026-09-22T03:00:00.000Z"}


class Hall:
    """One visit of the campaign: the phones of both inspectors, and 周's desk on it."""

    def __init__(self, visit, desk, client_of, names):
        self.id, self.name, self._desk = visit["id"], visit["site"]["name"]["zh"], desk
        self.team = [names[each["id"]] for each in visit["team"]]
        who = [Person(each, "", "inspector", COUNTY) for each in self.team]
        self.first, self.second = (Phone(client_of(each), self.id, f"phone-{each.username}-{self.id[:8]}") for each in who)
        self.zhou = Phone(client_of(ZHOU), self.id, f"desk-{self.id[:8]}")
        self.first.sync()
        self.second.sync()

    def answer(self, **verdicts):
        for number in "1234":
            self.first.say(number, verdicts.get(f"row{number}", "met"))

    def photo(self, phone, data, row="4", **more):
        photo = phone.announce(data, row, **more)
        phone.sync()
        assert phone.upload(photo, data).status_code == 201

    def submit(self):
        self.first.write("visit/submitted", HOUR)
        self.first.sync()

    def seen(self):
        return self._desk.get(f"/inspections/{self.id}")

    def do(self, deed, **body):
        answer = self._desk.ask("POST", f"/inspections/{self.id}/{deed}", body)
        assert answer.status_code in (200, 204), answer.get_json()
        return answer.get_json(silent=True)

    def approve(self):
        return self.do("approval", seen=self.seen()["seq"])["snapshot"]

    def settle(self, target, value):
        """周 writes it over everything that stands there."""
        heads = self.seen()["state"]["fields"].get(target, [])
        self.zhou.write(target, value, over=[each["op"] for each in heads])
        assert set(self.zhou.sync().values()) <= {"applied", "merged"}

    def marks(self):
        snapshot = self.seen()["snapshot"]["result"]
        assert snapshot["low"] == snapshot["high"]
        return snapshot["low"]


@pytest.fixture
def halls(hands, desk, client_of, crew, campaign):
    made = campaign("running", sites=[demo.site_id(each) for each in (SHIQIAO, BAISHA, LINJIANG)])
    visits = {each["site"]["region"]: each for each in desk.get(f"/campaigns/{made}/visits")["visits"]}
    desk.post(f"/campaigns/{made}/release", visits=sorted(each["id"] for each in visits.values()))
    names = {account: name for name, account in crew.items()}
    return made, [Hall(visits[each], desk, client_of, names) for each in (SHIQIAO, BAISHA, LINJIANG)]


def disagreed(hall):
    """Hall 1, as its team leaves it."""
    one, other = new_id(), new_id()
    hall.answer(row2="not_met")
    hall.first.write(f"finding/{one}", FAULT, "add", at="2026-09-22T01:30:00.000Z")
    hall.second.write("answer/3/verdict", "not_met")
    hall.second.write(f"finding/{other}", FAULT, "add", at="2026-09-22T01:40:00.000Z")
    hall.photo(hall.first, photo_bytes(1))
    hall.photo(hall.second, photo_bytes(2), "2", finding=other)
    hall.submit()
    return one, other


def contradicted(hall):
    """Hall 2; its second phone lies in the basement and says nothing."""
    hall.answer()
    hall.first.write("finding/1:a", {**FAULT, "indicator": "1"}, "add")
    hall.photo(hall.first, photo_bytes(3))
    hall.submit()


def test_three_visits_that_need_zhou_are_settled_closed_and_published_with_every_deed_in_the_trail(
    app, hands, desk, centre, client_of, crew, halls
):
    made, (one, two, three) = halls
    kept, gone = disagreed(one)
    contradicted(two)
    three.answer()
    three.photo(three.first, photo_bytes(1), source="import")
    three.submit()
    with app.app_context():
        worker.work_off()

    # Hall 1: the conflict settled, the double finding joined
    seen = one.seen()
    assert [each["target"] for each in seen["conflicts"]] == ["answer/3/verdict"]
    assert [(each["one"], each["other"]) for each in seen["doubles"]] == [(kept, gone)]
    assert (seen["result"]["low"], seen["result"]["high"]) == ("5", "7.5")
    one.settle("answer/3/verdict", "met")
    one.do("doubles", how="join", keep=kept, other=gone, seen=one.seen()["seq"])
    one.approve()
    assert one.marks() == "7.5"

    # Hall 2: back, corrected, adjusted, approved; then the phone from the basement, and its fault taken in
    assert [each["code"] for each in two.seen()["contradictions"]] == ["met_with_finding"]
    two.do("return", comment="请核对第 1 项", comments={"1": "结论和问题对不上"})
    two.first.sync()
    two.first.say("1", "not_met")
    two.submit()
    two.settle("review/adjust/2", {"points": "1.5", "reason": "窗口标识不全"})
    two.approve()
    assert two.marks() == "7"
    two.second.write("finding/3:a", {**FAULT, "indicator": "3"}, "add")
    two.second.write("answer/3/verdict", "not_met")
    two.second.sync()
    assert (len(two.seen()["late"]), two.marks()) == (2, "7")
    two.settle("answer/3/verdict", "not_met")
    two.do("late", how="take_in", reason="地下室没有信号", seen=two.seen()["seq"])
    assert two.marks() == "6.5"

    # Hall 3: the picture is one of hall 1
    rows = desk.get("/inspections")["inspections"]
    assert {each["id"]: each["flags"] for each in rows}[three.id] > 0
    three.approve()
    assert three.marks() == "8"
    three.do("reopening", reason="照片是石桥镇的")
    three.settle("review/adjust/4", {"points": "0", "reason": "照片不是本次拍摄"})
    three.approve()
    assert three.marks() == "6"

    # The end of the campaign; what comes after it is set aside
    desk.post(f"/campaigns/{made}/close")
    two.second.write("finding/4:a", {**FAULT, "indicator": "4"}, "add")
    two.second.sync()
    two.do("late", how="set_aside", reason="批次已结束", seen=two.seen()["seq"])
    figures(desk, made, one, two, three)
    desk.post(f"/campaigns/{made}/publication", appeal_days=5, public=True)
    own = centre.get(f"/results/{one.id}")
    assert (own["high"], own["full"], own["place"]) == ("7.5", "8", [1, 1])
    assert [line["taken"] for line in own["result"]["lines"]] == ["0", "0.5", "0", "0"]
    papers(desk, made, one, two, three)

    # Anybody, when the appeal period is over: 25 September is a holiday, so from the 30th
    hands.set(9, 29, 23, 59)
    assert app.test_client().get("/api/v1/public/990123").status_code == 404
    hands.set(9, 30, 0, 1)
    (told,) = app.test_client().get("/api/v1/public/990123").get_json()["campaigns"]
    assert [(each["site"]["zh"], each["marks"], each["full"], each["place"]) for each in told["sites"]] == [
        (one.name, "7.5", "8", [1, 1]), (two.name, "6.5", "8", [2, 2]), (three.name, "6", "8", [3, 3])]  # fmt: skip
    page = app.test_client().get("/public/990123").text
    assert all(f"{marks} / 8 分" in page for marks in ("7.5", "6.5", "6"))

    # Every deed, in its order, and the chain holds
    names = {account: name for name, account in crew.items()} | {one.zhou.author: "zhou", None: None}
    with app.app_context():
        events = list(reversed(audit.latest(COUNTY, COUNTY, limit=500)))
        assert audit.breaks(COUNTY) == []

    def trail(subject):
        return [(each["deed"], names.get(each["actor"], "shi")) for each in events if each["subject"] == subject]

    def of(hall, *deeds):
        begun = [("inspection.create", None), *(("assignment.seen", each) for each in hall.team)]
        return [*begun, *((deed, "zhou") for deed in deeds)]

    assert trail(f"inspection/{one.id}") == [
        *of(one, "review.settle", "review.join", "review.approve"), ("result.own", "shi"), ("paper.read", "zhou")]  # fmt: skip
    assert trail(f"inspection/{two.id}") == of(
        two, "review.return", "review.settle", "review.approve", "review.settle", "review.late", "review.late")  # fmt: skip
    assert trail(f"inspection/{three.id}") == of(
        three, "review.approve", "review.reopen", "review.settle", "review.approve")  # fmt: skip
    assert trail(f"campaign/{made}") == [(deed, "zhou") for deed in (
        "campaign.plan", "draw.commit", "draw.run", "campaign.start", "draw.read", "campaign.release", "campaign.close",
        "campaign.publish", "paper.read", "paper.read")]  # fmt: skip


def figures(desk, made, one, two, three):
    board = desk.get(f"/campaigns/{made}/results")["boards"][0]
    assert [(row["site"]["name"]["zh"], row["place"], row["low"], row["high"]) for row in board["rows"]] == [
        (one.name, [1, 1], "7.5", "7.5"), (two.name, [2, 2], "6.5", "6.5"), (three.name, [3, 3], "6", "6")]  # fmt: skip
    assert {name: board["figures"]["all"][name] for name in ("sites", "high", "full", "share_high")} == {
        "sites": 3, "high": "6.67", "full": "8", "share_high": "83.3"}  # fmt: skip
    taken = {each["id"]: each["taken"] for each in board["figures"]["indicators"]}
    assert taken == {"1": "0.5", "2": "1", "3": "0.5", "4": "2"}  # row 2: 0.5 at hall 1, 0.5 by hand at hall 2


def papers(desk, made, one, two, three):
    """Ranking, circular and score sheet say the same."""
    data = desk.ask("GET", f"/campaigns/{made}/papers/ranking.xlsx").data
    sheet = load_workbook(io.BytesIO(data), data_only=True)["排名"]
    head = [cell.value for cell in sheet[3]]
    place, site, marks = (head.index(name) for name in ("名次", "单位", "得分"))
    told = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=7)]
    assert [(row[place], row[site], row[marks]) for row in told[:3]] == [
        (1, one.name, 7.5), (2, two.name, 6.5), (3, three.name, 6)]  # fmt: skip
    assert (told[3][site], told[3][marks]) == ("平均", 6.67)
    said = text_of(desk.ask("GET", f"/campaigns/{made}/papers/circular.docx").data)
    assert "对 3 个单位开展了检查" in said
    assert "平均得分 6.67 分（满分 8 分）" in said
    assert all(f"{marks}分" in said for marks in ("7.5", "6.5", "6"))
    book = Workbook(io.BytesIO(desk.ask("GET", f"/inspections/{one.id}/papers/score-sheet.xlsx").data))
    last = book.book["评分表"].max_row
    assert [float(book.value("评分表", f"{column}{last}")) for column in "DEF"] == [8, 7.5, 0.5]
