"""From an approved visit to the last closed item, with the clock moved by hand."""

import base64
import hashlib

import pytest

from mingcha.core.scoring.campaign import standings
from mingcha.core.scoring.state import facts_of_state
from mingcha.flows import accounts as account_flow
from mingcha.flows import recompute, review
from mingcha.store import audit, inspections, orders, reminders
from mingcha.store.db import db, transaction
from tests.cast import COUNTY, LIN, WU, ZHAO, Person
from tests.conftest import PASSWORD, problem_of
from tests.rectifying import (
    Side,
    approve_visit,
    approved,
    centre,
    desk,
    hands,
    issue,
    new_id,
    wanted,
    work,
)  # fmt: skip
from tests.stories.phone import Phone
from tests.visits import photo_bytes

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue", "work"]


def upload(side, item, photo, data, inspection, **more):
    pairs = {"photo": photo, "inspection": inspection, "sha256": hashlib.sha256(data).hexdigest(), "item": item, **more}
    described = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    return side.client.post(
        "/api/v1/uploads", data=data,
        headers={
            "Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": described,
            "Content-Type": "application/offset+octet-stream",
        },
    )  # fmt: skip


def test_the_whole_way_over_the_october_holiday(hands, approved, desk, centre, issue, work):
    # The order: two items, one with photos and why.
    proof = {"photos": True, "why": "要看得出牌子已换"}
    order = issue(approved, wanted("1", days=8, proof=proof), wanted("2", "immediate"), words="请按期整改")["order"]
    item, quick = (each["id"] for each in order["items"])
    assert [each["due_on"] for each in order["items"]] == ["2026-10-09", "2026-09-22"]
    work()
    assert centre.inbox() == ["issued"]
    assert desk.inbox() == []

    # The first ladder stops at the acknowledgement.
    hands.set(9, 22)
    work()
    assert sorted(centre.inbox()[1:]) == ["acknowledge", "acknowledge", "deadline_today"]
    assert centre.move(item, "acknowledge")["outcome"] == "applied"
    assert centre.move(quick, "done", words="已清理")["outcome"] == "applied"
    desk.post(f"/rectification/items/{quick}/close", id=new_id())
    told = len(centre.inbox())
    for day in (23, 24, 28):
        hands.set(9, day)
        work()
    assert [kind for kind in centre.inbox()[told:] if kind != "closed"] == []

    # Three working days before 9 October is 29 September: the holiday lies between.
    hands.set(9, 29, 8)
    work()
    assert "deadline_ahead" not in centre.inbox()
    hands.set(9, 29)
    work()
    assert centre.inbox()[-1] == "deadline_ahead"
    asked = centre.move(item, "ask_extension", days=3, reason="标牌节后才能做好")
    assert asked["outcome"] == "applied"
    work()
    assert desk.inbox()[-1] == "extension_asked"
    granted = desk.post(f"/rectification/items/{item}/extension", id=new_id(), granted=True, reason="同意")
    assert granted["item"]["due_on"] == "2026-10-13"  # 10 October is a worked Saturday
    work()
    assert centre.inbox()[-1] == "granted"

    # No reminder on any free day; the ladder now hangs on 13 October.
    told = len(centre.inbox())
    for day in range(1, 8):
        hands.set(10, day, 12)
        work()
    hands.set(10, 8)
    work()
    assert len(centre.inbox()) == told
    hands.set(10, 9)
    work()
    assert centre.inbox()[told:] == ["deadline_ahead"]

    # Done without the photos is kept and has no effect; with them it is done, sent back, done again, closed.
    assert centre.move(item, "done", words="已换")["code"] == "rectification.photos_wanted"
    first, second = new_id(), new_id()
    assert centre.move(item, "done", words="已换新标牌", photos=[first])["outcome"] == "applied"
    refused = desk.ask("POST", f"/rectification/items/{item}/close", {"id": new_id()})
    assert problem_of(refused) == "rectification.photos_missing"
    assert upload(centre, item, first, photo_bytes(7), approved).status_code == 201
    desk.post(f"/rectification/items/{item}/return", id=new_id(), reason="照片看不清")
    work()
    assert centre.inbox()[-1] == "sent_back"
    hands.set(10, 12)
    work()
    assert centre.inbox()[-1] == "deadline_ahead"
    assert upload(centre, item, second, photo_bytes(8), approved).status_code == 201
    centre.move(item, "done", words="重新拍了", photos=[second])
    hands.set(10, 13)
    work()
    assert centre.inbox()[-1] == "deadline_ahead"  # nobody is pressed while it lies on the desk
    closed = desk.post(f"/rectification/items/{item}/close", id=new_id())["item"]
    assert (closed["state"], closed["overdue"], closed["after"]) == ("closed", False, [{"id": second, "verified": True}])
    for side in (desk, centre):
        for photo in (*closed["before"], first, second):
            assert side.ask("GET", f"/rectification/items/{item}/photos/{photo}/thumb").status_code == 200

    # Nothing reminds of what is over; the figures and the ledger say how it went.
    told = len(centre.inbox())
    hands.set(11, 20)
    work()
    assert centre.inbox()[told:] == ["closed"]
    figures = desk.get("/rectification/figures")
    assert (figures["all"]["closed"], figures["all"]["on_time_percent"]) == (2, "100.0")
    assert set(figures["by_kind"]) == {"deadline", "immediate"}
    rows = desk.get("/rectification/ledger")["rows"]
    assert [(row["state"], row["sent_back"], row["due_on"]) for row in rows] == [
        ("closed", 1, "2026-10-13"), ("closed", 0, "2026-09-22"),
    ]  # fmt: skip


def test_the_overdue_are_pressed_every_second_working_day_and_then_the_supervisor_hears(
    hands, approved, desk, centre, issue, work
):
    item = issue(approved, wanted("1", days=8))["order"]["items"][0]["id"]
    work()
    centre.move(item, "acknowledge")
    hands.set(10, 9)
    work()
    seen = len(centre.inbox())
    days = {}
    for day in range(10, 22):
        hands.set(10, day)
        work()
        days[day] = centre.inbox()[seen:]
        seen += len(days[day])
    assert [day for day, kinds in days.items() if kinds] == [10, 13, 15, 19, 21]
    assert {kind for kinds in days.values() for kind in kinds} == {"deadline_past"}
    assert desk.inbox().count("overdue_desk") == 2
    assert desk.get("/rectification/board?overdue=1")["counts"]["overdue"] == 1


def test_an_upheld_appeal_changes_the_score_and_the_rank_and_both_snapshots_stay(
    hands, app, approve_visit, desk, centre, issue, inside
):
    mine, other = approve_visit(), approve_visit("990123102", ("1", "2"))
    assert _places(mine, other) == {mine: [2, 2], other: [1, 1]}
    first, second = (each["id"] for each in issue(mine, wanted("1"), wanted("2"))["order"]["items"])
    for item in (first, second):
        assert centre.move(item, "appeal", words="当日已报修，有记录")["outcome"] == "applied"
    for item, words in ((first, "报修记录属实"), (second, "属实")):
        before = desk.get(f"/inspections/{mine}")
        told = desk.post(
            f"/rectification/items/{item}/appeal", id=new_id(), upheld=True, reason=words, points="2",
            seen=before["seq"],
        )  # fmt: skip
        assert told["snapshot"] != before["snapshot"]["digest"]
        after = desk.get(f"/inspections/{mine}")
        assert after["snapshot"]["digest"] == told["snapshot"]
        assert after["snapshot"]["replaces"] == before["snapshot"]["digest"]
        assert after["snapshot"]["because"]["item"] == item
        assert after["inspection"]["state"] == "approved"
        assert after["late"] == []
        assert told["item"]["state"] == "lifted"
        assert "督查调整为2" in told["score"]["row_after"]["working"]["zh"]
    assert (before["result"]["low"], after["result"]["low"]) == ("7", "7.5")
    assert _places(mine, other) == {mine: [1, 1], other: [2, 2]}
    assert {each.verdict for each in recompute.recompute_all()} == {"same"}
    assert len(list(recompute.recompute_all())) == 4


def _places(*ids):
    found = inspections.load(ids)
    folded = {each: review.as_it_stands(found[each]) for each in ids}
    checklist = folded[ids[0]].checklist
    rows = standings(checklist, {each: facts_of_state(folded[each].state, checklist) for each in ids})
    return {row["site"]: row["place"] for row in rows}


def test_an_appeal_is_decided_by_whoever_has_seen_everything(hands, approved, desk, centre, issue, client_of):
    item = issue(approved)["order"]["items"][0]["id"]
    centre.move(item, "appeal", words="不属实")
    path = f"/rectification/items/{item}/appeal"
    upheld = {"upheld": True, "reason": "属实"}

    def refusal(**body):
        return problem_of(desk.ask("POST", path, {"id": new_id(), **upheld, **body}))

    seq = desk.get(f"/inspections/{approved}")["seq"]
    assert refusal(points="2", seen=seq - 1) == "review.not_newest"
    assert refusal(points="2") == "review.not_newest"
    for points in (None, "3", "-1", "1e1", "２"):
        assert refusal(points=points, seen=seq) == "rectification.score"
    lin = Phone(client_of(LIN), approved, "phone-late")
    lin.sync()
    lin.write("visit/note", "后来想起")
    lin.sync()
    seq = desk.get(f"/inspections/{approved}")["seq"]
    assert refusal(points="2", seen=seq) == "rectification.late_steps"
    move = new_id()
    body = {"id": move, **upheld, "points": "2", "seen": seq, "with_late": True}
    once, twice = desk.ask("POST", path, body), desk.ask("POST", path, body)
    assert (once.status_code, twice.status_code) == (200, 200)
    assert problem_of(desk.ask("POST", path, {**body, "id": new_id()})) == "rectification.closed_already"
    assert problem_of(desk.ask("POST", path, {**body, "reason": "别的"})) == "rectification.move_reused"


def test_a_rejected_appeal_leaves_score_and_deadline_as_they_are(hands, approved, desk, centre, issue, work):
    item = issue(approved)["order"]["items"][0]["id"]
    before = desk.get(f"/inspections/{approved}")["snapshot"]["digest"]
    work()
    centre.move(item, "appeal", words="不属实")
    told = desk.post(f"/rectification/items/{item}/appeal", id=new_id(), upheld=False, reason="照片清楚")
    assert (told["item"]["state"], told["item"]["appeal"]["state"]) == ("acknowledged", "rejected")
    assert desk.get(f"/inspections/{approved}")["snapshot"]["digest"] == before
    work()
    assert centre.inbox()[-1] == "rejected"


def test_the_same_fault_at_the_same_place_is_linked_across_visits(hands, approve_visit, desk, centre, issue):
    first = issue(approve_visit(), wanted("1"), wanted("2"))["order"]
    hands.forward(days=1)
    again = approve_visit()
    proposed = {each["indicator"]: each for each in desk.get(f"/rectification/proposal/{again}")["findings"]}
    assert proposed["1"]["earlier"][0]["item"] == first["items"][0]["id"]
    assert (proposed["1"]["suggested"]["severity"], proposed["3"]["suggested"]["severity"]) == ("serious", "minor")
    assert proposed["1"]["before"], "the photo that cites the finding"
    second = issue(again, wanted("1"), wanted("3"))["order"]
    assert [each["repeats"] for each in second["items"]] == [1, 0]
    assert second["items"][0]["earlier"][0]["order"] == first["id"]
    assert centre.item(second["items"][0]["id"])["repeats"] == 1


def test_what_the_phone_did_offline_comes_in_once_and_nothing_is_lost(hands, approved, desk, centre, issue):
    items = [each["id"] for each in issue(approved, wanted("1"), wanted("2"))["order"]["items"]]
    centre.pull()
    assert [each["id"] for order in centre.orders.values() for each in order["items"]] == items

    def said(item, kind, **content):
        return {"id": new_id(), "item": item, "kind": kind, "said_at": "2026-09-21T02:00:00.000Z", "content": content}

    desk.post(f"/rectification/items/{items[1]}/close", id=new_id(), reason="现场已改")
    batch = [
        said(items[0], "acknowledge"),
        said(items[0], "appeal"),  # no words
        said(items[0], "done", words="已改"),
        said(items[1], "done", words="也改了"),  # closed meanwhile
        said(new_id(), "acknowledge"),
        {"id": "x"}, "nonsense", None, said(items[0], "close", reason="自己销"),
        said(items[0], "ask_extension", days=0, reason="x"), said(items[0], "answer", words="\x00"),
    ]  # fmt: skip
    outcomes = centre.send(batch)["results"]
    assert [(each["outcome"], each.get("code")) for each in outcomes] == [
        ("applied", None), ("refused", "rectification.move"), ("applied", None),
        ("noted", "rectification.closed_already"), ("refused", "not_found"),
        *[("refused", "rectification.move")] * 6,
    ]  # fmt: skip
    assert all(each["message"]["zh"] for each in outcomes if "code" in each)
    again = centre.send(batch)["results"]
    assert [each["outcome"] for each in again][:4] == ["duplicate", "refused", "duplicate", "duplicate"]
    reused = centre.send([{**batch[0], "kind": "answer", "content": {"words": "x"}}])["results"][0]
    assert reused["code"] == "rectification.move_reused"
    seen = desk.item(items[1])
    assert (seen["state"], [move["effect"] for move in seen["moves"]]) == ("closed", ["applied", "noted"])
    assert seen["moves"][1]["content"]["words"] == "也改了"
    centre.orders.clear()
    centre.pull()
    assert centre.orders == {}, "the cursor has seen it all"
    answer = centre.ask("POST", "/rectification/moves", {"moves": []}, headers={"X-Mingcha-User": desk_id(desk)})
    assert problem_of(answer) == "sync.other_person"


def desk_id(desk):
    return desk.get("/session")["user"]["id"]


def transcript(centre, photo, item, inspection):
    """Everything a centre can ask, as bytes that two worlds can be compared by."""
    centre.cursor = None
    answers = []
    for path in (
        "/rectification/changes", "/inbox", f"/rectification/items/{item}", f"/rectification/proposal/{inspection}",
        f"/inspections/{inspection}", f"/rectification/orders/{inspection}", "/rectification/board",
        "/rectification/ledger", f"/rectification/items/{item}/photos/{photo}/thumb", "/channels",
    ):  # fmt: skip
        answer = centre.ask("GET", path)
        body = answer.get_json()
        if path == "/channels":
            body["push"].pop("key")
        (body or {}).pop("server_time", None)
        answers.append((path.replace(inspection, "I").replace(item, "T").replace(photo, "P"), answer.status_code, body))
    upload_code = upload(centre, item, photo, photo_bytes(5), inspection).status_code
    return [*answers, upload_code]


def test_a_secret_visit_tells_the_centre_nothing_before_its_order(hands, approve_visit, desk, centre, issue, work):
    nothing = transcript(centre, new_id(), new_id(), new_id())
    secret = approve_visit()  # submitted and approved, not issued
    work()
    seen = transcript(centre, new_id(), new_id(), secret)
    assert seen == nothing
    assert centre.move(new_id(), "acknowledge")["code"] == "not_found"
    issue(secret)
    work()
    assert len(centre.get("/rectification/changes")["orders"]) == 1


def test_a_recheck_is_a_secret_visit_too(hands, approved, desk, centre, issue, work, client_of, id_of):
    order = issue(approved)["order"]
    item = order["items"][0]["id"]
    centre.move(item, "done", words="已改")
    work()

    photo = new_id()

    def heard():
        return transcript(centre, photo, item, approved)

    heard()  # brings the photo
    before = heard()
    team = [id_of(LIN), id_of(ZHAO)]
    recheck = new_id()
    body = {"id": recheck, "team": team, "visit_on": "2026-09-25"}
    made = desk.post(f"/rectification/items/{item}/recheck", **body)
    assert made["item"]["rechecks"][0]["inspection"] == made["inspection"]
    assert desk.post(f"/rectification/items/{item}/recheck", **body)["inspection"] == made["inspection"]
    work()
    assert heard() == before
    assert "rechecks" not in centre.item(item)
    assert client_of(LIN).get(f"/api/v1/inspections/{made['inspection']}").status_code == 200
    one = {"id": new_id(), "team": team[:1], "visit_on": "2026-09-25"}
    assert problem_of(desk.ask("POST", f"/rectification/items/{item}/recheck", one)) == "inspection.team"


def test_each_sees_its_own(hands, approved, desk, centre, issue, client_of, inside):
    item = issue(approved)["order"]["items"][0]["id"]
    account_flow.add(None, username="bai", name="白", role="centre", scope="990123102", password=PASSWORD)
    db.session.remove()
    bai = client_of(Person("bai", "白", "centre", "990123102"))
    for path in (f"items/{item}", f"orders/{approved}"):
        assert problem_of(bai.get(f"/api/v1/rectification/{path}")) == "not_found"
    assert bai.get("/api/v1/rectification/changes").get_json()["orders"] == []
    moved = bai.post(
        "/api/v1/rectification/moves",
        json={"moves": [{"id": new_id(), "item": item, "kind": "acknowledge", "content": {}}]},
    )
    assert moved.get_json()["results"][0]["code"] == "not_found"
    lin, wu = client_of(LIN), client_of(WU)
    assert problem_of(lin.get(f"/api/v1/rectification/items/{item}")) == "not_allowed"
    assert wu.get(f"/api/v1/rectification/items/{item}").status_code == 200
    assert problem_of(wu.post(f"/api/v1/rectification/items/{item}/close", json={"id": new_id()})) == "not_allowed"
    assert problem_of(centre.ask("POST", f"/rectification/items/{item}/close", {"id": new_id()})) == "not_allowed"
    assert problem_of(centre.ask("GET", "/rectification/ledger")) == "not_allowed"


def test_an_order_is_issued_once_and_only_of_what_was_approved(hands, new_visit, approved, desk, issue, inside):
    early = desk.ask("POST", f"/inspections/{new_visit()}/rectification", {"items": [wanted("1")]})
    assert problem_of(early) == "rectification.not_approved"
    for change, code in (
        ({"indicator": "9"}, "rectification.item_invalid"),
        ({"clause": "z"}, "rectification.item_invalid"),
        ({"finding": "4:a"}, "rectification.item_invalid"),
        ({"proof": {"photos": True, "why": " "}}, "rectification.proof_why"),
        ({"days": -1}, "rectification.past_deadline"),
        ({"due_on": "2026-09-18"}, "rectification.past_deadline"),
        ({"person": new_id()}, "rectification.person"),
    ):
        answer = desk.ask("POST", f"/inspections/{approved}/rectification", {"items": [{**wanted("1"), **change}]})
        assert problem_of(answer) == code, change
    assert problem_of(desk.ask("POST", f"/inspections/{approved}/rectification", {"items": []})) == "rectification.no_items"
    order = new_id()
    one = issue(approved, wanted("1"), id=order)["order"]
    assert issue(approved, wanted("1"), id=order)["order"] == one
    other = desk.ask("POST", f"/inspections/{approved}/rectification", {"items": [wanted("2")]})
    assert problem_of(other) == "rectification.already_issued"
    assert one["number"] == "2026-001"
    deeds = [event["deed"] for event in audit.latest(COUNTY, COUNTY, limit=5)]
    assert deeds.count("rectification.issue") == 1
    assert audit.breaks(COUNTY) == []


def test_badges_never_reach_the_centre(hands, approved, desk, centre, issue):
    item = issue(approved)["order"]["items"][0]
    photos = {each["id"]: each["kind"] for each in desk.get(f"/inspections/{approved}")["photos"]}
    assert [photos[each] for each in item["before"]] == ["scene"]
    badge = next(photo for photo, kind in photos.items() if kind == "badge")
    assert problem_of(centre.ask("GET", f"/rectification/items/{item['id']}/photos/{badge}/large")) == "not_found"


def test_a_year_without_an_announced_calendar_is_said_so(hands, approved, desk, issue):
    hands.set(12, 28)
    told = issue(approved, wanted("1", days=10))
    assert [each["code"] for each in told["warnings"]] == ["rectification.calendar_unknown"]
    assert told["order"]["items"][0]["due_guessed"] is True
    assert "2027" in told["warnings"][0]["message"]["zh"]


def test_a_centre_without_people_is_told_to_the_supervisor(hands, approve_visit, desk, issue, work):
    told = issue(approve_visit("990123102"))
    assert [each["code"] for each in told["warnings"]] == ["rectification.nobody_there"]
    work()
    assert desk.inbox() == ["nobody"]
    hands.set(9, 24)
    work()
    assert desk.inbox() == ["nobody", "acknowledge_desk"]


def test_a_clock_set_back_sends_nothing_twice_and_loses_nothing(hands, approved, centre, issue, work):
    issue(approved)
    work()
    hands.set(9, 22)
    work()
    told = centre.inbox()
    hands.set(9, 1)
    work()
    hands.set(9, 22, 10)
    work()
    assert centre.inbox() == told
    hands.set(9, 23)
    work()
    assert len(centre.inbox()) == len(told) + 1


def test_a_worker_that_slept_for_days_does_not_flood(hands, approved, centre, desk, issue, work, inside):
    issue(approved, wanted("1", days=8))
    hands.set(10, 20)
    work()
    assert centre.inbox() == ["issued", "deadline_past"]
    assert reminders.waiting() > 0


def test_reading_is_told_to_every_device_of_a_person(hands, approved, centre, issue, work):
    issue(approved)
    work()
    box = centre.get("/inbox")
    assert (box["unread"], len(box["entries"])) == (1, 1)
    assert box["entries"][0]["link"].startswith("/rectification/")
    told = centre.post("/inbox/read", ids=[box["entries"][0]["id"]])
    assert told["unread"] == 0
    news = centre.get(f"/inbox?after={box['seq']}")
    assert [entry["read_at"] is not None for entry in news["entries"]] == [True]
    assert centre.post("/inbox/read", upto=news["seq"])["unread"] == 0
    assert centre.get("/inbox?after=2000000000")["entries"]


def test_a_reminder_that_cannot_be_sent_holds_nobody_up_and_is_not_given_up(
    hands, approved, centre, issue, work, inside, monkeypatch
):
    issue(approved, wanted("1"), wanted("2"))
    with transaction():
        reminders.plan(
            "broken", tenant=COUNTY, region=COUNTY, what="no-such-news", to="centre", due_at=hands.at,
            order=orders.of_inspection(approved).id,
        )  # fmt: skip
    work()
    assert centre.inbox() == ["issued"]
    assert not reminders.is_any_due(hands.at)
    hands.forward(minutes=5)
    assert reminders.is_any_due(hands.at)


def test_an_escalation_reaches_those_above_and_the_centre(hands, approved, desk, centre, issue, work, client_of):
    item = issue(approved)["order"]["items"][0]["id"]
    work()
    desk.post(f"/rectification/items/{item}/escalate", id=new_id(), reason="屡改屡犯")
    work()
    assert Side(WU, client_of).inbox() == ["escalated_above"]
    assert centre.inbox() == ["issued", "escalated"]
    assert desk.get("/rectification/board?q=标牌")["items"][0]["escalated"] is True
    assert desk.get("/rectification/board?q=没有")["items"] == []


@pytest.mark.parametrize("name", ["x", "%00", "0190b0c0-0000-7000-8000-000000000001"])
def test_a_name_that_is_nothing_is_not_found(hands, desk, centre, name):
    for side in (desk, centre):
        assert problem_of(side.ask("GET", f"/rectification/items/{name}")) == "not_found"
        assert problem_of(side.ask("GET", f"/rectification/orders/{name}")) == "not_found"
