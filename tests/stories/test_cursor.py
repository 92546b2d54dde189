"""The union of pulls is the log: no cursor passes a change that is still on its way."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cast import LIN, ZHAO

WRITERS, ROUNDS = 4, 12


def test_nobody_misses_anything_while_four_phones_write_and_two_read(phone_of):
    writers = [phone_of(LIN if number % 2 else ZHAO, f"writer-{number}-x") for number in range(WRITERS)]
    readers = [phone_of(LIN, "reader-one"), phone_of(ZHAO, "reader-two")]
    done = threading.Event()

    def work(phone):
        for number in range(ROUNDS):
            phone.write(f"answer/{number % 4 + 1}/note", f"{phone.device} {number}", over=[])
            phone.write("visit/note", f"{phone.device} {number}", over=[])
            phone.sync()

    def read(phone):
        rounds = 0
        while not done.is_set():
            phone.sync()
            rounds += 1
        return rounds

    with ThreadPoolExecutor(WRITERS + len(readers)) as pool:
        reading = [pool.submit(read, phone) for phone in readers]
        writing = [pool.submit(work, phone) for phone in writers]
        try:
            for each in writing:
                each.result(timeout=120)
        finally:
            done.set()
        assert all(each.result(timeout=60) > 1 for each in reading)

    for phone in (*readers, *writers):
        phone.sync()
    written = {op_id for phone in writers for op_id, op in phone.log.items() if op["device"] == phone.device}
    assert len(written) == WRITERS * ROUNDS * 2
    for phone in (*readers, *writers):
        assert phone.replica == written
        assert phone.held == {}


def test_one_id_raced_from_two_phones_has_one_effect(phone_of):
    lin, zhao = phone_of(LIN), phone_of(LIN, "second-phone")
    for _ in range(6):
        op = lin.say("1", "met")
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda phone, op=op: phone.push([op]).get_json(), (lin, zhao)))
        assert sorted(answer["results"][0]["outcome"] for answer in answers) == ["applied", "duplicate"]


def test_what_was_acknowledged_survives_the_server(lin, config, visit):
    """Another process with the same database, as after a restart."""
    from mingcha.app import create_app
    from mingcha.store import oplog
    from mingcha.store.db import db

    op = lin.say("1", "met")
    lin.sync()
    fresh = create_app(config)
    with fresh.app_context():
        assert [each.id for _, each in oplog.ops_of(visit)] == [op["id"]]
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("most", "page"), [(20, 20), (1, 10), (-5, 10), (10**9, 91), (None, 91)])
def test_a_phone_on_a_thin_line_gets_smaller_pages_and_misses_nothing(lin, zhao, most, page):
    written = [lin.write("visit/note", f"{number}", over=[])["id"] for number in range(90)]
    lin.sync()
    first = zhao.push([], most=most).get_json()
    assert (len(first["changes"]), first["more"]) == (page, page < 91)
    zhao.take_in(first)
    while zhao.push([], most=most).get_json()["more"]:
        zhao.take_in(zhao.push([], most=most).get_json())
    zhao.take_in(zhao.push([], most=most).get_json())
    assert zhao.replica == set(written)


@pytest.mark.parametrize("most", ["20", 1.5, True, []])
def test_a_page_of_no_number_is_refused(lin, most):
    assert lin.push([], most=most).status_code == 422
