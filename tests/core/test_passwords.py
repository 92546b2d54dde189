"""What makes a password good enough: its length, and that nobody tries it first."""

import pytest

from mingcha.core.passwords import require_good
from mingcha.core.problems import Refused


@pytest.mark.parametrize(
    "password",
    [
        "石桥镇的大榕树下面有一口井",
        "two clerks and a kettle",
        "all lower case is fine",
        "kx7vqpzm2w",
        "Tr0ub4dor&3",
        "the-same-for-everyone",
    ],
)
def test_a_phrase_of_ones_own_is_good_without_any_kind_of_character_being_asked_for(password):
    require_good(password, names=("lin", "林"))


@pytest.mark.parametrize("password", ["", "short", "123456789", "x" * 201, "九个字的密码不够长"])
def test_too_short_and_too_long_are_told_the_bounds(password):
    with pytest.raises(Refused) as refused:
        require_good(password)
    assert refused.value.code == "account.password"
    assert refused.value.details == {"shortest": 10, "longest": 200}


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "0987654321",
        "1111111111",
        "1212121212",
        "abcabcabcabc",
        "abcdefghij",
        "qwertyuiop",
        "QWERTYUIOP",
        "1qaz2wsx3edc",
        "1q2w3e4r5t",
        "13800138000",
        "19900101199",
        "password123",
        "Passw0rd2026!",
        "p@ssw0rd!!",
        "woaini1314520",
        "mingcha2026",
        "administrator1",
        "admin123456",
        "qwerty123456",
        "abcd123456",
        "ｐａｓｓｗｏｒｄ１２３",
        "iloveyou 520",
        "0123456789abc",
    ],
)
def test_what_everybody_tries_first_is_refused(password):
    with pytest.raises(Refused) as refused:
        require_good(password)
    assert refused.value.code == "account.password_common"


@pytest.mark.parametrize("password", ["wangfang2026", "2026wangfang!", "WangFangWangFang", "wang fang 88"])
def test_a_name_with_some_digits_is_no_password(password):
    with pytest.raises(Refused) as refused:
        require_good(password, names=("wangfang", "王芳"))
    assert refused.value.code == "account.password_name"


def test_a_name_inside_a_longer_phrase_is_no_harm():
    require_good("wangfang keeps bees in May", names=("wangfang",))
