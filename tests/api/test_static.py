"""How the built phone app is served."""

import gzip

import brotli
import pytest

from mingcha.app import create_app
from mingcha.config import Config
from tests.conftest import problem_of

SCRIPT = b"console.log('Mingcha')\n" * 200
HASHED = "/assets/index-B7x2_kQa.js"


@pytest.fixture(scope="module")
def phone(tmp_path_factory):
    """A phone whose server has a built app. No database is touched."""
    house = tmp_path_factory.mktemp("house")
    dist = house / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>明察</title>", encoding="utf-8")
    (dist / "ahead.json").write_text('{"/visit/": "</assets/visit-x.js>; rel=modulepreload"}')
    for name in ("sw.js", "manifest.webmanifest", "icon.svg"):
        (dist / name).write_text("{}")
    (dist / HASHED[1:]).write_bytes(SCRIPT)
    (dist / f"{HASHED[1:]}.br").write_bytes(brotli.compress(SCRIPT))
    (dist / f"{HASHED[1:]}.gz").write_bytes(gzip.compress(SCRIPT))
    return create_app(Config(data=house / "data", database=f"sqlite:///{house / 'x.db'}", dist=dist)).test_client()


@pytest.mark.parametrize(
    ("accepts", "encoding", "unpack"),
    [("br, gzip", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)],
)
def test_a_script_comes_compressed_as_it_was_built(phone, accepts, encoding, unpack):
    answer = phone.get(HASHED, headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert unpack(answer.data) == SCRIPT
    assert answer.mimetype == "text/javascript"


def test_a_hashed_file_is_kept_for_ever(phone):
    assert phone.get(HASHED).headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/", "/index.html", "/sw.js", "/manifest.webmanifest", "/icon.svg"])
def test_everything_else_is_asked_for_anew(phone, path):
    answer = phone.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    again = phone.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_of_the_app_opens_from_its_address(phone):
    page = phone.get("/inspections/0198-abc/indicator/3.10/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert "明察" in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/index-gone1234.js", "/favicon.ico", "/../pyproject.toml", "/%2e%2e/app.py"])
def test_a_missing_file_is_not_answered_with_a_page(phone, path):
    answer = phone.get(path, headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, problem_of(answer)) == (404, "no_such_path")


def test_a_head_request_has_the_headers_and_no_body(phone):
    answer = phone.head(HASHED)
    assert answer.status_code == 200
    assert answer.data == b""


def test_before_the_first_build_the_page_says_what_to_do(tmp_path):
    config = Config(data=tmp_path, database=f"sqlite:///{tmp_path / 'x.db'}", dist=tmp_path / "none")
    answer = create_app(config).test_client().get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert b"make run" in answer.data


def test_a_visit_opened_by_its_address_names_the_screens_it_will_need(phone):
    assert phone.get("/visit/0198").headers["Link"] == "</assets/visit-x.js>; rel=modulepreload"
    assert "Link" not in phone.get("/").headers


def test_a_row_opened_by_its_address_is_a_page_though_its_number_has_a_point(phone):
    assert "明察" in phone.get("/visit/0198/row/2.2", headers={"Accept": "text/html"}).text
    assert problem_of(phone.get("/assets/gone-12345678.js")) == "no_such_path"
