"""Checklist versions: published once, fetched by digest, for ever the same."""

import gzip
import hashlib
import json

import pytest

from mingcha.core.checklist.model import Checklist
from mingcha.core.problems import Refused
from mingcha.flows import checklists as flow
from tests.cast import LIN
from tests.conftest import problem_of
from tests.visits import small_checklist


@pytest.fixture
def published(inside):
    content = small_checklist()
    return flow.keep(content, Checklist.parse(content))


def test_a_version_is_its_digest_zipped_or_plain(client_of, published):
    phone = client_of(LIN)
    plain = phone.get(f"/api/v1/checklists/{published.digest}")
    assert hashlib.sha256(plain.data).hexdigest() == published.digest
    assert json.loads(plain.data) == small_checklist()
    assert plain.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    zipped = phone.get(f"/api/v1/checklists/{published.digest}", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.data) == plain.data
    again = phone.get(f"/api/v1/checklists/{published.digest}", headers={"If-None-Match": f'"{published.digest}"'})
    assert (again.status_code, again.data) == (304, b"")


def test_a_digest_that_is_none_is_not_found_and_a_stranger_gets_nothing(client_of, stranger, published):
    assert problem_of(client_of(LIN).get(f"/api/v1/checklists/{'ab' * 32}")) == "not_found"
    assert problem_of(stranger.get(f"/api/v1/checklists/{published.digest}")) == "sign_in"


def test_publishing_again_is_harmless_and_changing_a_published_version_is_refused(published):
    assert flow.keep(small_checklist(), Checklist.parse(small_checklist())) == published
    changed = small_checklist(full_marks="9")
    with pytest.raises(Refused) as refused:
        flow.keep(changed, Checklist.parse(changed))
    assert refused.value.code == "checklist.taken"
    assert flow.show("small", "1") == small_checklist()


def test_the_folder_of_this_house_is_published_whole(app):
    with app.app_context():
        root = app.config["MINGCHA"].checklists
        first = flow.publish_all(root)
        assert [each.digest for each in flow.publish_all(root)] == [each.digest for each in first]
        assert {each.slug for each in flow.all_published()} == {each.slug for each in first}
        assert flow.show("county-grading")["slug"] == "county-grading"
        assert all(fault.severity == "doubt" for each in flow.lint_all(root) for fault in each.faults)
