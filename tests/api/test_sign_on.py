"""Signing on through the unit's own house, against a small true one on loopback."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mingcha.store import audit
from tests.cast import CHEN, COUNTY
from tests.conftest import problem_of
from tests.provider import CLIENT, SECRET, House

URL = "/api/v1/sign-on"


@pytest.fixture
def provider() -> Iterator[House]:
    house = House()
    yield house
    house.close()


@pytest.fixture
def config(config, provider):
    return replace(config, oidc_issuer=provider.issuer, oidc_client=CLIENT, oidc_secret=SECRET, oidc_name="统一身份")


def browser(app):
    client = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    return client


def there(client):
    answer = client.get(f"{URL}/departure")
    assert answer.status_code == 302, answer.get_json()
    return answer.headers["Location"]


def back(client, address):
    return client.get(address.removeprefix("http://localhost")).headers["Location"]


def test_zhou_signs_on_and_from_then_on_by_her_subject_alone(app, provider, client_of):
    assert browser(app).get(URL).get_json() == {"name": "统一身份"}
    zhou = browser(app)
    assert back(zhou, provider.enter(there(zhou))) == "/sign-in?back=1"
    assert zhou.get("/api/v1/session").get_json()["user"]["username"] == "zhou"

    provider.person = {"sub": "u-1", "preferred_username": "chen"}
    again = browser(app)
    back(again, provider.enter(there(again)))
    assert again.get("/api/v1/session").get_json()["user"]["username"] == "zhou"
    provider.person = {"sub": "u-2", "preferred_username": "zhou"}
    other = browser(app)
    assert back(other, provider.enter(there(other))) == "/sign-in?problem=sign_on.unknown"
    with app.app_context():
        opened = [each["details"] for each in audit.latest(COUNTY, COUNTY, limit=4) if each["deed"] == "session.open"]
        assert {"bound_to": provider.issuer} in opened
        assert {"by": "oidc"} in opened


@pytest.mark.parametrize(
    "person",
    [{"sub": "u-3"}, {"sub": "u-3", "preferred_username": "nobody"}],
    ids=["no name", "an unknown name"],
)
def test_whom_no_account_is_meant_for_is_told_so_and_gets_none(app, provider, person):
    provider.person = person
    client = browser(app)
    assert back(client, provider.enter(there(client))) == "/sign-in?problem=sign_on.unknown"
    assert problem_of(client.get("/api/v1/session")) == "sign_in"


def test_a_disabled_account_is_told_what_a_missing_one_is(app, provider, client_of):
    chen = client_of(CHEN)
    zhou = next(each for each in chen.get("/api/v1/accounts").get_json()["accounts"] if each["username"] == "zhou")
    chen.post(f"/api/v1/accounts/{zhou['id']}/disabling", json={"reason": "调离"})
    client = browser(app)
    assert back(client, provider.enter(there(client))) == "/sign-in?problem=sign_on.unknown"


@pytest.mark.parametrize("fault", ["issuer", "audience", "expired", "nonce", "subject", "key", "unsigned"])
def test_a_token_that_does_not_hold_opens_nothing(app, provider, fault):
    provider.fault = fault
    client = browser(app)
    assert back(client, provider.enter(there(client))) == "/sign-in?problem=sign_on.failed"
    assert problem_of(client.get("/api/v1/session")) == "sign_in"


def test_a_journey_belongs_to_the_browser_that_began_it_and_ends_once(app, provider):
    victim, attacker = browser(app), browser(app)
    there(victim)
    planted = provider.enter(there(attacker))
    assert back(victim, planted) == "/sign-in?problem=sign_on.failed"
    assert back(attacker, planted) == "/sign-in?back=1"
    assert back(attacker, planted) == "/sign-in?problem=sign_on.failed"
    assert back(browser(app), f"{URL}/return") == "/sign-in?problem=sign_on.failed"


def test_a_house_that_is_down_is_told_calmly(app, provider):
    provider.close()
    answer = browser(app).get(f"{URL}/departure")
    assert answer.headers["Location"] == "/sign-in?problem=sign_on.failed"


def test_without_settings_there_is_no_such_way(app):
    app.config["MINGCHA"] = replace(app.config["MINGCHA"], oidc_issuer=None)
    client = browser(app)
    assert client.get(URL).get_json() == {"name": None}
    assert problem_of(client.get(f"{URL}/departure")) == problem_of(client.get(f"{URL}/return")) == "sign_on.off"
