"""From an approved visit to the last closed item, with the clock moved by hand."""


from mingcha.flows import accounts as account_flow
from tests.cast import WU, Person
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
    upload,
    wanted,
    work,
)  # fmt: skip
from tests.visits import photo_bytes

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue", "work"]


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
    answer = centre.ask("POST", "/rectification/moves", {"moves": []}, headers={"X-Mingcha-User": _desk_id(desk)})
    assert problem_of(answer) == "sync.other_person"


def _desk_id(desk):
    return desk.get("/session")["user"]["id"]


def test_an_escalation_reaches_those_above_and_the_centre(hands, approved, desk, centre, issue, work, client_of):
    item = issue(approved)["order"]["items"][0]["id"]
    work()
    desk.post(f"/rectification/items/{item}/escalate", id=new_id(), reason="屡改屡犯")
    work()
    assert Side(WU, client_of).inbox() == ["escalated_above"]
    assert centre.inbox() == ["issued", "escalated"]
    assert desk.get("/rectification/board?q=标牌")["items"][0]["escalated"] is True
    assert desk.get("/rectification/board?q=没有")["items"] == []


def test_those_above_the_county_hear_of_what_they_ordered_and_of_what_is_brought_before_them(
    hands, approved, desk, centre, work, client_of, inside
):
    city = [Person(name, name, role, "9901") for name, role in (("sun", "supervisor"), ("he", "viewer"))]
    for each in city:
        account_flow.add(None, username=each.username, name=each.name, role=each.role, scope=each.scope, password=PASSWORD)
    sun, he = (Side(each, client_of) for each in city)
    order = sun.post(f"/inspections/{approved}/rectification", items=[wanted("1", days=8)])["order"]
    item = order["items"][0]["id"]
    centre.move(item, "done", words="已换")
    work()
    assert (sun.inbox(), desk.inbox()) == (["done"], [])
    sun.post(f"/rectification/items/{item}/escalate", id=new_id(), reason="屡改屡犯")
    work()
    assert he.inbox() == ["escalated_above"] == Side(WU, client_of).inbox()
    link = he.get("/inbox")["entries"][0]["link"]
    assert he.item(link.rsplit("/", 1)[1])["escalated"] is True


def test_a_phone_gets_with_its_order_what_it_needs_to_count_working_days_offline(hands, approved, desk, centre, issue):
    issue(approved, wanted("1", days=8))
    centre.pull()
    calendar = next(iter(centre.orders.values()))["calendar"]
    assert {f"2026-10-0{day}" for day in (1, 2, 5, 6, 7)} <= set(calendar["rest"])
    assert "2026-10-10" in calendar["work"]
    hands.set(9, 22)
    assert centre.get("/rectification/changes")["orders"][0]["calendar"] == calendar
    ahead = desk.get(f"/rectification/proposal/{approved}")
    assert (ahead["today"], ahead["guessed_after"]) == ("2026-09-22", "2026-12-31")
    assert "2026-10-10" in ahead["calendar"]["work"]
