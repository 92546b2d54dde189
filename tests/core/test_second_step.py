"""What still stands between a right password and an open session, and what each state lets one do."""

import pytest

from mingcha.core.deeds import DEEDS
from mingcha.core.second_step import OPENS, RESCUE, fitting, is_code, is_open, may_drop_factor, next_step, recovery_form


@pytest.mark.parametrize(
    ("has_factor", "shown", "must_change", "is_asked", "step"),
    [
        (False, False, False, False, None),
        (False, False, False, True, "enrol"),
        (False, False, True, False, "password"),
        (False, False, True, True, "password"),
        (True, False, False, False, "code"),
        (True, False, True, True, "code"),
        (True, True, True, True, "password"),
        (True, True, False, True, None),
        (False, True, False, True, "enrol"),
    ],
)
def test_the_next_step_is_the_first_that_is_missing(has_factor, shown, must_change, is_asked, step):
    assert next_step(has_factor=has_factor, shown=shown, must_change=must_change, is_asked=is_asked) == step


def test_a_half_open_session_does_only_what_leads_on():
    assert {step: sorted(deed for deed in DEEDS if is_open(deed, step, revoked=False)) for step in OPENS} == {
        "code": ["session.close", "session.read", "session.second"],
        "password": ["session.close", "session.password", "session.read"],
        "enrol": ["factor.manage", "session.close", "session.read"],
    }


def test_a_revoked_device_hands_in_its_work_and_says_goodbye():
    allowed = sorted(deed for deed in DEEDS if is_open(deed, None, revoked=True))
    assert allowed == sorted(RESCUE) == ["feedback.send", "inspection.sync", "photo.upload", "rescue.import", "session.close"]
    assert not is_open("session.second", "code", revoked=True)


def test_an_open_session_is_judged_by_the_access_table_alone():
    assert all(is_open(deed, None, revoked=False) for deed in DEEDS)


@pytest.mark.parametrize(("left", "is_asked", "may"), [(0, True, False), (0, False, True), (1, True, True)])
def test_the_last_factor_stays_where_one_is_asked_for(left, is_asked, may):
    assert may_drop_factor(left=left, is_asked=is_asked) is may


@pytest.mark.parametrize(("text", "code"), [("123456", True), ("12345", False), ("１２３４５６", False), ("abcdef", False)])
def test_six_plain_digits_are_a_code(text, code):
    assert is_code(text) is code


def test_a_recovery_code_is_compared_without_what_people_add():
    assert recovery_form(" ABCD-efgh 2345 ") == "abcdefgh2345"


def test_roles_are_kept_in_one_order_and_unknown_ones_not_at_all():
    assert fitting({"admin", "supervisor", "emperor"}) == ["supervisor", "admin"]
