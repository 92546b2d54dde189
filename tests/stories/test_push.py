"""What rings on a phone, and what a push service may answer; which addresses are never spoken to."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from py_vapid import Vapid02, VapidException

from mingcha.config import Config, from_environment
from mingcha.flows import reminding, ringing
from mingcha.jobs import worker
from mingcha.notify import bells, guarded, push
from mingcha.store import deliveries, orders
from mingcha.store.db import db, transaction
from tests.cast import CHEN, SHI, SHIQIAO
from tests.conftest import problem_of
from tests.push_service import PushService
from tests.rectifying import (
    Side,
    approve_visit,
    approved,
    centre,
    desk,
    hands,
    issue,
    wanted,
    work,
)  # fmt: skip

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue", "work"]


@pytest.fixture
def service():
    made = PushService()
    yield made
    made.close()


@pytest.fixture
def config(config, service):
    return replace(config, push_trial=service.origin, address="https://mingcha.example")


@pytest.fixture
def rung(hands, service, centre, work):
    """A phone of the centre with notifications on. Called: half a minute passes, and what has rung since."""
    centre.post("/push/subscriptions", **service.subscription(), device="红米")

    def run(**span):
        hands.forward(**(span or {"seconds": 30}))
        before = len(service.received)
        work()
        return service.received[before:]

    return run


def test_a_push_says_that_there_is_something_and_nothing_else(hands, service, rung, approved, issue, centre, work):
    issue(approved, wanted("1"), wanted("2"), words="石桥镇大厅标牌缺失")
    work()
    assert service.received == [], "it waits for more to ring with"
    (told,) = rung()
    assert told.message == {
        "v": 1, "id": told.message["id"], "tag": "news", "title": {"zh": "明察", "en": "Mingcha"}, "count": 1,
        "body": {"zh": "您有 1 条新消息，请打开应用查看。", "en": "You have 1 new messages. Open the app to read them."},
        "link": told.message["link"], "at": told.message["at"], "locale": "zh",
    }  # fmt: skip
    assert told.message["link"].startswith("/rectification/")
    assert told.token["k"] == centre.get("/push/key")["key"]
    assert told.token["sub"].startswith("mailto:")
    exp = datetime.fromtimestamp(told.token["exp"], UTC) - datetime.now(UTC)  # the library keeps to the true clock
    assert timedelta(0) < exp <= timedelta(hours=24)
    assert (told.headers["topic"], told.headers["urgency"]) == ("mingcha-news", "normal")
    assert int(told.headers["ttl"]) == 3 * 86400
    assert told.size <= 3900
    assert rung() == [], "once"


def test_ten_reminders_ring_once(hands, service, rung, approved, issue, centre):
    issue(approved, *[wanted(number, days=8) for number in ("1", "2", "3")])
    rung(seconds=0)
    rung()
    hands.set(9, 22)
    assert rung(seconds=0) == []
    (told,) = rung()
    assert (told.message["tag"], told.message["count"], told.message["link"]) == ("due", 3, "/inbox")
    assert (told.headers["topic"], told.headers["urgency"]) == ("mingcha-due", "high")


def test_what_was_read_meanwhile_does_not_ring(rung, approved, issue, centre, work):
    issue(approved)
    work()
    centre.post("/inbox/read", upto=centre.get("/inbox")["seq"])
    assert rung() == []


def test_nothing_rings_at_night_or_on_a_free_day_in_the_recipients_zone(hands, service, rung, approved, issue, centre):
    centre.ask("PUT", "/channels/settings", {
        "zone": "Asia/Urumqi", "quiet_from": "19:00", "quiet_to": "09:30", "rest_days": False,
    })  # fmt: skip
    hands.set(9, 24, 21)  # the evening before three free days
    issue(approved)
    assert rung() == []
    for day in (25, 26, 27):
        hands.set(9, day, 12)
        assert rung() == []
    hands.set(9, 28, 11, 29)
    assert rung(seconds=1) == []
    hands.set(9, 28, 11, 30)  # half past nine in Urumqi
    told = [each.message for each in rung(seconds=1)]
    assert sorted((each["tag"], each["count"]) for each in told) == [("due", 1), ("news", 1)]
    for zone, begins in (("Mars/Phobos", "20:00"), ("../etc/passwd", "20:00"), ("Asia/Shanghai", "25:00")):
        body = {"zone": zone, "quiet_from": begins, "quiet_to": "08:00", "rest_days": True}
        assert problem_of(centre.ask("PUT", "/channels/settings", body)) == "channel.zone"


def test_what_was_held_up_into_the_night_waits_for_the_morning(hands, service, rung, approved, issue, centre, inside):
    hands.set(9, 21, 19, 40)
    order = orders.by_id(issue(approved)["order"]["id"])
    rung(seconds=0)
    service.answers = [(503, {"Retry-After": "1200"})]
    (first,) = rung()
    assert rung(minutes=25) == [], "asked again at five past eight: it is night"
    hands.set(9, 22, 7, 59)
    assert rung(seconds=0) == []
    hands.set(9, 22, 8)
    (again,) = rung(seconds=1)
    assert again.message["id"] == first.message["id"]

    # No worker from six to eleven in the evening; what came meanwhile rings with it.
    def news(key):
        with transaction():
            reminding.tell(order, None, "issued", "centre", key=key, now=hands.at)

    hands.set(9, 22, 18)
    news("at-six")
    rung(seconds=0)
    hands.set(9, 22, 23)
    assert rung(seconds=0) == []
    news("at-eleven")
    assert rung() == []
    hands.set(9, 23, 8)
    assert [each.message["count"] for each in rung(seconds=1) if each.message["tag"] == "news"] == [2]


def counted():
    """How many deliveries there are by state, as a fresh look sees them."""
    db.session.rollback()
    return deliveries.counts()


ANSWERS = [
    (404, {}, None, "dropped", False),
    (410, {}, None, "dropped", False),
    (413, {}, None, "dropped", True),
    (400, {}, None, "dropped", False),
    (301, {"Location": "http://169.254.169.254/"}, None, "dropped", False),
    (429, {"Retry-After": "3600"}, {"minutes": 61}, "claimed", True),
    (500, {}, {"minutes": 3}, "claimed", True),
    (503, {"Retry-After": "1200"}, {"minutes": 21}, "claimed", True),
    (401, {}, {"minutes": 3}, "claimed", True),
    (403, {}, {"minutes": 3}, "claimed", True),
]


def test_every_answer_of_a_push_service_has_its_consequence(
    hands, service, rung, approved, issue, centre, inside, work
):
    order = orders.by_id(issue(approved)["order"]["id"])
    rung(seconds=0)
    rung()
    for status, headers, wait, state, stays in ANSWERS:
        centre.post("/push/subscriptions", **service.subscription())
        before = counted()
        service.answers = [(status, headers)]
        with transaction():
            reminding.tell(order, None, "issued", "centre", key=f"again-{status}", now=hands.at)
        rung(seconds=0)
        (first,) = rung()
        assert counted() == {**before, state: before.get(state, 0) + 1}, status
        shown = centre.get("/channels")["subscriptions"]
        assert bool(shown) is stays, status
        assert rung() == [], "never at once again"
        if wait is not None:
            assert shown[0]["problem"].startswith("push.")
            if "Retry-After" in headers:
                assert rung(minutes=5) == [], "not before the service wants it"
            (again,) = rung(**wait)
            assert again.message["id"] == first.message["id"], "the same id: a phone knows it again"
            assert counted() == {**before, "sent": before["sent"] + 1}, status
            assert centre.get("/channels")["subscriptions"][0]["problem"] is None
    assert centre.inbox() == ["issued"] * (len(ANSWERS) + 1), "the inbox has them in any case"


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_asks_for_time_is_asked_for_nothing_else_of_that_phone_before_it_is_over(
    hands, service, rung, approved, issue, centre, inside, status
):
    order = orders.by_id(issue(approved)["order"]["id"])
    rung(seconds=0)
    service.answers = [(status, {"Retry-After": "1800"})]
    (first,) = rung()
    with transaction():
        reminding.tell(order, None, "issued", "centre", key="another", now=hands.at)
    rung(seconds=0)
    assert rung(minutes=29) == []
    assert sorted(each.message["count"] for each in rung(minutes=2)) == [1, 1]
    assert first.message["id"] in {each.message["id"] for each in service.received[1:]}
    assert counted() == {"sent": 2}


def test_a_worker_that_died_while_it_rang_rings_again_with_the_same_id(
    hands, service, rung, approved, issue, inside, monkeypatch
):
    issue(approved)
    rung(seconds=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ringing, "_note", lambda call, went: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rung()
    db.session.rollback()
    assert len(service.received) == 1
    assert rung() == []
    (again,) = rung(minutes=4)
    assert again.message["id"] == service.received[0].message["id"]


def test_one_that_raises_keeps_no_other_from_ringing_and_makes_none_ring_again(
    hands, rung, approved, issue, centre, inside, monkeypatch
):
    centre.post("/channels", name="群", url="wecombot://0123456789abcdef0123456789abcdef")
    rang, asked = [], []

    def broken(*given, **more):
        asked.append(hands.at)
        raise VapidException("no such contact")

    monkeypatch.setattr(push, "send", broken)
    monkeypatch.setattr(bells, "send", lambda url, title, body, allowed: rang.append(body))
    issue(approved)
    rung(seconds=0)
    rung()
    assert (len(asked), len(rang), counted()) == (1, 1, {"sent": 1, "claimed": 1})
    assert [each["code"] for each in centre.post("/channels/test")["tested"]] == [None, "push.our_key", None]
    del asked[:], rang[:]
    for _ in range(10):
        rung(minutes=20)
    assert rang == []
    assert len(asked) == 6, "later and later"
    assert centre.get("/channels")["subscriptions"][0]["problem"] == "push.our_key"


def test_a_delivery_that_nobody_lives_to_write_down_rests_after_so_many_tries(
    hands, rung, approved, issue, inside
):
    issue(approved)
    rung(seconds=0)
    hands.forward(seconds=30)
    for _ in range(deliveries.MOST_TRIES):
        with transaction():
            assert len(deliveries.claim(hands.at, ringing.LEASE, 20)) == 1
        hands.forward(minutes=4)
    assert rung() == []
    assert counted() == {"rested": 1}


@pytest.mark.parametrize(
    ("said", "meant"),
    [("admin@county.gov.cn", "mailto:admin@county.gov.cn"), ("mailto:a@b.cn", "mailto:a@b.cn"),
     ("https://county.gov.cn", "https://county.gov.cn"), ("", Config.contact)],
)  # fmt: skip
def test_a_contact_has_the_form_that_push_services_ask_for(said, meant):
    assert from_environment({"MINGCHA_CONTACT": said}).contact == meant
    assert Vapid02.from_raw(push.new_key().private.encode()).sign({"sub": meant, "aud": "https://push.example"})


@pytest.mark.parametrize("said", ["admin", "mailto:", "mailto:a@b", "http://county.gov.cn", "https://a.cn/contact", "a @b.cn"])
def test_another_contact_is_refused_at_the_start(said):
    with pytest.raises(ValueError, match="MINGCHA_CONTACT"):
        from_environment({"MINGCHA_CONTACT": said})


def test_a_dead_channel_never_blocks_the_others(hands, service, rung, approved, issue, centre, client_of, inside):
    admin = Side(CHEN, client_of)
    monkey = pytest.MonkeyPatch()
    monkey.setattr(bells, "_check_hosts", lambda url, allowed: None)
    admin.post("/channels", name="死信箱", url="ntfys://ntfy.invalid/none", unit=SHIQIAO)
    centre.post("/channels", name="群", url="wecombot://0123456789abcdef0123456789abcdef")
    monkey.undo()
    rang = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bells, "send", lambda url, title, body, allowed: rang.append((url[:5], body)) or "channel.dead")
        issue(approved)
        rung(seconds=0)
        (told,) = rung()
        assert len(rang) == 2
    assert told.message["count"] == 1
    assert counted() == {"sent": 1, "claimed": 2}
    assert all("石桥" not in body and "标牌" not in body for _, body in rang)
    assert admin.get("/channels")["channels"][0]["problem"] == "channel.dead"
    assert centre.get("/channels")["channels"][0]["masked"] == "wecombot://…def"
    tested = centre.post("/channels/test")["tested"]
    assert [(each["channel"], each["works"]) for each in tested][:2] == [("inbox", True), ("push", True)]


def test_a_slow_channel_holds_up_neither_a_fast_one_nor_the_inboxes(
    hands, service, approved, issue, centre, app, monkeypatch
):
    def look(how):
        with app.app_context():
            return how()

    def news():
        with transaction():
            reminding.tell(orders.by_id(order), None, "issued", "centre", key="meanwhile", now=hands.at)

    for name in ("slow", "fast"):
        centre.post("/push/subscriptions", **service.subscription(name))
    order = issue(approved)["order"]["id"]
    look(reminding.deliver)
    hands.forward(seconds=30)
    service.held["slow"] = threading.Event()
    monkeypatch.setattr(guarded, "READ_SECONDS", 60)
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(worker, "ROUTINES", ())
    stop = worker.start(app.app_context)
    try:
        wait_for(lambda: [each.path for each in service.received] == ["/push/fast"])
        look(news)
        wait_for(lambda: centre.inbox() == ["issued", "issued"])
        assert look(counted) == {"sent": 1, "claimed": 1, "open": 2}, "the slow one still rings"
        service.held["slow"].set()
        wait_for(lambda: look(counted) == {"sent": 2, "open": 2})
    finally:
        service.held["slow"].set()
        stop()
    assert len(service.received) == 2


def wait_for(what):
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_link_in_a_message_switches_its_channel_off_and_only_on_a_click(
    hands, rung, approved, issue, centre, app, client_of
):
    centre.post("/channels", name="群<b>", url="wecombot://0123456789abcdef0123456789abcdef")
    bodies = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bells, "send", lambda url, title, body, allowed: bodies.append(body))
        issue(approved)
        rung(seconds=0)
        rung()
    link = next(line for line in bodies[0].splitlines() if "unsubscribe" in line).partition("https://mingcha.example")[2]
    mail = app.test_client()  # no session, no header of ours
    page = mail.get(link)
    assert page.status_code == 200
    assert "群&lt;b&gt;" in page.get_data(as_text=True)
    assert centre.get("/channels")["channels"][0]["on"] is True, "a mail scanner only looks"
    assert mail.post(link, data={}).status_code == 200
    assert centre.get("/channels")["channels"][0]["on"] is False
    assert mail.post(link, data={}).status_code == 200
    assert problem_of(mail.get(link[:-1] + "x")) == "not_found"
    assert problem_of(mail.get("/api/v1/unsubscribe/x")) == "not_found"


def test_a_subscription_that_leads_inside_is_refused_over_the_api(centre, service):
    good = service.subscription()
    for endpoint in ("https://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/push"):
        answer = centre.ask("POST", "/push/subscriptions", {**good, "endpoint": endpoint})
        assert problem_of(answer) == "push.endpoint"
    for keys in ({"p256dh": "x", "auth": "y"}, {**good["keys"], "auth": "AAAA"}, {**good["keys"], "p256dh": "é" * 40}):
        assert problem_of(centre.ask("POST", "/push/subscriptions", {**good, "keys": keys})) == "push.keys"


def test_a_new_key_serves_new_phones_and_the_old_key_the_old(hands, service, rung, approved, issue, centre, inside):
    old = centre.get("/push/key")["key"]
    new = ringing.rotate().public
    assert centre.get("/push/key")["key"] == new != old
    assert [each["current_key"] for each in centre.get("/channels")["subscriptions"]] == [False]
    issue(approved)
    rung(seconds=0)
    assert [each.token["k"] for each in rung()] == [old]
    centre.post("/push/subscriptions", **service.subscription())
    assert [each["current_key"] for each in centre.get("/channels")["subscriptions"]] == [True]


def test_a_phone_that_changed_hands_rings_for_its_new_owner_alone(service, centre, desk):
    one = centre.post("/push/subscriptions", **service.subscription())["id"]
    assert desk.post("/push/subscriptions", **service.subscription())["id"] == one
    assert centre.get("/channels")["subscriptions"] == []
    assert centre.ask("DELETE", f"/push/subscriptions/{one}").status_code == 404
    assert desk.ask("DELETE", f"/push/subscriptions/{one}").status_code == 204


def test_a_test_says_which_channel_works_and_why_not(hands, service, centre, inside):
    tested = centre.post("/channels/test")["tested"]
    assert [(each["channel"], each["works"], each["code"]) for each in tested] == [
        ("inbox", True, None), ("push", False, "push.none_here"),
    ]  # fmt: skip
    centre.post("/push/subscriptions", **service.subscription())
    service.answers = [(503, {})]
    assert [each["code"] for each in centre.post("/channels/test")["tested"]] == [None, "push.down"]
    assert [each["code"] for each in centre.post("/channels/test")["tested"]] == [None, None]
    assert service.received[-1].message["tag"] == "test"
    service.close()
    found = centre.post("/channels/test")["tested"][1]
    assert (found["code"], found["message"]["zh"][:4]) == ("push.unreachable", "连不上推")


@pytest.mark.parametrize(
    ("url", "code"),
    [("http://127.0.0.1/", "channel.scheme"), ("json://127.0.0.1/", "channel.scheme"), ("file:///etc", "channel.scheme"),
     ("mailtos://a:b@smtp.example.cn", "channel.scheme"), ("barks://x/y", "channel.scheme"), ("nonsense", "channel.url"),
     ("wecombot://", "channel.url"), (" dingtalk://x", "channel.url")],
)  # fmt: skip
def test_people_choose_only_channels_whose_hosts_are_fixed(centre, url, code):
    assert problem_of(centre.ask("POST", "/channels", {"name": "x", "url": url})) == code


@pytest.mark.parametrize("url", ["ntfys://127.0.0.1/x", "barks://localhost/x", "mailtos://a:b@example.cn?smtp=10.0.0.1&to=a@b.cn",
                                 "ntfys://metadata.internal/x"])  # fmt: skip
def test_an_administrators_channel_does_not_lead_inside_either(client_of, hands, url):
    admin = Side(CHEN, client_of)
    assert problem_of(admin.ask("POST", "/channels", {"name": "x", "url": url, "unit": SHIQIAO})) == "channel.host"


def test_a_unit_gets_a_channel_from_its_administrator_alone(centre, client_of):
    body = {"name": "x", "url": "feishu://abcdefghijklmnop", "unit": SHIQIAO}
    assert problem_of(centre.ask("POST", "/channels", body)) == "not_allowed"
    far = Side(CHEN, client_of).ask("POST", "/channels", {**body, "unit": "990456101"})
    assert problem_of(far) == "not_found"


def test_a_calendar_shows_deadlines_to_whoever_has_its_address_until_it_is_revoked(
    hands, approved, issue, centre, app
):
    issue(approved, wanted("1", days=8), wanted("2", days=9))
    url = centre.post("/calendar")["url"]
    anybody = app.test_client()
    text = anybody.get(url).get_data(as_text=True)
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20261009\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "石桥" not in text
    assert "标牌" not in text
    newer = centre.post("/calendar")["url"]
    assert problem_of(anybody.get(url)) == "not_found"
    assert anybody.get(newer).status_code == 200
    assert centre.ask("DELETE", "/calendar").status_code == 204
    assert problem_of(anybody.get(newer)) == "not_found"


def test_whoever_may_not_sign_in_any_more_is_not_rung_and_their_calendar_is_closed(
    hands, service, rung, approved, issue, centre, app, client_of, inside
):
    url = centre.post("/calendar")["url"]
    order = orders.by_id(issue(approved)["order"]["id"])
    rung(seconds=0)
    admin, shi = Side(CHEN, client_of), centre.get("/session")["user"]["id"]
    assert admin.ask("POST", f"/accounts/{shi}/disabling", {"reason": "调离"}).status_code == 204
    assert problem_of(app.test_client().get(url)) == "not_found"
    with transaction():
        reminding.tell(order, None, "issued", shi, key="to-nobody", now=hands.at)
    assert rung() == []
    assert counted() == {"dropped": 1}
    assert admin.ask("POST", f"/accounts/{shi}/enabling", {}).status_code == 204
    assert app.test_client().get(url).status_code == 200
    assert Side(SHI, client_of).inbox() == ["issued"]
