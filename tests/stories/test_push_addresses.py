"""Which addresses are spoken to and which never, and what each answer of a push service asks of us."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from mingcha.core.problems import Refused
from mingcha.notify import guarded, push
from tests.push_service import PushService

HOSTS = ("fcm.googleapis.com", "*.push.services.mozilla.com")

BAD_ENDPOINTS = [
    "http://fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.example/x", "https://evil.example/x",
    "https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest", "https://10.0.0.1/", "https://localhost/",
    "https://fcm.googleapis.com:8443/x", "https://user:pass@fcm.googleapis.com/x", "https://fcm.googleapis.com\\@evil/",
    "https://push.services.mozilla.com/x", "https://evil.example/.push.services.mozilla.com", "ftp://x/", "", "x",
    "https://fcm.googleapis.com/" + "a" * 3000, "https://fcm.googleapis.com/\u00e9", "https://[::1",
    "file:///etc/passwd", "https://2130706433/x", "https://fcm.googleapis.com:99999/x",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", BAD_ENDPOINTS)
def test_an_endpoint_that_is_no_push_service_is_refused(endpoint):
    with pytest.raises(Refused) as refused:
        push.check_endpoint(endpoint, HOSTS, None)
    assert refused.value.code == "push.endpoint"


def test_the_browsers_own_services_are_let_in():
    for endpoint in ("https://fcm.googleapis.com/fcm/send/a:b", "https://updates.push.services.mozilla.com:443/wpush/v2/x"):
        assert push.check_endpoint(endpoint, HOSTS, None)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1%eth0",
     "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "224.0.0.1", "255.255.255.255", "::"],
)  # fmt: skip
def test_no_internal_address_is_public(address):
    assert not guarded.is_public(address)


def test_a_name_that_turns_inside_the_second_time_gains_nothing(monkeypatch):
    """DNS rebinding: what was looked at is what is connected to, so even a listed host cannot lead inside."""
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    connected = []

    def look_up(host, port, *given, **more):
        found = host if host[0].isdigit() else next(answers)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    def connect(address, *given, **more):
        connected.append(address[0])
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with guarded.session() as session:
        key, phone = push.new_key(), PushService()
        given = phone.subscription()["keys"]
        phone.close()
        target = push.Phone("https://fcm.googleapis.com/x", given["p256dh"], given["auth"])
        now = datetime.now(UTC)

        def send():
            return push.send(target, b"{}", key, tag="news", contact="mailto:a@b.cn", now=now, session=session)

        assert send().code == "push.unreachable"
        assert send() == push.Went("push.endpoint", gone=True)
        assert connected == ["93.184.215.14"]
        with pytest.raises(Exception, match="No connection adapters"):
            session.get("http://127.0.0.1:1/")


def test_a_message_that_would_not_fit_is_refused_before_it_is_sent():
    assert len(push.payload({"a": "x" * 3000})) < 3800
    with pytest.raises(Refused) as refused:
        push.payload({"a": "汉" * 1300})
    assert refused.value.code == "push.too_large"


NOW = datetime(2026, 9, 21, 1, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
MEANINGS = [
    *[(status, None, None, False, None) for status in (200, 201, 202, 204)],
    *[(status, None, "push.gone", True, None) for status in (404, 410)],
    (413, None, "push.too_large", False, None),
    (429, None, "push.slow_down", False, timedelta(minutes=5)),
    (429, "3600", "push.slow_down", False, HOUR),
    (429, "Mon, 21 Sep 2026 02:30:00 GMT", "push.slow_down", False, HOUR),
    (429, "Mon, 21 Sep 2026 00:30:00 GMT", "push.slow_down", False, timedelta(minutes=5)),
    (429, "99999999", "push.slow_down", False, timedelta(days=1)),
    (429, "soon", "push.slow_down", False, timedelta(minutes=5)),
    *[(status, None, "push.our_key", False, None) for status in (401, 403)],
    *[(status, None, "push.down", False, None) for status in (500, 502, 503, 504)],
    (503, "1200", "push.down", False, timedelta(minutes=20)),
    *[(status, None, "push.refused", True, None) for status in (301, 302, 307, 308, 400, 405, 418)],
]


@pytest.mark.parametrize(("status", "retry_after", "code", "gone", "after"), MEANINGS)
def test_every_answer_of_a_push_service_means_one_thing(status, retry_after, code, gone, after):
    assert push.meaning(status, retry_after, NOW) == push.Went(code, gone, after, status)


@pytest.mark.parametrize("status", [201, 204, 302, 410])
def test_a_redirect_is_not_followed_and_any_success_is_one(status):
    service = PushService()
    service.answers = [(status, {"Location": f"{service.origin}/inside"})]
    given = service.subscription()
    phone = push.Phone(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])
    with guarded.session(service.origin) as session:
        went = push.send(phone, b"{}", push.new_key(), tag="due", contact="mailto:a@b.cn", now=datetime.now(UTC), session=session)
    service.close()
    assert [each.path for each in service.received] == ["/push/phone"]
    assert (went.ok, went.gone) == (status < 300, status > 300)
