"""Two people at once, on real connections: exactly one deed wins, and nobody's work is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.cast import COUNTY, LIN, Person
from tests.conftest import PASSWORD
from tests.visits import photo_bytes

SUN = Person("sun", "孙", "supervisor", COUNTY)
ROUNDS = 3


@pytest.fixture
def sun(inside, phone_of):
    """A second supervisor of the county."""
    from mingcha.flows import accounts

    accounts.add(None, username=SUN.username, name=SUN.name, role=SUN.role, scope=SUN.scope, password=PASSWORD)
    return phone_of(SUN)


@pytest.fixture
def ready(phone_of, new_visit):
    """Makes a submitted inspection that can be approved; the phone that did it."""

    def make(number):
        lin = phone_of(LIN, f"phone-number-{number}", new_visit())
        for row in ("1", "2", "3", "4"):
            lin.say(row, "met")
        data = photo_bytes(number)
        photo = lin.announce(data, "4")
        lin.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
        lin.sync()
        assert lin.upload(photo, data).status_code == 201
        lin.sync()
        return lin

    return make


def together(*deeds):
    """Let each begin at one moment on a thread of its own; what each gave."""
    gate = Barrier(len(deeds))

    def run(deed):
        gate.wait(20)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [each.result(60) for each in [pool.submit(run, deed) for deed in deeds]]


def address(phone, rest=""):
    return f"/api/v1/inspections/{phone.inspection}{rest}"


def look(desk, phone):
    return desk.client.get(address(phone)).get_json()


def approving(desk, phone, seen):
    return lambda: desk.client.post(address(phone, "/approval"), json={"seen": seen})


def code(answer):
    return 200 if answer.status_code == 200 else answer.get_json()["problem"]["code"]


def disagreed(lin, zhao):
    """林 and 赵 say different things of row 1, and both have sent it."""
    zhao.say("1", "not_met")
    lin.write("answer/1/verdict", "met")
    zhao.sync()
    lin.sync()


def adjusting_and_settling(zhou, sun, lin):
    """周 takes half a mark off row 2, 孙 decides the disagreement of row 1: both are written, neither is sent."""
    (conflict,) = look(zhou, lin)["conflicts"]
    zhou.write("review/adjust/2", {"points": "1.5", "reason": "标识不全"})
    sun.write("answer/1/verdict", "not_met", over=[head["op"] for head in conflict["heads"]])


def test_of_two_approvals_one_wins(zhou, sun, ready):
    for number in range(ROUNDS):
        phone = ready(number)
        seen = look(zhou, phone)["seq"]
        answers = together(approving(zhou, phone, seen), approving(sun, phone, seen))
        assert sorted(map(str, map(code, answers))) == ["200", "review.already_approved"]
        won = next(answer for answer in answers if answer.status_code == 200).get_json()
        assert look(zhou, phone)["snapshot"]["digest"] == won["snapshot"]


def test_a_step_that_arrives_while_zhou_approves_is_seen_first_or_listed_as_late(zhou, ready):
    for number in range(ROUNDS):
        phone = ready(number)
        seen = look(zhou, phone)["seq"]
        op = phone.write("visit/note", "后门锁着")
        approved, said = together(approving(zhou, phone, seen), phone.sync)
        assert said == {op["id"]: "applied"}
        now = look(zhou, phone)
        if code(approved) == 200:
            assert now["late"] == [op["id"]]
            assert now["snapshot"]["upto"] == seen
        else:
            assert code(approved) == "review.not_newest"
            assert (now["late"], now["inspection"]["state"]) == ([], "submitted")
        assert now["state"]["fields"]["visit/note"][0]["value"] == "后门锁着"


def test_an_adjustment_and_a_settlement_at_once_are_both_kept(zhou, sun, zhao, lin, submitted_visit):
    disagreed(lin, zhao)
    adjusting_and_settling(zhou, sun, lin)
    said = together(zhou.sync, sun.sync)
    assert [set(each.values()) <= {"applied", "merged"} for each in said] == [True, True]
    seen = look(zhou, lin)
    assert (seen["conflicts"], seen["result"]["low"]) == ([], "5.5")  # 8 − 2 for row 1, − 0.5 for row 2


def test_two_supervisors_who_settle_one_conflict_differently_are_shown_both(zhou, sun, zhao, lin, submitted_visit):
    disagreed(lin, zhao)
    over = [head["op"] for head in look(zhou, lin)["conflicts"][0]["heads"]]
    zhou.write("answer/1/verdict", "met", over=over)
    sun.write("answer/1/verdict", "not_applicable", over=over)
    together(zhou.sync, sun.sync)
    (conflict,) = look(zhou, lin)["conflicts"]
    assert {head["author"]: head["value"] for head in conflict["heads"]} == {zhou.author: "met", sun.author: "not_applicable"}


def test_a_return_and_an_approval_at_once_leave_one_of_both(zhou, sun, ready):
    for number in range(ROUNDS):
        phone = ready(number)
        seen = look(zhou, phone)["seq"]
        back = lambda phone=phone: sun.client.post(address(phone, "/return"), json={"comment": "请补拍"})  # noqa: E731
        approved, returned = together(approving(zhou, phone, seen), back)
        state = look(zhou, phone)["inspection"]["state"]
        assert (code(approved), returned.status_code, state) in [
            (200, 409, "approved"), ("review.not_newest", 204, "returned")]  # fmt: skip


def test_an_export_made_while_zhou_approves_is_of_one_moment(zhou, sun, ready):
    for number in range(ROUNDS):
        phone = ready(number)
        seen = look(zhou, phone)["seq"]
        paper = lambda phone=phone: sun.client.get(f"/api/v1/campaigns/{phone.inspection}/papers/results.json")  # noqa: E731
        approved, made = together(approving(zhou, phone, seen), paper)
        assert (code(approved), made.status_code) == (200, 200)
        (told,) = [each for each in made.get_json()["visits"] if each["inspection"] == phone.inspection]
        digest = approved.get_json()["snapshot"]
        assert (told["stage"], told["snapshot"]) in [("submitted", None), ("approved", digest)]
        assert (told["low"], told["result"]["low"]) == ("8", "8")
