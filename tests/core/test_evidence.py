"""What a photo proves, and what deserves a second look."""

from datetime import UTC, datetime, timedelta

import pytest

from mingcha.core.evidence import (
    UNREADABLE,
    Received,
    Twins,
    Visit,
    flags,
    metres_between,
    moment,
    nearly_same,
    photo_state,
    reason,
    unreadable,
)
from mingcha.core.problems import PROBLEMS, Refused, words

NINE = datetime(2026, 11, 22, 1, tzinfo=UTC)
HALL = {"lat": "36.1850", "lon": "118.1680"}
PHOTO = {
    "sha256": "ab" * 32,
    "size": 1000,
    "source": "camera",
    "taken_at": "2026-11-22T09:10:00.000+08:00",
    "position": {"lat": "36.1851", "lon": "118.1680", "accuracy_m": 20},
}
WHOLE = Received("ab" * 32, 1000, True, "00" * 8)
NO_TWINS = Twins()
VISIT = Visit(NINE, NINE + timedelta(hours=2), HALL["lat"], HALL["lon"])


def codes(photo=PHOTO, received=WHOLE, visit=VISIT, twins=NO_TWINS):
    return [flag.code for flag in flags(photo, received, visit, twins)]


def test_an_ordinary_photo_raises_no_flag():
    assert codes() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "import"}, "photo.imported"),
        ({"sha256": "cd" * 32}, "photo.hash"),
        ({"size": 999}, "photo.hash"),
        ({"position": {"lat": "36.30", "lon": "118.1680", "accuracy_m": 20}}, "photo.far"),
        ({"taken_at": "2026-11-21T09:10:00.000+08:00"}, "photo.outside_visit"),
        ({"taken_at": "2026-11-22T15:10:00.000+08:00"}, "photo.outside_visit"),
    ],
)
def test_each_doubt_has_its_own_flag(change, code):
    assert codes({**PHOTO, **change}) == [code]


def test_a_poor_reading_of_the_position_accuses_nobody():
    assert codes({**PHOTO, "position": {"lat": "36.195", "lon": "118.1680", "accuracy_m": 1000}}) == []


def test_what_is_unknown_raises_no_flag():
    assert codes({**PHOTO, "position": None, "taken_at": None}, None, Visit(None, None)) == []


def test_a_wrong_clock_is_taken_into_account_and_said_once():
    skew = timedelta(days=1)
    fast = {**PHOTO, "taken_at": "2026-11-23T09:10:00.000+08:00"}
    assert codes(fast, visit=Visit(NINE, NINE + timedelta(hours=2), clock_skew=skew)) == ["photo.clock"]


def test_the_same_picture_elsewhere_is_named_first():
    twins = Twins(same=1, near=2)
    assert codes({**PHOTO, "source": "import"}, twins=twins) == ["photo.twin", "photo.lookalike", "photo.imported"]


def test_a_whole_file_that_is_no_picture_is_evidence_with_a_flag():
    assert codes(received=Received("ab" * 32, 1000, False, None)) == ["photo.unreadable"]


def test_a_photo_is_verified_only_when_hash_and_announcement_agree():
    assert photo_state(None, "ab" * 32) == "unannounced"
    assert photo_state(PHOTO, None) == "announced"
    assert photo_state(PHOTO, "ab" * 32) == "verified"
    assert photo_state(PHOTO, "cd" * 32) == "mismatch"


def test_six_bits_of_sixty_four_are_nearly_the_same():
    assert nearly_same("0" * 16, "000000000000003f")
    assert not nearly_same("0" * 16, "000000000000007f")


@pytest.mark.parametrize(
    "place",
    [
        None,
        {},
        {"lat": "NaN", "lon": "1"},
        {"lat": "91", "lon": "1"},
        {"lat": "x", "lon": "1"},
        {"lat": "Infinity", "lon": "1"},
        "here",
    ],
)
def test_a_place_that_is_none_on_earth_has_no_distance(place):
    assert metres_between(place, HALL) is None


def test_a_hundredth_of_a_degree_north_is_about_1112_metres():
    assert metres_between({"lat": "36.00", "lon": "118"}, {"lat": "36.01", "lon": "118"}) == 1112


def test_only_times_with_an_offset_are_moments():
    assert moment("2026-11-22T09:00:00.000+08:00") == NINE
    assert moment("2026-11-22T09:00:00") is None
    assert moment(7) is None
    assert moment("soon") is None


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
@pytest.mark.parametrize("zone", ["+14:00", "-12:00", "+00:00", "Z"])
def test_a_time_that_another_zone_cannot_say_is_none(day, zone):
    assert moment(day + zone) is None


@pytest.mark.parametrize("why", UNREADABLE)
def test_each_reason_why_a_file_is_no_picture_is_said_in_both_languages(why):
    flag = next(flag for flag in flags(PHOTO, Received("ab" * 32, 1000, False, None, why), VISIT))
    assert UNREADABLE[why][0] in flag.zh
    assert UNREADABLE[why][1] in flag.en
    refused = unreadable(why)
    said = words(PROBLEMS[refused.code], refused.details)
    assert UNREADABLE[why][0] in said["zh"]
    assert UNREADABLE[why][1] in said["en"]


@pytest.mark.parametrize(
    ("change", "signs", "code", "rests_on"),
    [
        ({"source": "import", "name": "Screenshot_20261122-093000.png"}, (), "photo.screenshot", "文件名"),
        ({"source": "system", "name": "截屏2026-11-22.png"}, (), "photo.screenshot", "文件名"),
        ({"source": "import"}, ("screenshot.said",), "photo.screenshot", "文件内写明"),
        ({"source": "import"}, ("screenshot.form",), "photo.screenshot", "PNG"),
        ({"source": "import", "name": "mmexport1700000000000.jpg"}, (), "photo.from_chat", "文件名"),
    ],
)
def test_what_looks_like_a_screenshot_says_what_that_rests_on(change, signs, code, rests_on):
    found = flags({**PHOTO, **change}, Received("ab" * 32, 1000, True, None, signs=signs), VISIT)
    assert [(flag.code, rests_on in flag.zh) for flag in found if flag.code == code] == [(code, True)]


def test_a_picture_from_the_apps_own_camera_is_no_screenshot_whatever_its_shape_or_name():
    received = Received("ab" * 32, 1000, True, None, signs=("screenshot.form",))
    assert codes({**PHOTO, "name": "screenshot.png"}, received) == []


def test_a_file_whose_camera_wrote_another_day_is_flagged_but_a_time_zone_is_no_other_day():
    dated = lambda day: codes(received=Received("ab" * 32, 1000, True, None, file_date=day))  # noqa: E731
    assert dated("2025-03-01") == ["photo.file_date"]
    assert dated("2026-11-23") == dated("2026-11-21") == dated("no day") == []


def test_a_reason_is_kept_as_one_plain_line_and_an_empty_one_is_refused():
    assert reason("  申诉\n复核\x00 ") == "申诉 复核"
    for nothing in (None, "", " \n ", "x", "长" * 201):
        with pytest.raises(Refused, match=r"photo\.reason"):
            reason(nothing)
