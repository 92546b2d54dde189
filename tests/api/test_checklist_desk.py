"""The desk where versions are read, compared, drafted and published."""

import gzip
import hashlib
import json

import pytest

from mingcha.core.checklist.model import Checklist
from mingcha.flows import accounts as account_flow
from mingcha.flows import checklists as flow
from tests.cast import CHEN, LIN, OTHER_COUNTY, SHI, WU, ZHOU, Person
from tests.conftest import PASSWORD, problem_of
from tests.visits import small_checklist

NOTE = {"zh": "改一处分值", "en": "One mark changed"}


@pytest.fixture
def base(inside):
    content = small_checklist()
    return flow.keep(content, Checklist.parse(content)).digest


@pytest.fixture
def zhous(client_of):
    return client_of(ZHOU)


@pytest.fixture
def draft(zhous, base):
    """A draft of version 2, begun by 周."""
    answer = zhous.post("/api/v1/checklist-drafts", json={"from": base, "version": "2"})
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


@pytest.fixture
def stranger_supervisor(inside, client_of):
    """孙 leads the inspectors of another county."""
    sun = Person("sun", "孙", "supervisor", OTHER_COUNTY)
    account_flow.add(None, username="sun", name="孙", role="supervisor", scope=OTHER_COUNTY, password=PASSWORD)
    return client_of(sun)


def _small(client):
    found = client.get("/api/v1/checklists").get_json()["checklists"]
    return next(each for each in found if each["slug"] == "small")


def test_the_list_tells_versions_who_uses_them_and_drafts(zhous, client_of, visit, base, draft):
    small = _small(zhous)
    assert (small["scheme"], small["title"]["zh"]) == ("points", "小检查表")
    assert [(each["version"], each["digest"], each["inspections"]) for each in small["versions"]] == [("1", base, 1)]
    assert small["versions"][0]["retired"] is False
    assert [(each["version"], each["by"]["name"]) for each in small["drafts"]] == [("2", "周")]
    assert _small(client_of(WU))["drafts"] == []
    assert problem_of(client_of(LIN).get("/api/v1/checklists")) == "not_allowed"
    assert problem_of(client_of(SHI).get("/api/v1/checklists")) == "not_allowed"
    users = zhous.get(f"/api/v1/checklists/{base}/inspections").get_json()["inspections"]
    assert [each["id"] for each in users] == [visit]


def test_a_draft_is_edited_with_the_lint_beside_it_and_published_with_a_note(zhous, client_of, base, draft):
    assert draft["faults"] == []
    content = draft["content"]
    content["categories"][0]["groups"][0]["indicators"][0]["clauses"][0]["per"] = "-1"
    wrong = zhous.put(f"/api/v1/checklist-drafts/{draft['id']}", json={"content": content, "seq": 1}).get_json()
    assert {each["path"] for each in wrong["faults"]} == {"$.categories[0].groups[0].indicators[0].clauses[0].per"}
    refused = zhous.post(f"/api/v1/checklist-drafts/{draft['id']}/publish", json={"note": NOTE})
    assert (refused.status_code, problem_of(refused)) == (422, "checklist.faulty")
    assert refused.get_json()["problem"]["details"]["faults"] == wrong["faults"]

    content["categories"][0]["groups"][0]["indicators"][0]["clauses"][0]["per"] = "0.2"
    mended = zhous.put(f"/api/v1/checklist-drafts/{draft['id']}", json={"content": content, "seq": 2}).get_json()
    assert (mended["faults"], mended["seq"]) == ([], 3)
    published = zhous.post(f"/api/v1/checklist-drafts/{draft['id']}/publish", json={"note": NOTE}).get_json()

    versions = _small(client_of(CHEN))["versions"]
    assert [(each["version"], each["retired"], each["note"]) for each in versions] == [
        ("1", True, None),
        ("2", False, NOTE),
    ]
    kept = zhous.get(f"/api/v1/checklists/{published['digest']}", headers={"Accept-Encoding": "gzip"})
    assert hashlib.sha256(gzip.decompress(kept.data)).hexdigest() == published["digest"]
    assert "immutable" in kept.headers["Cache-Control"]
    assert problem_of(zhous.get(f"/api/v1/checklist-drafts/{draft['id']}")) == "not_found"


def test_two_versions_are_compared_in_words(zhous, client_of, base, draft):
    content = draft["content"]
    indicators = content["categories"][0]["groups"][0]["indicators"]
    indicators[0]["clauses"][0]["per"] = "1"
    indicators[1]["title"] = {"zh": "改名", "en": "renamed"}
    indicators[2]["evidence"] = [{"kind": "badge", "min": 1, "when": "always"}]
    gone = indicators.pop(3)
    indicators.append({**gone, "id": "5"})
    zhous.put(f"/api/v1/checklist-drafts/{draft['id']}", json={"content": content, "seq": 1})
    answer = zhous.post(f"/api/v1/checklist-drafts/{draft['id']}/publish", json={"note": NOTE})
    query = {"from": base, "to": answer.get_json()["digest"]}
    found = client_of(WU).get("/api/v1/checklists/compare", query_string=query).get_json()

    assert [each["indicator"] for each in found["added"]] == ["5"]
    assert [each["indicator"] for each in found["removed"]] == ["4"]
    change = found["scoring"][0]
    assert (change["indicator"], change["before"], change["after"]) == ("1", "0.5", "1")
    assert change["label"] == {"zh": "扣分条款 a · 每次扣分", "en": "clause a · points each"}
    assert {each["indicator"] for each in found["words"]} == {"2"}
    assert {each["indicator"] for each in found["asking"]} == {"3"}
    assert (found["from"]["version"], found["to"]["version"], found["same"]) == ("1", "2", False)
    again = client_of(WU).get("/api/v1/checklists/compare", query_string={"from": base, "to": base}).get_json()
    assert again["same"] is True


def test_two_people_on_one_draft_never_lose_each_others_work(zhous, client_of, draft):
    chen = client_of(CHEN)
    address = f"/api/v1/checklist-drafts/{draft['id']}"
    hers = {**draft["content"], "title": {"zh": "陈的标题", "en": "Chen’s title"}}
    assert chen.put(address, json={"content": hers, "seq": 1}).status_code == 200
    late = zhous.put(address, json={"content": draft["content"], "seq": 1})
    assert (late.status_code, problem_of(late)) == (409, "checklist.draft_moved")
    assert zhous.get(address).get_json()["content"] == hers


def test_another_county_neither_sees_nor_touches_a_draft_or_the_version_made_of_it(zhous, stranger_supervisor, draft):
    address = f"/api/v1/checklist-drafts/{draft['id']}"
    for answer in (
        stranger_supervisor.get(address),
        stranger_supervisor.put(address, json={"content": draft["content"], "seq": 1}),
        stranger_supervisor.delete(address),
        stranger_supervisor.post(f"{address}/publish", json={"note": NOTE}),
        stranger_supervisor.get(f"{address}/excel"),
    ):
        assert (answer.status_code, problem_of(answer)) == (404, "not_found")
    published = zhous.post(f"{address}/publish", json={"note": NOTE}).get_json()["digest"]
    theirs = _small(stranger_supervisor)
    assert [(each["version"], each["retired"]) for each in theirs["versions"]] == [("1", False)]
    assert theirs["drafts"] == []
    query = {"from": published, "to": published}
    assert problem_of(stranger_supervisor.get("/api/v1/checklists/compare", query_string=query)) == "not_found"
    assert problem_of(stranger_supervisor.get(f"/api/v1/checklists/{published}/excel")) == "not_found"


def test_readers_and_inspectors_draft_nothing(client_of, base, draft):
    for person in (LIN, SHI, WU):
        client = client_of(person)
        asked = {"from": base, "version": "3"}
        assert problem_of(client.post("/api/v1/checklist-drafts", json=asked)) == "not_allowed"
        assert problem_of(client.get(f"/api/v1/checklist-drafts/{draft['id']}")) == "not_allowed"


def test_a_version_number_that_is_taken_is_said_beside_the_form_and_refused(zhous, base):
    draft = zhous.post("/api/v1/checklist-drafts", json={"from": base, "version": "1"}).get_json()
    assert "version.taken" in {each["code"] for each in draft["faults"]}
    refused = zhous.post(f"/api/v1/checklist-drafts/{draft['id']}/publish", json={"note": NOTE})
    assert refused.status_code == 422


def test_a_draft_that_is_dropped_is_gone(zhous, draft):
    assert zhous.delete(f"/api/v1/checklist-drafts/{draft['id']}").status_code == 204
    assert zhous.delete(f"/api/v1/checklist-drafts/{draft['id']}").status_code == 404


DEEP = []
for _ in range(30):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"slug": 0.5}, "content.unkeepable"),
        ({"slug": 2**60}, "content.unkeepable"),
        ({"slug": "\ud800"}, "content.unkeepable"),
        ([], "content.unkeepable"),
        ("text", "content.unkeepable"),
        ({"notes": DEEP}, "yaml.too_deep"),
        ({"notes": [0] * 100_001}, "yaml.too_many"),
        ({"title": "a" * 1_100_000}, "yaml.too_large"),
    ],
)
def test_content_that_cannot_be_kept_is_refused_with_its_fault(zhous, draft, content, code):
    answer = zhous.put(f"/api/v1/checklist-drafts/{draft['id']}", data=json.dumps({"content": content, "seq": 1}),
                       content_type="application/json")  # fmt: skip
    assert (answer.status_code, problem_of(answer)) == (422, "checklist.faulty")
    assert [each["code"] for each in answer.get_json()["problem"]["details"]["faults"]] == [code]


@pytest.mark.parametrize(
    "content",
    [
        {}, {"categories": None}, {"categories": [None, 1, "x", [], {}]}, {"slug": ["a"], "version": {"b": 1}},
        {"categories": [{"groups": [{"indicators": [{"id": 1, "clauses": [{"kind": "sum"}], "tiers": 3}]}]}]},
        {"scheme": [], "settings": {"a": 1}, "grades": "x", "tiers": [1], "notes": "n", "replaces": "x"},
        {"title": {"zh": "<script>alert(1)</script>", "en": "\u0000"}},
    ],
)  # fmt: skip
def test_a_draft_may_be_as_wrong_as_it_likes_and_is_never_published_so(zhous, draft, content):
    address = f"/api/v1/checklist-drafts/{draft['id']}"
    saved = zhous.put(address, json={"content": content, "seq": 1})
    assert saved.status_code == 200, saved.get_json()
    assert saved.get_json()["content"] == content
    assert saved.get_json()["faults"]
    assert zhous.post(f"{address}/publish", json={"note": NOTE}).status_code == 422
    assert zhous.get(f"{address}/excel").status_code == 422
    assert zhous.get("/api/v1/checklists").status_code == 200
