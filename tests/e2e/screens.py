"""Every screen and sheet that an inspector can open: how to get there, by name.

For tests that look at all of them, whatever they look for. Neighbours in a list have different addresses: then the app goes
from one to the next by itself, as for a finger, and no page is loaded anew.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.phone import Phone

#: Words by which the walk finds its way, in both languages.
WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "share": "分工", "search": "搜索 / 编号", "source": "原文", "earlier": re.compile("^上次"), "steps": "做过的",
        "photo": re.compile("^照片："), "mark": "标注 / 打码", "shoot": "按快门", "saved": "已保存在这台手机",
        "case": re.compile("^第 3 件"), "verdict": "结论", "sign": re.compile("签字$"), "refuses": "拒绝签字",
        "centre": re.compile("^中心负责人"), "out": "退出登录", "feedback": re.compile("^写一条"),
        "devices": re.compile("^查看设备"), "stored": re.compile("^查看 · "), "site": re.compile("^临江街道"),
        "entry": re.compile("^更正"), "undo": re.compile("^撤销.*点位"),
    },
    "en": {
        "share": "Share out", "search": "Search", "source": "Source", "earlier": re.compile("^Last time"),
        "steps": "Steps", "photo": re.compile("^Photo: "), "mark": "Mark / hide", "shoot": "Shutter",
        "saved": "Saved on this phone", "case": re.compile("^Case 3"), "verdict": "Verdict",
        "sign": re.compile("signs$"), "refuses": "Refuses", "centre": re.compile("^Person of the centre"),
        "out": "Sign out", "feedback": re.compile("^Write"), "devices": re.compile("^Show devices"),
        "stored": re.compile("^Show · "), "site": re.compile("^Linjiang"), "entry": re.compile("^Correct "),
        "undo": re.compile("^Undo the import of Sites"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A screen or sheet, and how to open it from any other: by its address and the fewest touches."""

    name: str
    go: Callable[[Page, str, dict[str, Any]], object]


def as_a_guest(phone: Phone, offer: str, language: str = "zh") -> Iterator[str]:
    """Before anybody is signed in. `offer`: what an invitation's link ends with."""
    places = (*GUEST[:1], Place("invitation", _invited(offer)), *GUEST[1:])
    yield from _walk(phone, "", language, places)


def before_arrival(phone: Phone, visit: str, language: str = "zh") -> Iterator[str]:
    yield from _walk(phone, visit, language, BEFORE)


def after_arrival(phone: Phone, visit: str, language: str = "zh") -> Iterator[str]:
    yield from _walk(phone, visit, language, AFTER)


def at_the_registry(phone: Phone, sheet: str, language: str = "zh") -> Iterator[str]:
    """`sheet`: a file with faults. The house has one import of sites."""
    places = (*REGISTRY, Place("a faulty sheet", _previewed(sheet)))
    yield from _walk(phone, "", language, places)


def _walk(phone: Phone, visit: str, language: str, places: tuple[Place, ...]) -> Iterator[str]:
    for place in places:
        place.go(phone.page, f"{phone.url}/visit/{visit}", WORDS[language])
        yield place.name


#: Goes there within the app, as its own links do; false where it is not open, or there already.
WITHIN = """(address) => {
  const { origin, pathname } = new URL(address)
  if (location.origin !== origin || location.pathname === pathname || !document.querySelector('#app h1')) return false
  for (const title of document.querySelectorAll('h1')) title.dataset.left = 'yes'
  history.pushState({ at: (history.state?.at ?? 0) + 1 }, '', address)
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
  return true
}"""


def _open(page: Page, address: str) -> None:
    if not page.evaluate(WITHIN, address):
        page.goto(address)
    expect(page.locator("h1:not([data-left])").first).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)


def _home(path: str) -> Callable[[Page, str, dict[str, Any]], object]:
    return lambda page, visit, _: _open(page, visit.split("/visit/")[0] + path)


def _at(path: str) -> Callable[[Page, str, dict[str, Any]], object]:
    return lambda page, visit, _: _open(page, visit + path)


def _sheet(path: str, word: str, *, role: str = "button", home: bool = False) -> Callable[..., object]:
    def go(page: Page, visit: str, words: dict[str, Any]) -> None:
        _open(page, (visit.split("/visit/")[0] if home else visit) + path)
        page.get_by_role(role, name=words[word]).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_timeout(150)

    return go


def _steps(page: Page, visit: str, words: dict[str, Any]) -> None:
    _open(page, visit + "/row/2.1")
    group = page.get_by_role("group", name=words["verdict"]).get_by_role("button")
    group.first.click()
    page.get_by_role("button", name=words["steps"], exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _sampled(page: Page, visit: str, words: dict[str, Any]) -> None:
    _open(page, visit + "/row/3.7")
    page.get_by_role("button", name=words["case"]).click()


def _camera(page: Page, visit: str, words: dict[str, Any]) -> None:
    _open(page, visit + "/camera/1.2")
    expect(page.get_by_role("button", name=words["shoot"])).to_be_enabled()
    page.get_by_role("button", name=words["shoot"]).click()
    expect(page.get_by_role("status").filter(has_text=words["saved"])).to_be_visible()


def _listed(kind: str) -> Callable[[Page, str, dict[str, Any]], object]:
    def go(page: Page, visit: str, _words: dict[str, Any]) -> None:
        _open(page, visit.split("/visit/")[0] + f"/registry/{kind}")
        expect(page.locator("main li").first).to_be_visible()

    return go


def _previewed(sheet: str) -> Callable[[Page, str, dict[str, Any]], object]:
    def go(page: Page, visit: str, _words: dict[str, Any]) -> None:
        _open(page, visit.split("/visit/")[0] + "/registry/sites/import")
        page.locator("input[type=file]").set_input_files(sheet)
        expect(page.locator("dl")).to_be_visible()

    return go


def _marking(page: Page, visit: str, words: dict[str, Any]) -> None:
    _open(page, visit + "/row/1.2")
    page.get_by_label(words["photo"]).first.click()
    page.get_by_role("button", name=words["mark"]).click()
    canvas = page.get_by_role("application")
    expect(canvas).to_be_visible()
    canvas.press("Enter")
    for _ in range(5):
        canvas.press("ArrowRight")
        canvas.press("ArrowDown")
    canvas.press("Enter")


def _refusing(page: Page, visit: str, words: dict[str, Any]) -> None:
    _open(page, visit + "/finish")
    page.get_by_role("button", name=words["centre"]).click()
    page.get_by_role("dialog").get_by_role("button", name=words["refuses"]).click()


def _invited(offer: str) -> Callable[[Page, str, dict[str, Any]], object]:
    def go(page: Page, visit: str, _words: dict[str, Any]) -> None:
        page.goto(visit.split("/visit/")[0] + f"/invitation#{offer}")
        expect(page.get_by_role("textbox").first).to_be_visible()

    return go


def _in_wechat(page: Page, visit: str, _words: dict[str, Any]) -> None:
    """As WeChat's own browser shows it; afterwards the browser is itself again."""
    browser = page.context.new_cdp_session(page)
    agent = page.evaluate("navigator.userAgent")
    browser.send("Emulation.setUserAgentOverride", {"userAgent": f"{agent} MicroMessenger/8.0.50"})
    page.goto(visit.split("/visit/")[0] + "/sign-in")
    expect(page.locator("section").get_by_role("img")).to_be_visible()
    browser.detach()


GUEST = (
    Place("sign-in", _home("/sign-in")),
    Place("sign-in inside WeChat", _in_wechat),
)
REGISTRY = (
    Place("regions", _listed("regions")),
    Place("registered sites", _listed("sites")),
    Place("inspectors", _listed("people")),
    Place("correcting a site", _sheet("/registry/sites", "entry", home=True)),
    Place("importing", _home("/registry/sites/import")),
    Place("imports", _listed("imports")),
    Place("undoing an import", _sheet("/registry/imports", "undo", home=True)),
)
BEFORE = (
    Place("today", _home("/?stay=1")),
    Place("arrival", _at("")),
    Place("settings", _home("/settings")),
    Place("waiting", _home("/waiting")),
    Place("feedback", _sheet("/settings", "feedback", home=True)),
    Place("sites", _home("/sites")),
    Place("devices", _sheet("/settings", "devices", home=True)),
    Place("a site", _sheet("/sites", "site", home=True)),
    Place("stored", _sheet("/settings", "stored", home=True)),
    Place("beginning a visit", _home("/begin")),
    Place("signing out", _sheet("/settings", "out", home=True)),
    Place("inbox", _home("/inbox")),
    Place("reminders", _home("/reminders")),
    Place("security", _home("/security")),
    Place("joining", _home("/join")),
    Place("inviting", _at("/invite")),
)
AFTER = (
    Place("sheet", _at("")),
    Place("row with steps to count", _at("/row/1.2")),
    Place("sharing", _sheet("", "share")),
    Place("row with a named list", _at("/row/1.4")),
    Place("search", _sheet("", "search")),
    Place("row with a figure", _at("/row/5.3")),
    Place("source", _sheet("/row/1.2", "source")),
    Place("row with drawn cases", _sampled),
    Place("earlier visits", _sheet("/row/1.2", "earlier")),
    Place("steps", _steps),
    Place("camera", _camera),
    Place("photo", _sheet("/row/1.2", "photo")),
    Place("finish", _at("/finish")),
    Place("marking", _marking),
    Place("signing", _sheet("/finish", "sign")),
    Place("settle", _at("/settle")),
    Place("refusing to sign", _refusing),
)
