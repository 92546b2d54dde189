"""tus 1.0 as rules, without a server."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from mingcha.core import uploads
from mingcha.core.problems import Refused

PHOTO = "0190b0c0-0000-7000-8000-000000000001"
VISIT = "0190b0c0-0000-7000-8000-000000000002"
HASH = "ab" * 32
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def encoded(**pairs: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def refusal(rule, *args) -> str:
    with pytest.raises(Refused) as refused:
        rule(*args)
    return refused.value.code


def test_an_announcement_names_photo_inspection_hash_and_length():
    header = encoded(photo=PHOTO, inspection=VISIT, sha256=HASH)
    found = uploads.announced({"Upload-Length": "10", "Upload-Metadata": header})
    assert found == uploads.Announced(PHOTO, VISIT, HASH, 10, header)


@pytest.mark.parametrize("length", [None, "", "-1", "1.5", "ten", "１０", "9" * 16])
def test_a_length_that_is_no_whole_number_is_malformed(length):
    headers = {"Upload-Metadata": encoded(photo=PHOTO, inspection=VISIT, sha256=HASH)}
    if length is not None:
        headers["Upload-Length"] = length
    assert refusal(uploads.announced, headers) == "upload.malformed"


def test_a_photo_beyond_the_limit_is_told_the_limit():
    with pytest.raises(Refused) as refused:
        uploads.announced({"Upload-Length": str(uploads.LARGEST_PHOTO_BYTES + 1)})
    assert (refused.value.code, refused.value.details) == (
        "upload.too_large",
        {"limit_bytes": uploads.LARGEST_PHOTO_BYTES},
    )


@pytest.mark.parametrize(
    "header",
    [
        "photo !!!",
        "photo a b",
        "photo YQ==,photo YQ==",
        " ,",
        "photo " + base64.b64encode(b"\xff").decode(),
        "a " + "YQ" * 3000,
    ],
)
def test_metadata_that_breaks_the_protocol_is_malformed(header):
    assert refusal(uploads.metadata, header) == "upload.malformed"


def test_metadata_may_be_absent_or_carry_empty_values():
    assert uploads.metadata("") == {}
    assert uploads.metadata("is_private,name YQ==") == {"is_private": "", "name": "a"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "upload.content_type"),
        ({"Content-Type": "image/jpeg", "Upload-Offset": "0"}, "upload.content_type"),
        ({"Content-Type": uploads.CONTENT_TYPE}, "upload.malformed"),
        ({"Content-Type": uploads.CONTENT_TYPE, "Upload-Offset": "-1"}, "upload.malformed"),
    ],
)
def test_bytes_come_with_their_type_and_offset(headers, code):
    assert refusal(uploads.offset_claimed, headers) == code


def test_only_the_offset_that_the_server_has_may_go_on():
    uploads.require_offset(5, 5)
    with pytest.raises(Refused) as refused:
        uploads.require_offset(0, 5)
    assert refused.value.details == {"offset": 5}


def test_no_body_runs_past_the_announced_length():
    uploads.require_room(5, 5, 10)
    uploads.require_room(5, None, 10)
    assert refusal(uploads.require_room, 5, 6, 10) == "upload.longer_than_announced"


def test_a_checksum_is_read_and_compared():
    given = uploads.checksum({"Upload-Checksum": "sha1 " + base64.b64encode(b"x" * 20).decode()})
    assert given == uploads.Checksum("sha1", b"x" * 20)
    uploads.require_match(given, b"x" * 20)
    assert refusal(uploads.require_match, given, b"y" * 20) == "upload.checksum"
    uploads.require_match(None, b"anything")
    assert refusal(uploads.checksum, {"Upload-Checksum": "crc32 AAAA"}) == "upload.checksum_algorithm"
    assert refusal(uploads.checksum, {"Upload-Checksum": "sha1 ###"}) == "upload.malformed"


def test_another_version_of_the_protocol_is_turned_away():
    uploads.require_version({"Tus-Resumable": "1.0.0"})
    assert refusal(uploads.require_version, {"Tus-Resumable": "0.2.2"}) == "upload.version"
    assert refusal(uploads.require_version, {}) == "upload.version"


def test_an_unfinished_upload_ends_seven_days_after_its_last_byte():
    ends = uploads.expiry(NOON)
    uploads.require_alive(ends, NOON + timedelta(days=6, hours=23))
    assert refusal(uploads.require_alive, ends, NOON + timedelta(days=7)) == "upload.gone"
    assert uploads.http_date(ends) == "Sun, 29 Nov 2026 12:00:00 GMT"


def test_a_method_may_be_named_by_a_header():
    assert uploads.method_meant("POST", {"X-HTTP-Method-Override": "patch"}) == "PATCH"
    assert uploads.method_meant("HEAD", {}) == "HEAD"
