"""Every route says which deed it is, and the catalogue, the table and the routes know the same deeds."""

import pytest

from mingcha.api.deed import LIMIT_BYTES, deed, deed_of, limit_of
from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core.access import ACCESS
from mingcha.core.deeds import DEEDS


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """An application whose database is never opened."""
    data = tmp_path_factory.mktemp("routes")
    return create_app(Config(data=data, database=f"sqlite:///{data / 'none.db'}", dist=data))


def _routes(app):
    for rule in app.url_map.iter_rules():
        automatic = {"OPTIONS"} if rule.provide_automatic_options else set()
        for method in sorted((rule.methods or set()) - automatic):
            yield rule, method


def test_every_route_declares_a_deed_of_the_catalogue_that_somebody_may_do(app):
    with app.app_context():
        for rule, method in _routes(app):
            name = deed_of(rule.endpoint, method)
            assert name in DEEDS, f"{method} {rule.rule} declares {name!r}"
            assert ACCESS.get(name), f"nobody may do {name!r}"


def test_every_deed_has_a_row_and_no_row_is_left_over():
    assert set(ACCESS) == set(DEEDS)


def test_every_limit_is_a_real_one(app):
    with app.app_context():
        for rule, method in _routes(app):
            assert 0 < limit_of(rule.endpoint, method) <= 64 * 1024 * 1024
    assert LIMIT_BYTES <= 1024 * 1024


def test_a_deed_that_is_not_in_the_catalogue_cannot_even_be_written_down():
    with pytest.raises(ValueError, match=r"site\.destroy"):
        deed("site.destroy")


def test_a_name_for_a_deed_is_a_subject_and_a_verb():
    for name, meaning in DEEDS.items():
        assert name.count(".") == 1
        assert meaning
        assert not meaning.endswith(".")
