"""A small run of real clients in every test run; `make uploads` does the large one."""

import time

import pytest

from mingcha.core.problems import Refused
from mingcha.store.blobs import open_blobs, photo_key
from tests.fleet.database import Postgres
from tests.uploading import run as running
from tests.uploading.run import Plan, Watch, run


def test_photos_of_12_megapixels_begun_on_one_node_end_on_another_through_cuts_and_kills():
    postgres = Postgres()
    try:
        outcome = run(Plan(photos=5, phones=2, kills=1, seed=2), postgres)
    finally:
        postgres.close()

    assert outcome.passed, outcome.line()


def test_photos_of_12_megapixels_reach_a_single_node_with_a_folder_through_cuts_and_kills():
    outcome = run(Plan(photos=5, phones=2, kills=1, seed=3, database="sqlite"))

    assert outcome.passed, outcome.line()


@pytest.mark.parametrize("lying", ["nowhere", "half", "a store that fails"])
def test_whoever_watches_says_so_when_a_photo_is_shown_before_it_is_whole(monkeypatch, lying):
    sha256 = "ab" * 32
    page = {"photos": [{"id": "one", "sha256": sha256, "state": "verified"}]}
    monkeypatch.setattr(running, "ask", lambda *_, **__: (200, page, ""))
    monkeypatch.setattr(running, "sign_in", lambda *_: "")
    store = open_blobs("memory:")
    if lying == "half":
        store.put(photo_key(sha256), [b"half of it"])
    if lying == "a store that fails":
        monkeypatch.setattr(store, "get", lambda _: (_ for _ in ()).throw(Refused("storage.away")))
    node = type("Node", (), {"port": 1})()
    county = {"inspection": "i", "supervisor": "s", "password": "p"}
    watch = Watch([node], store, county, [{"photo": "one"}, {"photo": "two"}])
    until = time.monotonic() + 30
    while not watch._faults and time.monotonic() < until:
        time.sleep(0.05)
    assert {"nowhere": "nowhere", "half": "whole", "a store that fails": "nobody watched"}[lying] in watch.stop()[0]
    assert watch.looks > 0
