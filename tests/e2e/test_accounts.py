"""From an invitation by link to a lost phone whose unsent work is rescued first; an authenticator and a passkey on the way."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from mingcha import clock
from tests.cast import CHEN, LIN, ZHOU
from tests.e2e.phone import Phone

OWN = "a kettle and two clerks"

SIGNED_OUT_HERE = """() => new Promise((done) => {
  const asked = indexedDB.open('mingcha')
  asked.onsuccess = () => {
    const settings = asked.result.transaction('settings', 'readwrite').objectStore('settings')
    settings.put({ key: 'user', value: null }).onsuccess = () => { asked.result.close(); done() }
  }
})"""
#: How many rows there are in all databases of people on this phone.
ROWS_OF_PEOPLE = """async () => {
  const rows = (name) => new Promise((done) => {
    const asked = indexedDB.open(name)
    asked.onsuccess = async () => {
      const stores = [...asked.result.objectStoreNames], reading = asked.result.transaction(stores)
      const counts = await Promise.all(stores.map((store) => new Promise((counted) => {
        const count = reading.objectStore(store).count()
        count.onsuccess = () => counted(count.result)
      })))
      asked.result.close()
      done(counts.reduce((sum, one) => sum + one, 0))
    }
  })
  const names = (await indexedDB.databases()).map((one) => one.name).filter((name) => name.startsWith('mingcha-'))
  return (await Promise.all(names.map(rows))).reduce((sum, one) => sum + one, 0)
}"""


@pytest.fixture
def at_localhost(browser, house):
    """A phone at `localhost`: passkeys belong to names, never to numbers."""
    phone = Phone.new(browser, house.url.replace("127.0.0.1", "localhost"), house.password)
    yield phone
    phone.context.close()


def test_chen_invites_sun_zhou_gets_a_second_factor_and_lins_lost_phone_is_rescued(
    browser, house, phone_of, at_localhost
):
    chen = phone_of(CHEN, service_workers="block")
    chen.page.goto(f"{house.url}/accounts")
    chen.page.get_by_role("button", name="邀请", exact=True).click()
    chen.page.get_by_role("textbox", name="姓名", exact=True).fill("孙")
    chen.button("生成邀请").click()
    expect(chen.page.get_by_role("img", name="孙的邀请二维码")).to_be_visible()
    link = chen.page.get_by_role("textbox", name="邀请链接").inner_text()
    chen.button("完成").click()

    sun = Phone.new(browser, house.url, OWN)
    sun.page.goto(link)
    expect(sun.page.get_by_role("heading", name="孙")).to_be_visible()
    sun.page.get_by_label("用户名").fill("sun")
    sun.page.get_by_label("新密码").fill(OWN)
    sun.page.get_by_label("再填一次").fill(OWN)
    sun.button("开始使用").click()
    expect(sun.page.get_by_role("heading", name="今天")).to_be_visible()
    sun.context.close()

    zhou = at_localhost
    zhou.sign_in(ZHOU)
    zhou.page.goto(f"{zhou.url}/security")
    zhou.button("添加验证器").click()
    secret = zhou.page.locator("code.secret").inner_text().replace(" ", "")
    zhou.page.get_by_label("六位验证码").fill(pyotp.TOTP(secret).at(clock.now()))
    zhou.button("确认").click()
    expect(zhou.page.get_by_role("heading", name="备用码")).to_be_visible()
    code = zhou.page.locator("ol.codes code").first.inner_text()
    zhou.button("我已抄好").click()
    keys = zhou.context.new_cdp_session(zhou.page)
    keys.send("WebAuthn.enable")
    how = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": {**how, "automaticPresenceSimulation": True}})
    zhou.button("添加通行密钥").click()
    expect(zhou.page.get_by_text(re.compile("^通行密钥"))).to_be_visible()
    for how_shown in ("passkey", "recovery"):
        zhou.context.clear_cookies()
        zhou.page.evaluate(SIGNED_OUT_HERE)
        zhou.page.goto(f"{zhou.url}/sign-in")
        zhou.page.get_by_label("用户名").fill("zhou")
        zhou.page.get_by_label("密码").fill(house.password)
        zhou.button("登录").click()
        expect(zhou.page.get_by_role("heading", name="再确认一次是您")).to_be_visible()
        if how_shown == "passkey":
            zhou.button("用通行密钥").click()
        else:
            zhou.button(re.compile("用备用码")).click()
            zhou.page.get_by_label("备用码").fill(code)
            zhou.button("确认").click()
        expect(zhou.page.get_by_role("heading", name=re.compile("审核台"))).to_be_visible()

    lin = phone_of(LIN)
    lin.prepare()
    lin.arrive()
    visit = lin.visit
    lin.wait_all_sent()
    lin.context.set_offline(True)
    lin.page.get_by_role("link", name=re.compile("^下一项")).click()
    lin.say("符合")
    chen.page.get_by_role("button", name=re.compile("^林")).click()
    chen.button(re.compile("^撤销设备")).first.click()
    chen.page.get_by_label("原因").fill("手机丢在车上")
    chen.button("撤销设备").click()
    expect(chen.page.get_by_text("待交出内容")).to_be_visible()

    lin.context.set_offline(False)
    expect(lin.page.get_by_label("用户名")).to_be_visible(timeout=60_000)
    held = zhou.page.evaluate("async () => (await (await fetch('/api/v1/held')).json()).held")
    assert [[one["inspection"], one["code"]] for one in held] == [[visit, "op.device_revoked"]]
    left = lin.page.evaluate(ROWS_OF_PEOPLE)
    assert left == 0
    chen.page.reload()
    chen.page.get_by_role("button", name=re.compile("^林")).click()
    expect(chen.page.get_by_text("已清空")).to_be_visible()
