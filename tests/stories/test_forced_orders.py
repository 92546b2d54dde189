"""The races of the desk once more, with the order forced: whoever holds the inspection goes first, and the other waits at it.

Each pair runs in both orders on PostgreSQL, where writers truly meet at a row. On SQLite they go one by one anyway.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mingcha.flows import demo
from mingcha.store import campaigns, inspections, paper_templates
from tests.campaigning import campaign, crew, desk, hands, list_, plan
from tests.cast import CHEN, SHIQIAO
from tests.papers.test_documents import template as word_template
from tests.papers.test_documents import text_of
from tests.rectifying import approve_visit, issue, wanted
from tests.stories.test_desk_races import adjusting_and_settling, approving, code, disagreed, look, ready, sun

__all__ = ["approve_visit", "campaign", "crew", "desk", "hands", "issue", "list_", "plan", "ready", "sun"]
pytestmark = pytest.mark.parametrize("template", ["postgresql"], indirect=True)
BOTH = pytest.mark.parametrize("first", [0, 1])
_me = threading.local()


class Order:
    """Lets the deed of one thread take a lock while the other's stands before it; `taken` says who came when."""

    def __init__(self, patch, *locks):
        self.taken, self._first = [], 0
        self._inside, self._waiting = threading.Event(), threading.Event()
        for module, name in locks:
            patch.setattr(module, name, self._watched(getattr(module, name)))

    def _watched(self, real):
        def lock(*given, **named):
            me = getattr(_me, "number", None)
            if me is None or me in self.taken:
                return real(*given, **named)
            if me != self._first:
                assert self._inside.wait(20)
                self._waiting.set()
                found = real(*given, **named)
                self.taken.append(me)
                return found
            found = real(*given, **named)
            self.taken.append(me)
            self._inside.set()
            assert self._waiting.wait(20)
            return found

        return lock

    def run(self, first, *deeds):
        """What each deed gave, in the order in which they were named."""
        self._first = first

        def one(number):
            _me.number = number
            return deeds[number]()

        with ThreadPoolExecutor(2) as pool:
            found = [each.result(60) for each in [pool.submit(one, number) for number in (0, 1)]]
        assert self.taken == [first, 1 - first]
        return found


@pytest.fixture
def order(monkeypatch):
    return Order(monkeypatch, (inspections, "lock"))


def doing(desk, phone, rest, **body):
    return lambda: desk.client.post(f"/api/v1/inspections/{phone.inspection}{rest}", json=body)


def approved(zhou, phone):
    assert approving(zhou, phone, look(zhou, phone)["seq"])().status_code == 200


@BOTH
def test_a_step_and_an_approval(zhou, ready, order, first):
    phone = ready(1)
    op = phone.write("visit/note", "后门锁着")
    answer, said = order.run(first, approving(zhou, phone, look(zhou, phone)["seq"]), phone.sync)
    now = look(zhou, phone)
    assert said == {op["id"]: "applied"}
    assert (code(answer), now["late"]) == [(200, [op["id"]]), ("review.not_newest", [])][first]


@BOTH
def test_two_approvals(zhou, sun, ready, order, first):
    phone = ready(1)
    seen = look(zhou, phone)["seq"]
    answers = order.run(first, approving(zhou, phone, seen), approving(sun, phone, seen))
    assert [code(each) for each in answers] == [[200, "review.already_approved"], ["review.already_approved", 200]][first]
    assert look(zhou, phone)["snapshot"]["approved_by"] == [zhou, sun][first].author


@BOTH
def test_a_return_and_an_approval(zhou, sun, ready, order, first):
    phone = ready(1)
    seen = look(zhou, phone)["seq"]
    answers = order.run(first, approving(zhou, phone, seen), doing(sun, phone, "/return", comment="请补拍"))
    told = (code(answers[0]), answers[1].status_code, look(zhou, phone)["inspection"]["state"])
    assert told == [(200, 409, "approved"), ("review.not_newest", 204, "returned")][first]


@BOTH
def test_an_adjustment_and_a_settlement(zhou, sun, zhao, lin, submitted_visit, order, first):
    disagreed(lin, zhao)
    adjusting_and_settling(zhou, sun, lin)
    order.run(first, zhou.sync, sun.sync)
    seen = look(zhou, lin)
    assert (seen["conflicts"], seen["result"]["low"]) == ([], "5.5")  # 8 − 2 for row 1, − 0.5 for row 2


@BOTH
def test_settling_what_was_late_and_another_late_step(zhou, ready, order, first):
    phone = ready(1)
    approved(zhou, phone)
    phone.write("visit/note", "后门锁着")
    phone.sync()
    seen = look(zhou, phone)["seq"]
    op = phone.write("answer/2/note", "缺两块")
    settled, _ = order.run(first, doing(zhou, phone, "/late", how="set_aside", seen=seen, reason="与评分无关"), phone.sync)
    now = look(zhou, phone)
    if first == 0:
        assert (code(settled), now["late"]) == (200, [op["id"]])
    else:
        assert (code(settled), len(now["late"])) == ("review.not_newest", 2)


@BOTH
def test_taking_an_approval_back_and_approving_anew(zhou, sun, ready, order, first):
    phone = ready(1)
    approved(zhou, phone)
    before = look(zhou, phone)["snapshot"]["digest"]
    phone.write("visit/note", "后门锁着")
    phone.sync()
    seen = look(zhou, phone)["seq"]
    again, back = order.run(
        first, doing(zhou, phone, "/late", how="take_in", seen=seen, reason="晚到"), doing(sun, phone, "/reopening", reason="重看"))  # fmt: skip
    now = look(zhou, phone)
    assert (back.status_code, now["inspection"]["state"], now["snapshot"]) == (204, "submitted", None)
    (taken_back,) = [head["value"]["snapshot"] for head in now["state"]["fields"]["review/reopened"]]
    if first == 0:
        assert taken_back == again.get_json()["snapshot"] != before
    else:
        assert (code(again), taken_back) == ("review.not_approved", before)


@BOTH
def test_publishing_and_taking_back(app, desk, campaign, client_of, monkeypatch, first):
    made = campaign("running", sites=[demo.site_id(SHIQIAO)])
    desk.post(f"/campaigns/{made}/close", reason="停电")
    desk.post(f"/campaigns/{made}/publication", appeal_days=1)
    answers = Order(monkeypatch, (campaigns, "lock")).run(
        first, lambda: desk.ask("POST", f"/campaigns/{made}/publication", {"appeal_days": 1}),
        lambda: desk.ask("POST", f"/campaigns/{made}/withdrawal", {"reason": "核算有误"}),
    )  # fmt: skip
    told = ([each.status_code for each in answers], desk.get(f"/campaigns/{made}")["state"])
    assert told == [([409, 200], "closed"), ([200, 200], "published")][first]


@BOTH
def test_a_new_template_and_a_notice(desk, approve_visit, issue, client_of, monkeypatch, first):
    visit = approve_visit()
    path = f"/api/v1/rectification/orders/{issue(visit, wanted('1', days=8))['order']['id']}/notice.docx"
    chen = client_of(CHEN)
    chen.put("/api/v1/paper-templates/notice.docx", data=word_template("旧：{{ site }}"))
    read, put = threading.Event(), threading.Event()
    real = paper_templates.of

    def of(tenant):
        """The notice has looked which template counts, and fills it in only after another has taken its place."""
        if first == 0:
            found = real(tenant)
            read.set()
            assert put.wait(20)
            return found
        assert put.wait(20)
        return real(tenant)

    def replace():
        assert first == 1 or read.wait(20)
        answer = chen.put("/api/v1/paper-templates/notice.docx", data=word_template("新：{{ site }}"))
        put.set()
        return answer

    monkeypatch.setattr(paper_templates, "of", of)
    with ThreadPoolExecutor(2) as pool:
        notice, replaced = pool.submit(desk.client.get, path), pool.submit(replace)
        assert replaced.result(60).status_code == 204
        said = text_of(notice.result(60).data)
    assert said.strip() == ["旧：石桥镇便民服务中心", "新：石桥镇便民服务中心"][first]
