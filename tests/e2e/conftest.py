"""A real house and real browsers for the tests that do what people do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.e2e.house import House
from tests.e2e.phone import CHROMIUM, LAUNCH, Phone

# What is not there yet may still come: a busy machine is no fault of the product.
expect.set_options(timeout=15_000)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "house").start()
    yield house
    house.kill()  # nothing is looked at afterwards that would be worth the wait for a decent end


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
    yield browser
    browser.close()


@pytest.fixture
def phone_of(browser: Browser, house: House) -> Iterator:
    """`phone_of(LIN)` is a phone of its own, signed in as 林; `phone_of(None)` is nobody's yet."""
    phones: list[Phone] = []

    def make(person, **options) -> Phone:
        phone = Phone.new(browser, house.url, house.password, **options)
        phones.append(phone)
        if person:
            phone.sign_in(person)
        return phone

    yield make
    for phone in phones:
        phone.context.close()
