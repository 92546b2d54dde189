"""Word, PDF, CSV and zip by themselves: what comes out opens again, and what a template does wrong is named."""

import csv
import io
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from docx import Document

from mingcha.core.problems import PROBLEMS, Refused, words
from mingcha.flows.paper_templates import sample
from mingcha.papers import report, tables, word, zipping
from mingcha.papers.built_in import built_in
from mingcha.papers.plain import cell, file_name
from tests.papers.made import FORMULA, visit
from tests.visits import photo_bytes

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


def template(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    rows = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([each.text for each in document.paragraphs] + rows)


@pytest.mark.parametrize("kind", ["notice", "circular"])
def test_our_templates_take_words_that_look_like_code_as_words(kind):
    said = text_of(word.fill(built_in(kind), sample(kind)))
    assert FORMULA in said
    assert "<b>&" in said
    assert "{{ x }}" in said


def test_what_is_ordered_without_words_of_its_own_is_named_once():
    facts = sample("notice")
    thing = {**facts["things"][0], "title": "人员审核", "text": "人员审核", "repeats": 0}
    rows = Document(io.BytesIO(word.fill(built_in("notice"), {**facts, "things": [thing]}))).tables[0].rows
    assert rows[1].cells[1].text == "人员审核"


@pytest.mark.parametrize(
    ("lines", "code", "named"),
    [
        (("{{ site }",), "template.syntax", "{{ site"),
        (("{% for one in things %}", "x"), "template.syntax", "endfor"),
        (("{{ sight }}",), "template.unknown_word", "sight"),
        (("{% for one in things %}{{ one.colour }}{% endfor %}",), "template.unknown_word", "colour"),
        (("{{ site.__class__ }}",), "template.forbidden", "__class__"),
        (("{{ site.upper() }}",), "template.forbidden", "upper"),
        (("{{ 'a' * 1000000000 }}",), "template.forbidden", "*"),
        (("{{ range(9) }}",), "template.unknown_word", "range"),
        (("{{ site | pprint }}",), "template.syntax", "pprint"),
    ],
)
def test_a_fault_of_a_template_is_named_in_both_languages(lines, code, named):
    with pytest.raises(Refused) as refused:
        word.fill(template(*lines), sample("notice"))
    assert refused.value.code == code
    said = words(PROBLEMS[code], refused.value.details)
    assert named in said["zh"]
    assert named in said["en"]


def test_what_is_no_plain_word_file_is_refused():
    def repacked(**more: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(template("x"))) as old, zipfile.ZipFile(out, "w") as new:
            for each in old.namelist():
                new.writestr(each, more.pop(each, old.read(each)))
            for name, data in more.items():
                new.writestr(name, data)
        return out.getvalue()

    bomb = repacked(**{"word/media/a.bin": b"\0" * (word.MOST_UNPACKED_BYTES + 1)})
    linked = repacked(**{"word/_rels/document.xml.rels": (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://a.invalid/x" '
        b'TargetMode="External"/></Relationships>'
    )})
    for data, code in (
        (b"%PDF-1.7", "template.not_word"), (b"", "template.not_word"), (bomb, "template.too_large"),
        (repacked(**{"word/vbaProject.bin": b"x"}), "template.macros"), (linked, "template.outside"),
    ):
        with pytest.raises(Refused) as refused:
            word.require_word(data)
        assert refused.value.code == code


def test_a_report_holds_its_font_its_digest_and_its_pictures():
    asked = []

    def picture(photo: str) -> bytes | None:
        asked.append(photo)
        return photo_bytes(len(asked)) if photo != "p2" else None

    data = report.report(visit("county-grading"), picture, made_at=NOON, check="https://a.example/api/v1/verify/ab12")
    assert data.startswith(b"%PDF-")
    assert asked == ["p1", "p2", "p3"]
    assert b"MingchaHei" in data or b"WenQuanYiMicroHei" in data
    assert data.count(b"/Subtype /Image") == 3
    assert len(data) < 400_000


def test_a_report_of_what_is_not_approved_has_no_code_to_check():
    data = report.report(visit("ningbo-58", approved=False), lambda photo: None, made_at=NOON, check=None)
    assert b"/Subtype /Image" not in data


@pytest.mark.parametrize("said", ["=1+1", "+1+1", "-1+cmd|x", "@SUM(A1)", "\t=1", " =1", "＝1", "|x", "%0a"])
def test_no_cell_of_a_csv_is_a_formula(said):
    rows = list(csv.reader(io.StringIO(tables.as_csv(["a"], [{"a": said}]).decode("utf-8-sig"))))
    assert rows[1][0] == "'" + said
    assert cell("-0.5") == "-0.5"


def test_a_file_name_climbs_nowhere():
    assert file_name("../../a\\b:c\n=d") == "a_b_c_=d"
    assert file_name("...") == "_"


def test_a_zip_written_in_pieces_opens_and_goes_past_four_gigabytes():
    whole, listed = b"", b""
    for name, data in (("石桥镇/照片/1.jpg", b"abc" * 100), ("空", b"")):
        entry = zipping.entry(name, data, len(whole))
        whole, listed = whole + entry.head + data, listed + entry.listed
    closed = whole + listed + zipping.end(2, len(listed), len(whole))
    with zipfile.ZipFile(io.BytesIO(closed)) as file:
        assert file.testzip() is None
        assert {each.filename: each.CRC for each in file.infolist()} == {
            "石桥镇/照片/1.jpg": zlib.crc32(b"abc" * 100), "空": 0,
        }  # fmt: skip
    far = 5 * 2**32
    entry = zipping.entry("a", b"x", far)
    tail = entry.listed + zipping.end(70_000, len(entry.listed), far + 40)
    assert far.to_bytes(8, "little") in entry.listed
    assert b"PK\6\6" in tail
    assert b"PK\6\7" in tail
