"""How a person is reached, on the screen: push on a real browser's worker, other channels, the calendar, a link that ends one."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from mingcha.app import create_app
from mingcha.config import from_environment
from mingcha.flows import unsubscribing
from tests.cast import SHI, ZHOU
from tests.e2e.house import House
from tests.e2e.phone import Phone
from tests.e2e.pushed import SHOWN, TOUCH, deliver
from tests.e2e.rectifying import approved_visit, issued
from tests.e2e.sender import Client
from tests.push_service import PushService

BOT = "wecombot://0123456789abcdef0123456789abcdef"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
#: A headless browser has no push service of its own: its subscription is one of ours, all else is the real thing.
SUBSCRIPTION = """(given) => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0)).buffer
  const made = (key) => ({ endpoint: given.endpoint, options: { applicationServerKey: key }, toJSON: () => given,
    unsubscribe: async () => { localStorage.removeItem('subscribed'); return true } })
  PushManager.prototype.getSubscription = async () => localStorage.subscribed ? made(bytes(localStorage.subscribed)) : null
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (Notification.permission !== 'granted') throw new Error('not allowed')
    localStorage.subscribed = btoa(String.fromCharCode(...new Uint8Array(applicationServerKey)))
    return made(applicationServerKey)
  }
}"""
#: A browser opens a window only for a finger's touch: here it is said where to.
WATCH_OPENING = "self.clients.openWindow = async (link) => { self.opened = link; return null }"


@pytest.fixture
def service() -> Iterator[PushService]:
    made = PushService()
    yield made
    made.close()


@pytest.fixture
def ringing_house(house: House, service: PushService) -> House:
    """A house that may speak to our push service, and to nobody outside."""
    house.stop()
    house.env |= {"MINGCHA_PUSH_TRIAL": service.origin, "MINGCHA_ADDRESS": house.url, "HTTPS_PROXY": "http://127.0.0.1:9"}
    return house.start()


def test_a_phone_is_subscribed_rung_and_touched_and_the_item_opens(ringing_house: House, service: PushService, phone_of) -> None:
    house = ringing_house
    item = issued(house, approved_visit(house))
    shi = phone_of(SHI, permissions=["camera", "notifications"])
    shi.context.add_init_script(f"({SUBSCRIPTION})({json.dumps(service.subscription())})")
    shi.page.goto(f"{house.url}/reminders")
    push, tested, quiet = (shi.page.get_by_role("region", name=name) for name in ("手机通知", "试一试", "安静时段"))
    expect(push).to_contain_text("这台手机还没有开启")
    shi.button("发送测试").click()
    expect(tested).to_contain_text("手机通知")
    expect(tested.get_by_text("不可用")).to_have_count(1)

    shi.button("开启通知").click()
    expect(push).to_contain_text("这台手机会收到通知")
    expect(push.get_by_role("listitem")).to_contain_text("（这台）")
    service.answers = [(503, {})]
    shi.button("发送测试").click()
    expect(tested.get_by_text("不可用")).to_have_count(1)
    expect(push).to_contain_text("上次没有发出")
    quiet.get_by_label("从").fill("00:00")
    shi.button("发送测试").click()
    expect(tested.get_by_text("不可用")).to_have_count(0)
    assert service.received[-1].message["tag"] == "test"
    expect(push).not_to_contain_text("上次没有发出")
    expect(quiet.get_by_label("从")).to_have_value("00:00")  # typed and not kept yet, while the page was told anew

    # Never quiet, on days off neither: so that it rings now.
    quiet.get_by_label("到").fill("00:00")
    expect(quiet.get_by_label("休息日也响")).not_to_be_checked()
    quiet.get_by_label("休息日也响").check()
    quiet.get_by_role("button", name="保存").click()
    expect(shi.page.get_by_text("已记下")).to_be_visible()
    _read_all(house, SHI)
    rung = len(service.received)
    escalated = Client(house, ZHOU).post(f"/api/v1/rectification/items/{item}/escalate", json={"id": _uuid(), "reason": "屡改屡犯"})
    assert escalated.status_code == 200, escalated.get_json()
    for _ in range(300):
        if len(service.received) > rung:
            break
        shi.page.wait_for_timeout(200)
    message = service.received[rung].message
    assert message is not None
    assert "石桥" not in json.dumps(message, ensure_ascii=False)

    worker = deliver(shi, message)
    assert worker.evaluate(SHOWN) == [message["body"]["zh"]]
    worker.evaluate(TOUCH)
    expect(shi.page).to_have_url(f"{house.url}/rectification/{item}")
    expect(shi.page.get_by_role("region", name="发现的问题")).to_contain_text("已上报")

    # Once more, with every page of the app closed: the worker shows it, and a touch opens the app at the item.
    app, shi.page = shi.page, shi.context.new_page()
    app.close()
    worker = deliver(shi, message)
    assert worker.evaluate(SHOWN) == [message["body"]["zh"]]
    worker.evaluate(WATCH_OPENING)
    worker.evaluate(TOUCH)
    opened = shi.until(lambda: worker.evaluate("self.opened"))
    assert opened == f"/rectification/{item}"
    shi.page.goto(f"{house.url}{opened}")
    expect(shi.page.get_by_role("region", name="发现的问题")).to_contain_text("已上报")

    shi.page.goto(f"{house.url}/reminders")
    push = shi.page.get_by_role("region", name="手机通知")
    shi.button("关闭").click()
    expect(push).to_contain_text("这台手机还没有开启")
    expect(push.get_by_role("listitem")).to_have_count(0)

    # Whoever signs out is not rung here any more: the next one to hold this phone may be somebody else.
    shi.button("开启通知").click()
    expect(push.get_by_role("listitem")).to_contain_text("（这台）")
    shi.page.goto(f"{house.url}/settings")
    shi.button("退出登录").click()
    shi.page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
    expect(shi.page.get_by_label("用户名")).to_be_visible()
    assert shi.page.evaluate("localStorage.subscribed") is None
    assert Client(house, SHI).get("/api/v1/channels").get_json()["subscriptions"] == []


def test_a_bot_is_added_tried_switched_and_ended_by_its_link(ringing_house: House, phone_of) -> None:
    house = ringing_house
    shi = phone_of(SHI)
    shi.page.goto(f"{house.url}/reminders")
    bots, tested = (shi.page.get_by_role("region", name=name) for name in ("群机器人和其他", "试一试"))
    bots.get_by_label("名称").fill("大厅群")
    bots.get_by_label("地址", exact=True).fill("http://127.0.0.1/")
    bots.get_by_role("button", name="添加").click()
    expect(shi.page.get_by_role("status").filter(has_text="不能使用这种")).to_be_visible()
    expect(bots.get_by_label("名称")).to_have_value("大厅群")
    bots.get_by_label("地址", exact=True).fill(BOT)
    bots.get_by_role("button", name="添加").click()
    expect(bots).to_contain_text("wecombot://…def")
    expect(bots).not_to_contain_text(BOT)
    shi.button("发送测试").click()
    expect(tested.get_by_role("listitem").filter(has_text="大厅群")).to_contain_text("不可用")
    expect(bots).to_contain_text("上次没有发出")
    switch = bots.get_by_role("button", name="开关 大厅群")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    shi.button("发送测试").click()
    expect(tested.get_by_role("listitem").filter(has_text="大厅群")).to_have_count(0)
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")

    # From the mail, without any sign-in: looking changes nothing, the button does.
    reader = Phone.new(shi.context.browser, house.url, house.password)
    reader.page.goto(f"{house.url}/api/v1/unsubscribe/{_token(house, SHI)}")
    expect(reader.page.get_by_text("大厅群")).to_be_visible()
    reader.page.get_by_role("button").click()
    reader.page.wait_for_load_state()
    reader.context.close()
    shi.page.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
    bots.get_by_role("button", name="移除 大厅群").click()
    expect(bots).not_to_contain_text("大厅群")


def test_a_calendar_address_is_made_shown_once_and_revoked(ringing_house: House, phone_of) -> None:
    house = ringing_house
    issued(house, approved_visit(house))
    shi = phone_of(SHI)
    shi.page.goto(f"{house.url}/reminders")
    calendar = shi.page.get_by_role("region", name="日历")
    calendar.get_by_role("button", name="生成日历地址").click()
    expect(calendar).to_contain_text("只显示这一次")
    address = calendar.get_by_text(re.compile(r"\.ics$")).inner_text()
    assert _status(address) == (200, 1)
    shi.page.reload()
    expect(calendar).to_contain_text("生成的地址在用")
    expect(calendar).not_to_contain_text(".ics")
    calendar.get_by_role("button", name="换一个地址").click()
    expect(calendar).to_contain_text("只显示这一次")
    newer = calendar.get_by_text(re.compile(r"\.ics$")).inner_text()
    assert (_status(address)[0], _status(newer)) == (404, (200, 1))
    calendar.get_by_role("button", name="作废").click()
    expect(calendar.get_by_role("button", name="生成日历地址")).to_be_visible()
    assert _status(newer)[0] == 404


def test_an_iphone_is_told_and_shown_how_it_comes_to_ring(house: House, phone_of) -> None:
    shi = phone_of(SHI, user_agent=IPHONE)
    shi.page.goto(f"{house.url}/reminders")
    push = shi.page.get_by_role("region", name="手机通知")
    expect(push).to_contain_text("苹果手机只有安装到主屏幕的应用才能收到通知")
    expect(push.get_by_role("listitem")).to_have_count(3)
    expect(push.locator("li svg")).to_have_count(3)
    expect(shi.button("开启通知")).to_have_count(0)


def _read_all(house: House, person: Any) -> None:
    """What came before is read, once it is there, so that one new message leads straight to what it is about."""
    client = Client(house, person)
    deadline = time.monotonic() + 30
    while not (box := client.get("/api/v1/inbox").get_json())["entries"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert client.post("/api/v1/inbox/read", json={"upto": box["seq"]}).get_json()["unread"] == 0


def _token(house: House, person: Any) -> str:
    """What stands at the end of the link in a message to this person's one channel."""
    channel = Client(house, person).get("/api/v1/channels").get_json()["channels"][0]["id"]
    app = create_app(from_environment(house.env))
    with app.app_context():
        return unsubscribing.token(channel)


def _status(address: str) -> tuple[int, int]:
    """The answer's status, and how many deadlines are in it."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode().count("BEGIN:VEVENT")
    except urllib.error.HTTPError as refused:
        return refused.code, 0


def _uuid() -> str:
    return "0190b0c0-0000-7000-8000-00000000e5ca"
