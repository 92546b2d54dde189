"""Signing in and out."""

from tests.cast import LIN
from tests.conftest import PASSWORD, problem_of


def test_lin_signs_in_and_is_known_until_she_signs_out(client_of, stranger):
    assert problem_of(stranger.get("/api/v1/session")) == "sign_in"

    phone = client_of(LIN)
    user = phone.get("/api/v1/session").get_json()["user"]
    assert (user["username"], user["name"], user["role"]) == ("lin", "林", "inspector")
    assert (user["scope"], user["tenant"], user["locale"]) == ("990123", "990123", "zh")

    assert phone.delete("/api/v1/session").status_code == 204
    assert problem_of(phone.get("/api/v1/session")) == "sign_in"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(stranger):
    wrong = stranger.post("/api/v1/session", json={"username": "lin", "password": "guess"})
    unknown = stranger.post("/api/v1/session", json={"username": "nobody-here", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json() == unknown.get_json()
    assert problem_of(wrong) == "session.wrong_password"
