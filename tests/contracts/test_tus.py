"""tus 1.0.0, one test for each MUST that binds a server with our extensions, as a table.

Each row: what must be, the clause, what is sent, and whether the answer obeys. Clauses that only bind a client, or the
extensions that we do not offer (concatenation, deferred length, trailers), have no row. Source:
https://tus.io/protocols/resumable-upload
"""

import base64
import hashlib
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import pytest

from mingcha.core import uploads as rules
from mingcha.store import blobs
from tests.stories.phone import described, new_id

DATA = bytes(range(256)) * 8
SHA = hashlib.sha256(DATA).hexdigest()
HALF = len(DATA) // 2
COLLECTION = "/api/v1/uploads"


class Client:
    """A tus client that keeps to the protocol unless a test makes it not to. Its upload is begun with half its bytes
    to come.
    """

    def __init__(self, phone: Any) -> None:
        self.http, self.inspection = phone.client, phone.inspection
        self.photo = new_id()
        self.metadata = described(self.photo, self.inspection, DATA) + ",note,name aW1hZ2UuanBn"
        self.created = self.create()
        self.url = self.created.headers["Location"]

    def create(self, body: bytes | None = None, **change: str | None) -> Any:
        about = {"Upload-Length": str(len(DATA)), "Upload-Metadata": self.metadata}
        typed = {"Content-Type": rules.CONTENT_TYPE} if body is not None else {}
        return self._ask("POST", COLLECTION, body, {**about, **typed}, change)

    def patch(self, body: bytes = b"", offset: int | str = 0, url: str = "", **change: str | None) -> Any:
        about = {"Upload-Offset": str(offset), "Content-Type": rules.CONTENT_TYPE}
        return self._ask("PATCH", url or self.url, body, about, change)

    def head(self, url: str = "", **change: str | None) -> Any:
        return self._ask("HEAD", url or self.url, None, {}, change)

    def delete(self) -> Any:
        return self._ask("DELETE", self.url, None, {}, {})

    def options(self, **change: str | None) -> Any:
        return self._ask("OPTIONS", COLLECTION, None, {"Tus-Resumable": None}, change)

    def as_method(self, actual: str, meant: str, body: bytes | None = None, **change: str | None) -> Any:
        about = {"X-HTTP-Method-Override": meant, "Upload-Offset": "0", "Content-Type": rules.CONTENT_TYPE}
        return self._ask(actual, self.url, body, about, change)

    def offset(self) -> str:
        return str(self.head().headers["Upload-Offset"])

    def _ask(self, method: str, url: str, body: bytes | None, about: dict[str, Any], change: dict[str, Any]) -> Any:
        named = {name.replace("_", "-"): value for name, value in change.items()}
        headers = {"Tus-Resumable": rules.VERSION, **about, **named}
        return self.http.open(
            url, method=method, data=body, headers={name: text for name, text in headers.items() if text is not None}
        )


class Must(NamedTuple):
    what: str
    clause: str
    obeys: Callable[[Client], Any]


def sha1(data: bytes) -> str:
    return "sha1 " + base64.b64encode(hashlib.sha1(data).digest()).decode()


def listed(header: str) -> list[str]:
    return header.split(",")


def every_answer(tus: Client) -> list[Any]:
    """Answers of every sort: fine, refused, missing, of a wrong method, of another version."""
    return [
        tus.created, tus.head(), tus.patch(DATA[:5]), tus.patch(b"x", 99), tus.head(f"{COLLECTION}/{new_id()}"),
        tus.patch(b"x", url=f"{COLLECTION}/none"), tus.create(Upload_Length="-1"), tus.head(Tus_Resumable="0.2.2"),
        tus.http.get(tus.url), tus.http.put(COLLECTION), tus.delete(),
    ]  # fmt: skip


def other_versions(tus: Client) -> list[Any]:
    versions = ("0.2.2", "1.0", "2.0.0", None)
    return [ask(Tus_Resumable=each) for each in versions for ask in (tus.create, tus.head, tus.patch)]


def finished(tus: Client) -> Any:
    return tus.patch(DATA, 0)


def refused_metadata(tus: Client) -> list[int]:
    fine = tus.metadata
    broken = [f"{fine},{more}" for more in ("a b c", "note", ",", " YQ==", "a %%%", "a YQ", "a\tb YQ==", "名 YQ==")]
    return [tus.create(Upload_Metadata=each.encode().decode("latin-1")).status_code for each in broken]


MUSTS = [
    Must("an offset is a non-negative integer", "Upload-Offset: The value MUST be a non-negative integer",
         lambda tus: {tus.patch(b"x", bad).status_code for bad in ("-1", "1.0", "0x0", "", "many")} == {400}),
    Must("an offset that is missing is refused", "The Upload-Offset header's value MUST be equal to the current offset",
         lambda tus: tus.patch(b"x", Upload_Offset=None).status_code == 400),
    Must("a length is a non-negative integer", "Upload-Length: The value MUST be a non-negative integer",
         lambda tus: {tus.create(Upload_Length=bad).status_code for bad in ("-1", "1e3", "", "9" * 16)} == {400}),
    Must("the versions are a list, the preferred first", "Tus-Version MUST be a comma-separated list … MUST be sorted",
         lambda tus: listed(tus.options().headers["Tus-Version"]) == ["1.0.0"]),
    Must("every answer but that to OPTIONS names the version",
         "Tus-Resumable MUST be included in every request and response except for OPTIONS requests",
         lambda tus: [each.headers.get("Tus-Resumable") for each in every_answer(tus)] == ["1.0.0"] * 11),
    Must("another version is answered by 412", "it MUST respond with the 412 Precondition Failed status",
         lambda tus: {each.status_code for each in other_versions(tus)} == {412}),
    Must("a refused version is told the right ones", "and MUST include the Tus-Version header into the response",
         lambda tus: {each.headers["Tus-Version"] for each in other_versions(tus)} == {"1.0.0"}),
    Must("a request of another version changes nothing", "the Server MUST NOT process the request",
         lambda tus: (tus.patch(DATA[:9], Tus_Resumable="2.0.0").status_code, tus.offset(), pieces(tus))
         == (412, "0", [])),
    Must("the extensions are a list", "Tus-Extension MUST be a comma-separated list of the extensions supported",
         lambda tus: set(listed(tus.options().headers["Tus-Extension"])) == set(rules.EXTENSIONS)),
    Must("the largest size is a non-negative integer", "Tus-Max-Size MUST be a non-negative integer",
         lambda tus: int(tus.options().headers["Tus-Max-Size"]) == rules.LARGEST_PHOTO_BYTES),
    Must("a method in the header is the method", "X-HTTP-Method-Override … MUST be interpreted as the request's method",
         lambda tus: (tus.as_method("POST", "PATCH", DATA[:HALF]).status_code, tus.offset()) == (204, str(HALF))),
    Must("the actual method is ignored", "The actual method of the request MUST be ignored",
         lambda tus: [tus.as_method("PUT", "HEAD").status_code, tus.as_method("PATCH", "DELETE").status_code,
                      tus.head().status_code] == [200, 204, 404]),
    Must("HEAD tells the offset, also zero", "MUST always include the Upload-Offset header … even if the offset is 0",
         lambda tus: (tus.head().status_code, tus.head().headers["Upload-Offset"]) == (200, "0")),
    Must("HEAD tells the offset of a finished upload", "… or the upload is already considered completed",
         lambda tus: (finished(tus).status_code, tus.head().headers["Upload-Offset"]) == (204, str(len(DATA)))),
    Must("HEAD tells the length", "If the size of the upload is known, the Server MUST include the Upload-Length header",
         lambda tus: tus.head().headers["Upload-Length"] == str(len(DATA))),
    Must("HEAD of no upload tells no offset", "404, 410 or 403 status without the Upload-Offset header",
         lambda tus: [tus.head(f"{COLLECTION}/{each}").headers.get("Upload-Offset", tus.head(
             f"{COLLECTION}/{each}").status_code) for each in (new_id(), "none", "%00")] == [404] * 3),
    Must("nobody caches what HEAD said", "MUST prevent … caching the response by adding Cache-Control: no-store",
         lambda tus: tus.head().headers["Cache-Control"] == "no-store"),
    Must("a PATCH has its content type", "All PATCH requests MUST use Content-Type: application/offset+octet-stream",
         lambda tus: {tus.patch(b"x", Content_Type=bad).status_code
                      for bad in ("image/jpeg", "application/octet-stream", None)} == {415}),
    Must("other offsets than the current are 409", "If the offsets do not match, the Server MUST respond with … 409",
         lambda tus: (tus.patch(DATA[:100]).status_code,
                      {tus.patch(b"x", bad).status_code for bad in (0, 99, 101, len(DATA))}) == (204, {409})),
    Must("a PATCH at another offset changes nothing", "… without modifying the upload resource",
         lambda tus: (tus.patch(DATA[:100]).status_code, tus.patch(b"zz", 50).status_code, tus.offset(),
                      tus.patch(DATA[100:], 100).headers["Mingcha-Verified"]) == (204, 409, "100", SHA)),
    Must("a PATCH that went well is 204", "MUST acknowledge successful PATCH requests with the 204 No Content status",
         lambda tus: tus.patch(DATA[:7]).status_code == 204),
    Must("a PATCH answers with the new offset", "It MUST include the Upload-Offset header containing the new offset",
         lambda tus: tus.patch(DATA[:7]).headers["Upload-Offset"] == "7"),
    Must("the new offset is the old one and the bytes taken", "MUST be the sum of the offset before … and the number",
         lambda tus: [tus.patch(DATA[at : at + 9], at).headers["Upload-Offset"] for at in (0, 9, 18)]
         == ["9", "18", "27"]),
    Must("OPTIONS tells the version", "A successful response … MUST contain the Tus-Version header",
         lambda tus: (tus.options().status_code, tus.options().headers["Tus-Version"]) == (204, "1.0.0")),
    Must("OPTIONS does not look at the client's version", "the Server MUST ignore the header",
         lambda tus: tus.options(Tus_Resumable="0.0.1").status_code == 204),
    Must("creation is announced", "it MUST add creation to the Tus-Extension header",
         lambda tus: "creation" in listed(tus.options().headers["Tus-Extension"])),
    Must("a creation without a length is refused", "The request MUST include … Upload-Length",
         lambda tus: tus.create(Upload_Length=None).status_code == 400),
    Must("a deferred length is not offered and not taken", "If the Server supports deferring length, it MUST add "
         "creation-defer-length",
         lambda tus: ("creation-defer-length" in tus.options().headers["Tus-Extension"],
                      tus.create(Upload_Length=None, Upload_Defer_Length="1").status_code,
                      tus.create(Upload_Defer_Length="2").status_code) == (False, 400, 400)),
    Must("metadata are pairs of a key and a Base64 value", "key and value MUST be separated by a space … MUST NOT "
         "contain spaces and commas and MUST NOT be empty … MUST be Base64 encoded. All keys MUST be unique",
         lambda tus: refused_metadata(tus) == [400] * 8),
    Must("a value may be empty and its space left out", "The value MAY be empty … the space MAY be left out",
         lambda tus: tus.create(Upload_Metadata=tus.metadata + ",flag,other ").status_code == 201),
    Must("HEAD gives the metadata back as they came", "responses to HEAD requests MUST include the Upload-Metadata "
         "header and its value as specified by the Client during the creation",
         lambda tus: tus.head().headers["Upload-Metadata"] == tus.metadata),
    Must("a creation beyond the maximum is 413", "If the length … exceeds the maximum … MUST respond with … 413",
         lambda tus: [tus.create(Upload_Length=str(rules.LARGEST_PHOTO_BYTES + more)).status_code for more in (0, 1)]
         == [201, 413]),
    Must("a creation that went well is 201", "MUST acknowledge a successful upload creation with the 201 Created",
         lambda tus: tus.created.status_code == 201),
    Must("a creation says where the upload is", "The Server MUST set the Location header to the URL of the resource",
         lambda tus: tus.head(tus.created.headers["Location"]).status_code == 200),
    Must("creation with bytes is announced, and creation too", "it MUST advertise this by including "
         "creation-with-upload … if the Server does not offer the Creation extension, it MUST NOT offer",
         lambda tus: {"creation", "creation-with-upload"} <= set(listed(tus.options().headers["Tus-Extension"]))),
    Must("a creation with bytes has the content type", "The Client MUST include the Content-Type: "
         "application/offset+octet-stream header",
         lambda tus: (tus.create(DATA, Content_Type="image/jpeg").status_code,
                      tus.create(DATA, Content_Type=None).status_code) == (415, 415)),
    Must("a creation with bytes tells how many it took", "MUST include the Upload-Offset header … MUST set its value to "
         "the offset of the upload after applying the accepted bytes",
         lambda tus: [tus.create(DATA[:some]).headers["Upload-Offset"] for some in (0, 300, len(DATA))]
         == ["0", "300", str(len(DATA))]),
    Must("expiration is announced", "the Server MUST add expiration to the Tus-Extension header",
         lambda tus: "expiration" in listed(tus.options().headers["Tus-Extension"])),
    Must("every PATCH tells when the upload ends", "MUST be included in every PATCH response if the upload is going to "
         "expire",
         lambda tus: [bool(tus.patch(b"", 0).headers["Upload-Expires"]), bool(tus.patch(DATA[:3]).headers[
             "Upload-Expires"])] == [True, True]),
    Must("a creation tells when the upload ends", "If the expiration is known at the creation … MUST be included in the "
         "response to the initial POST request",
         lambda tus: tus.created.headers["Upload-Expires"] and tus.create(DATA[:3]).headers["Upload-Expires"]),
    Must("the end is an HTTP date", "MUST be in RFC 7231 datetime format",
         lambda tus: rules.http_date(parsedate_to_datetime(tus.created.headers["Upload-Expires"]))
         == tus.created.headers["Upload-Expires"]),
    Must("checksums are announced", "If supported, the Server MUST add checksum to the Tus-Extension header",
         lambda tus: "checksum" in listed(tus.options().headers["Tus-Extension"])),
    Must("bytes are checked against their checksum", "the Server MUST verify the uploaded chunk against the provided "
         "checksum",
         lambda tus: [tus.patch(DATA[:9], 0, Upload_Checksum=sha1(DATA[1:10])).status_code,
                      tus.patch(DATA[:9], 0, Upload_Checksum=sha1(DATA[:9])).status_code,
                      tus.create(DATA[:9], Upload_Checksum=sha1(DATA[:8])).status_code] == [460, 204, 460]),
    Must("what does not fit its checksum is dropped", "the uploaded chunk MUST be discarded, and the upload and its "
         "offset MUST NOT be updated",
         lambda tus: (tus.patch(DATA[:HALF], 0, Upload_Checksum=sha1(b"")).status_code, tus.offset(),
                      pieces(tus)) == (460, "0", [])),
    Must("bytes with an unknown algorithm are dropped too", "400 Bad Request … In the first two cases the uploaded "
         "chunk MUST be discarded",
         lambda tus: ({tus.patch(DATA[:9], 0, Upload_Checksum=bad).status_code
                       for bad in ("crc32 AAAA", "SHA1 AAAA", "sha1 %%%", "")}, tus.offset(), pieces(tus))
         == ({400}, "0", [])),
    Must("SHA-1 is among the algorithms", "The Server MUST support at least the SHA1 checksum algorithm",
         lambda tus: "sha1" in rules.ALGORITHMS and tus.patch(DATA, Upload_Checksum=sha1(DATA)).status_code == 204),
    Must("the names of the algorithms are lower case", "names of the checksum algorithms MUST only consist of ASCII "
         "characters … uppercase characters are excluded",
         lambda tus: all(each.isascii() and each == each.lower()
                         for each in listed(tus.options().headers["Tus-Checksum-Algorithm"]))),
    Must("OPTIONS tells the algorithms", "Tus-Checksum-Algorithm MUST be included in the response to an OPTIONS "
         "request … MUST be a comma-separated list",
         lambda tus: listed(tus.options().headers["Tus-Checksum-Algorithm"]) == list(rules.ALGORITHMS)),
    Must("trailers are not announced", "If the Server can handle trailers, this behavior MUST be announced",
         lambda tus: "checksum-trailer" not in listed(tus.options().headers["Tus-Extension"])),
    Must("termination is announced", "it MUST be announced by adding termination to the Tus-Extension header",
         lambda tus: "termination" in listed(tus.options().headers["Tus-Extension"])),
    Must("a termination is 204", "MUST respond with the 204 No Content status confirming that the upload was terminated",
         lambda tus: tus.delete().status_code == 204),
    Must("a finished upload is terminated as well", "to terminate completed and unfinished uploads",
         lambda tus: [finished(tus).status_code, tus.delete().status_code, tus.head().status_code] == [204, 204, 404]),
]  # fmt: skip


def pieces(tus: Client) -> list[str]:
    return list(blobs.here().keys(blobs.pieces_of(tus.url.rpartition("/")[2])))


@pytest.mark.parametrize("must", MUSTS, ids=lambda must: must.what.replace(" ", "-"))
def test_must(must, lin, inside):
    assert must.obeys(Client(lin)), must.clause


def test_nothing_is_taken_in_the_name_of_whoever_has_signed_in_since(lin, inside):
    """Not of tus: between the phone's last look and its request the session may have become somebody else's."""
    tus = Client(lin)
    other = new_id()
    answers = [tus.create(DATA, X_Mingcha_User=other), tus.patch(DATA, X_Mingcha_User=other), tus.head(X_Mingcha_User=other)]
    assert [each.status_code for each in answers] == [403, 403, 403]
    assert (tus.offset(), pieces(tus)) == ("0", [])
    assert tus.patch(DATA, X_Mingcha_User=lin.author).status_code == 204
