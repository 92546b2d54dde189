"""Three inspections that need a supervisor: a conflict with a double finding, a contradiction with a late phone, a picture
used twice. 周 takes them through return, adjustment, joining, approval, what came late, and re-opening.

Figures by hand. The small checklist has four rows of two marks, 0.5 for each fault under clause a: eight in all.
"""

import pytest

from mingcha.core.canonical import digest
from mingcha.jobs import worker
from mingcha.store import audit
from tests.cast import COUNTY, LIN, SHI, WU, ZHAO, ZHOU
from tests.conftest import problem_of
from tests.stories.phone import new_id
from tests.visits import photo_bytes

FAULT = {"indicator": "2", "clause": "a", "item": None, "case": None}


def address(phone, rest=""):
    return f"/api/v1/inspections/{phone.inspection}{rest}"


def look(zhou, phone):
    answer = zhou.client.get(address(phone))
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def post(zhou, phone, rest, **body):
    answer = zhou.client.post(address(phone, rest), json=body)
    assert answer.status_code in (200, 204), answer.get_json()
    return answer.get_json(silent=True)


def refused(zhou, phone, rest, **body):
    return problem_of(zhou.client.post(address(phone, rest), json=body))


def approve(zhou, phone):
    return post(zhou, phone, "/approval", seen=look(zhou, phone)["seq"])


def score(seen):
    return seen["result"]["low"], seen["result"]["high"]


def answered(phone, *met):
    for number in met:
        phone.say(number, "met")


def picture(phone, seed, indicator="4", **change):
    data = photo_bytes(seed)
    photo = phone.announce(data, indicator, **change)
    phone.sync()
    assert phone.upload(photo, data).status_code == 201
    return photo


def submit(phone):
    phone.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    phone.sync()


def trail(inspection):
    """Every event about it, oldest first."""
    events = reversed(audit.latest(COUNTY, COUNTY, limit=200))
    return [event for event in events if event["subject"] == f"inspection/{inspection}"]


def deeds(inspection):
    return [event["deed"] for event in trail(inspection)]


@pytest.fixture
def first(lin, zhao):
    """A conflict about row 3, and one fault of row 2 that both noted, each with a photo."""
    zhao.sync()
    answered(lin, "1", "3", "4")
    picture(lin, 1)
    lin.say("2", "not_met")
    one, other = new_id(), new_id()
    lin.write(f"finding/{one}", FAULT, "add", at="2026-11-22T01:30:00.000Z")
    lin.write(f"finding/{one}/note", "后门锁着")
    zhao.write("answer/3/verdict", "not_met")
    zhao.write(f"finding/{other}", FAULT, "add", at="2026-11-22T01:40:00.000Z")
    zhao.write(f"finding/{other}/note", "后门推不开")
    picture(lin, 2, "2", finding=one)
    zhao_took = picture(zhao, 3, "2", finding=other)
    submit(lin)
    zhao.sync()
    lin.one, lin.other, lin.zhao_took = one, other, zhao_took
    return lin


def test_a_conflict_and_a_double_finding_are_settled_joined_and_approved(zhou, zhao, first, inside):
    seen = look(zhou, first)
    # At worst row 2 has two faults and row 3 is not met: 8 − 2 × 0.5 − 2. At best both saw one fault and row 3 is met: 8 − 0.5.
    assert score(seen) == ("5", "7.5")
    assert [each["target"] for each in seen["conflicts"]] == ["answer/3/verdict"]
    assert seen["doubles"] == [{"one": first.one, "other": first.other, "why": ["time"], "apart_minutes": 10}]
    assert refused(zhou, first, "/approval", seen=seen["seq"]) == "review.conflicts_open"

    zhou.write("answer/3/verdict", "met", inspection=first.inspection,
               over=[head["op"] for head in seen["conflicts"][0]["heads"]])  # fmt: skip
    zhou.sync()
    stale = seen["seq"]
    assert refused(zhou, first, "/doubles", how="join", keep=first.one, other=first.other, seen=stale) == "review.not_newest"
    post(zhou, first, "/doubles", how="join", keep=first.one, other=first.other, seen=look(zhou, first)["seq"])

    seen = look(zhou, first)
    assert score(seen) == ("7.5", "7.5")  # one fault: 8 − 0.5
    assert (seen["doubles"], seen["conflicts"]) == ([], [])
    assert seen["joined"] == [{"finding": first.other, "into": first.one, "photos": [first.zhao_took]}]
    assert [each["finding"] for each in seen["photos"] if each["indicator"] == "2"] == [first.one, first.one]
    notes = [head["value"] for head in seen["state"]["fields"][f"finding/{first.one}/note"]]
    assert notes == ["后门锁着；后门推不开"]

    post(zhou, first, "/doubles", how="part", keep=first.one, other=first.other, seen=seen["seq"])
    seen = look(zhou, first)
    assert (score(seen), seen["doubles"]) == (("7", "7"), [])  # two faults: whoever parts them stands by both
    said = {name: seen["state"]["fields"][f"finding/{each}/note"][0]["value"] for name, each in
            (("lin", first.one), ("zhao", first.other))}  # fmt: skip
    assert said == {"lin": "后门锁着", "zhao": "后门推不开"}
    assert {each["id"]: each["finding"] for each in seen["photos"]}[first.zhao_took] == first.other

    post(zhou, first, "/doubles", how="join", keep=first.one, other=first.other, seen=seen["seq"])
    history = zhou.client.get(address(first, f"/trace?target=finding/{first.other}")).get_json()["history"]
    assert [(op["kind"], op["target"].rpartition("/")[2]) for op in history if op["target"].count("/") == 1] == [
        ("add", first.other), ("remove", first.other), ("add", first.other), ("remove", first.other)]  # fmt: skip
    frozen = approve(zhou, first)
    zhao.sync()
    assert zhao.known[first.inspection]["state"] == "approved"
    snapshot = look(zhou, first)["snapshot"]
    assert (snapshot["result"]["low"], snapshot["digest"]) == ("7.5", frozen["snapshot"])
    assert deeds(first.inspection) == [
        "inspection.create", "review.settle", "review.join", "review.join", "review.join", "review.approve"]  # fmt: skip


def test_both_findings_stand_when_the_supervisor_says_so(zhou, first, inside):
    (conflict,) = look(zhou, first)["conflicts"]
    zhou.write("answer/3/verdict", "met", inspection=first.inspection, over=[head["op"] for head in conflict["heads"]])
    zhou.sync()
    post(zhou, first, "/doubles", how="both", keep=first.one, other=first.other, seen=look(zhou, first)["seq"])
    seen = look(zhou, first)
    assert (seen["doubles"], seen["contradictions"], score(seen)) == ([], [], ("7", "7"))


@pytest.fixture
def second(phone_of, new_visit):
    """A finding beside "met" in row 1; 赵's phone has the visit and has been silent since."""
    there = new_visit(region="990123102")
    lin, zhao = phone_of(LIN, "phone-of-lin-b", there), phone_of(ZHAO, "phone-of-zhao-b", there)
    zhao.sync()
    answered(lin, "1", "2", "3", "4")
    lin.write("finding/1:a", {**FAULT, "indicator": "1"}, "add")
    picture(lin, 4)
    submit(lin)
    lin.other_phone = zhao
    return lin


def test_a_contradiction_goes_back_is_answered_adjusted_approved_and_a_late_phone_is_settled(zhou, second, inside):
    late = second.other_phone
    seen = look(zhou, second)
    assert [each["code"] for each in seen["contradictions"]] == ["met_with_finding"]
    assert [(each["name"], each["device"]) for each in seen["outstanding"]] == [("赵", "phone-of-zhao-b")]

    assert refused(zhou, second, "/return", comment="x", comments={"9.9": "没有这一项"}) == "review.unknown_row"
    post(zhou, second, "/return", comment="请核对第 1 项", comments={"1": "结论和问题对不上", "4": "再拍一张全景"})
    second.sync()
    (comment,) = second.heads("review/comment/1")
    assert (second.known[second.inspection]["state"], comment["value"]) == ("returned", "结论和问题对不上")
    second.write("answer/1/reply", {"text": "是不符合，已改", "of": comment["id"]})
    second.say("1", "not_met")
    submit(second)

    seen = look(zhou, second)
    assert [head["value"]["text"] for head in seen["state"]["fields"]["answer/1/reply"]] == ["是不符合，已改"]
    assert (score(seen), seen["contradictions"]) == (("7.5", "7.5"), [])
    assert [each["device"] for each in seen["outstanding"]] == ["phone-of-zhao-b"]
    zhou.write("review/adjust/2", {"points": "1.5", "reason": "窗口标识不全"}, inspection=second.inspection)
    zhou.sync()
    before = approve(zhou, second)["snapshot"]
    seen = look(zhou, second)
    assert seen["snapshot"]["result"]["low"] == "7"  # 8 − 0.5 − 0.5
    assert seen["late"] == []

    late.write("finding/3:a", {**FAULT, "indicator": "3"}, "add")
    late.write("answer/3/verdict", "not_met", over=[])
    late.sync()
    seen = look(zhou, second)
    assert [(each["target"], each["row"]) for each in seen["late_steps"]] == [("finding/3:a", "3"), ("answer/3/verdict", "3")]
    assert (seen["snapshot"]["digest"], seen["snapshot"]["result"]["low"]) == (before, "7")
    assert (seen["outstanding"], digest({k: v for k, v in seen["snapshot"].items() if k != "digest"})) == ([], before)
    waiting = zhou.client.get("/api/v1/inspections").get_json()["inspections"]
    assert (waiting[0]["id"], waiting[0]["late"], waiting[0]["urgency"]) == (second.inspection, 2, 2)

    # 赵 had not seen 林's verdict: a conflict that nobody can approve over.
    ask = {"how": "take_in", "reason": "赵在地下室，晚到"}
    assert refused(zhou, second, "/late", seen=seen["seq"], **ask) == "review.conflicts_open"
    (conflict,) = seen["conflicts"]
    zhou.write(conflict["target"], "not_met", inspection=second.inspection, over=[h["op"] for h in conflict["heads"]])
    zhou.sync()
    assert refused(zhou, second, "/late", seen=seen["seq"], **ask) == "review.not_newest"
    again = post(zhou, second, "/late", seen=look(zhou, second)["seq"], **ask)
    seen = look(zhou, second)
    assert again["snapshot"] == seen["snapshot"]["digest"] != before
    assert (seen["snapshot"]["replaces"], seen["snapshot"]["because"]["reason"]) == (before, "赵在地下室，晚到")
    assert (seen["snapshot"]["result"]["low"], seen["late"]) == ("6.5", [])  # 8 − 3 × 0.5

    late.write("visit/note", "又想起一件事")
    late.sync()
    post(zhou, second, "/late", seen=look(zhou, second)["seq"], how="set_aside", reason="与评分无关")
    seen = look(zhou, second)
    assert (seen["late"], seen["snapshot"]["digest"]) == ([], again["snapshot"])
    assert refused(zhou, second, "/late", seen=seen["seq"], how="set_aside", reason="x") == "review.nothing_late"
    assert deeds(second.inspection) == [
        "inspection.create", "review.return", "review.settle", "review.approve", "review.settle", "review.late", "review.late"]  # fmt: skip


def test_a_re_used_photo_is_shown_first_and_an_approval_is_taken_back_for_all_to_see(
    zhou, lin, zhao, phone_of, new_visit, client_of, inside
):
    there = phone_of(LIN, "phone-of-lin-c", new_visit(region="990123103"))
    for phone in (lin, there):
        answered(phone, "1", "2", "3", "4")
        picture(phone, 9, source="import")
        submit(phone)
    worker.work_off()
    rows = zhou.client.get("/api/v1/inspections?state=submitted").get_json()["inspections"]
    assert {row["id"]: (row["flags"], row["urgency"]) for row in rows} == {lin.inspection: (1, 1), there.inspection: (1, 1)}

    approved = approve(zhou, there)["snapshot"]
    assert refused(lin, there, "/reopening", reason="x") == "not_allowed"
    assert problem_of(zhou.client.post(address(there, "/reopening"), json={"reason": ""})) == "invalid"
    assert refused(zhou, lin, "/reopening", reason="没有批准过") == "review.not_approved"
    post(zhou, there, "/reopening", reason="照片是上个月的")
    there.sync()
    assert there.known[there.inspection]["state"] == "submitted"
    assert [head["value"]["reason"] for head in there.heads("review/reopened")] == ["照片是上个月的"]
    seen = look(zhou, there)
    assert (seen["snapshot"], seen["late"]) == (None, [])

    zhou.write("review/adjust/4", {"points": "0", "reason": "照片不是本次拍摄"}, inspection=there.inspection)
    zhou.sync()
    again = approve(zhou, there)["snapshot"]
    snapshot = look(zhou, there)["snapshot"]
    assert (snapshot["result"]["low"], snapshot["replaces"], snapshot["because"]) == (
        "6", approved, {"reopened": "照片是上个月的"})  # fmt: skip
    assert again != approved
    assert deeds(there.inspection) == [
        "inspection.create", "review.approve", "review.reopen", "review.settle", "review.approve"]  # fmt: skip
    shi = client_of(SHI)
    assert problem_of(shi.get(address(there))) == "not_found"
    assert shi.put(address(there, "/look"), json={"seq": 1}).status_code == 403


def test_what_a_supervisor_settles_is_in_the_trail_once_and_what_inspectors_record_is_not(zhou, lin, zhao, submitted_visit, inside):
    # given an adjustment, a waiver and a comment of one batch, and a step that nobody may write from a phone
    written = [zhou.write(target, value) for target, value in (
        ("review/adjust/2", {"points": "1.5", "reason": "标识不全"}), ("review/waiver/4", {"reason": "设备故障"}),
        ("review/comment/3", "张三说灯坏了"))]  # fmt: skip
    forged = zhou.write("review/approval", {"at": "2026-11-22T04:00:00.000Z", "snapshot": "0" * 64, "upto": 1})
    # when it is sent, and sent again by a phone that never heard the answer
    assert zhou.sync()[forged["id"]] == "held"
    assert {each["outcome"] for each in zhou.push(written).get_json()["results"]} == {"duplicate"}
    # then there is one event that names every step by its digest, and no word of it
    (event,) = [each for each in trail(lin.inspection) if each["deed"] == "review.settle"]
    assert event["actor"] == zhou.author
    assert [(step["id"], step["target"]) for step in event["details"]["steps"]] == [
        (op["id"], op["target"]) for op in written]  # fmt: skip
    assert [step["digest"] for step in event["details"]["steps"]] == [digest(op) for op in written]
    assert "张三" not in str(event)
    assert deeds(lin.inspection) == ["inspection.create", "review.settle"]
    assert audit.breaks(COUNTY) == []


def test_what_changed_since_zhou_last_looked_follows_zhou_over_devices(zhou, lin, zhao, submitted_visit, phone_of):
    seen = look(zhou, lin)
    assert seen["news"] is None
    row = zhou.client.get("/api/v1/inspections").get_json()["inspections"][0]
    assert (row["fresh"], row["looked_at"]) == (True, None)
    assert zhou.client.put(address(lin, "/look"), json={"seq": seen["seq"]}).status_code == 204
    assert zhou.client.get("/api/v1/inspections").get_json()["inspections"][0]["fresh"] is False

    zhao.write("visit/note", "后门锁着")
    zhao.write("answer/2/note", "缺两块")
    zhao.write("answer/2/note", "缺三块")
    zhao.sync()
    zhou.write("review/comment/3", "请看")
    zhou.sync()
    elsewhere = phone_of(ZHOU, "desk-two")
    assert elsewhere.client.get("/api/v1/inspections").get_json()["inspections"][0]["fresh"] is True
    news = look(elsewhere, lin)["news"]
    assert [(each["target"], each["row"]) for each in news["changes"]] == [("answer/2/note", "2"), ("visit/note", None)]
    assert news["seq"] == seen["seq"]

    elsewhere.client.put(address(lin, "/look"), json={"seq": 10_000})
    zhou.client.put(address(lin, "/look"), json={"seq": 1})
    assert look(zhou, lin)["news"]["changes"] == []
    assert phone_of(WU).client.get("/api/v1/inspections").get_json()["inspections"][0]["fresh"] is True


def test_the_whole_history_of_a_row_names_everybody_and_every_phone(zhou, lin, zhao, submitted_visit):
    zhao.say("2", "not_met")
    zhao.write("finding/2:a", FAULT, "add")
    zhao.sync()
    told = zhou.client.get(address(lin, "/trace?row=2")).get_json()
    assert [(op["target"], op["value"] if op["kind"] == "set" else op["kind"], op["device"], op["stands"])
            for op in told["history"]] == [
        ("answer/2/verdict", "met", "phone-of-lin", False),
        ("answer/2/verdict", "not_met", "phone-of-zhao", True),
        ("finding/2:a", "add", "phone-of-zhao", True),
    ]  # fmt: skip
    assert set(told["authors"].values()) == {"林", "赵"}
    # What is of no row has its history as well.
    rest = zhou.client.get(address(lin, "/trace?row=-")).get_json()["history"]
    assert [(op["target"], op["stands"]) for op in rest] == [("visit/submitted", True)]
    assert problem_of(zhou.client.get(address(lin, "/trace"))) == "invalid"
    assert problem_of(zhou.client.get("/api/v1/inspections/x/trace?row=2")) == "not_found"


def test_a_phone_that_was_heard_of_after_the_submission_is_not_outstanding(zhou, lin, zhao, phone_of):
    zhao.sync()
    old = phone_of(ZHAO, "phone-in-the-drawer")
    old.sync()
    submit(lin)
    assert {each["device"] for each in look(zhou, lin)["outstanding"]} == {"phone-of-zhao", "phone-in-the-drawer"}
    zhao.sync()
    assert {each["device"] for each in look(zhou, lin)["outstanding"]} == {"phone-in-the-drawer"}


@pytest.mark.parametrize(
    "query", ["campaign=%00", "inspector=%00", "q=%00", "town=x", "town=99012310%27", "after=9~2026-11-22~x", "after=%00"]
)
def test_a_filter_that_is_none_is_refused_in_words(zhou, query):
    assert problem_of(zhou.client.get(f"/api/v1/inspections?{query}")) == "invalid"


@pytest.mark.parametrize(
    ("rest", "body"),
    [
        ("/doubles", {"how": "burn", "keep": "a", "other": "b", "seen": 1}),
        ("/doubles", {"how": "join", "keep": "\u0000", "other": "b", "seen": 1}),
        ("/late", {"how": "take_in", "seen": "1", "reason": "x"}),
        ("/late", {"how": "take_in", "seen": 1, "reason": "\u0000"}),
        ("/reopening", {}),
        ("/return", {"comment": "x", "comments": {"1": ""}}),
    ],
)
def test_a_deed_that_is_asked_wrongly_changes_nothing(zhou, lin, submitted_visit, rest, body):
    before = look(zhou, lin)["seq"]
    assert refused(zhou, lin, rest, **body) == "invalid"
    assert look(zhou, lin)["seq"] == before


def test_what_was_never_joined_is_not_parted_and_what_is_approved_is_not_joined(zhou, lin, submitted_visit):
    seen = look(zhou, lin)["seq"]
    assert refused(zhou, lin, "/doubles", how="part", keep="a", other="b", seen=seen) == "review.not_joined"
    assert refused(zhou, lin, "/doubles", how="join", keep="a", other="b", seen=seen) == "review.not_two_findings"
    assert refused(zhou, lin, "/doubles", how="both", keep="a", other="b", seen=seen) == "review.not_two_findings"
    approve(zhou, lin)
    seen = look(zhou, lin)["seq"]
    assert refused(zhou, lin, "/doubles", how="join", keep="a", other="b", seen=seen) == "review.already_approved"
    assert refused(zhou, lin, "/late", how="take_in", seen=seen, reason="x") == "review.nothing_late"
