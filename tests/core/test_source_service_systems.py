"""003, 为民服务中心政务服务各项制度, against its encoding. Expectations are read off the source."""

from pathlib import Path

import pytest

from mingcha.core.checklist.lint import lint
from mingcha.store.checklist_files import check, read_content

ROOT = Path(__file__).parents[2] / "checklists"
FILE = ROOT / "service-systems" / "2021.1.yaml"

#: How many articles each system has in the source.
ARTICLES = {"1": 8, "2": 4, "3": 4, "4": 4, "5": 7, "6": 12, "7": 13}
#: Definitions, purposes: nothing that can be seen, heard or read at a visit.
NOT_CHECKABLE = {"1.2", "4.1", "5.1", "7.1", "7.2", "7.5", "7.9"}


@pytest.fixture(scope="module")
def content():
    return read_content(FILE)


@pytest.fixture(scope="module")
def rows(content):
    return {
        row["id"]: row
        for category in content["categories"]
        for group in category["groups"]
        for row in group["indicators"]
    }


def test_the_seven_systems_stand_in_the_order_of_the_source(content):
    assert [category["title"]["zh"] for category in content["categories"]] == [
        "首问首办负责制",
        "一次告知制",
        "服务承诺制",
        "实时评价制",
        "限时办结制",
        "“好差评”制度",
        "导办、代办、帮办服务制度",
    ]


def test_every_article_is_checked_except_definitions_and_purposes(rows):
    checked = {id_.rpartition(".")[0] for id_ in rows}
    articles = {f"{system}.{article}" for system, count in ARTICLES.items() for article in range(1, count + 1)}
    assert articles - checked == NOT_CHECKABLE
    assert checked <= articles


def test_the_articles_left_out_are_named_in_the_notes(content):
    notes = "".join(note["text"]["zh"] for note in content["notes"])
    for words in (
        "首问首办负责人的定义",
        "实时评价制度的定义",
        "限时办结制度的定义",
        "制定目的",
        "导办的定义",
        "帮办的定义",
        "代办的目的",
        "自发布之日起施行",
    ):
        assert words in notes


def test_duties_of_one_article_keep_the_order_of_its_sentences(rows):
    assert [rows[f"2.2.{duty}"]["source_text"][:6] for duty in range(1, 6)] == [
        "对服务对象要",
        "对手续、材料",
        "对手续、材料",
        "申请人按照告",
        "对不符合规定",
    ]
    assert "受理通知书" in rows["2.2.2"]["source_text"]
    assert "书面补正通知书" in rows["2.2.3"]["source_text"]
    assert [rows[f"7.4.{duty}"]["source_text"][:4] for duty in range(1, 5)] == [
        "回答办事",
        "协助办事",
        "帮助办事",
        "引导办事",
    ]


@pytest.mark.parametrize(
    ("id_", "in_source", "in_text"),
    [
        ("1.1.2", "各窗口工作人员为首阿问首办负责人", "各窗口工作人员为首问首办负责人"),
        ("1.7.1", "窗口工作人员要必须明确", "窗口工作人员必须明确"),
    ],
)
def test_a_slip_of_the_source_is_kept_beside_the_corrected_words_and_noted(id_, in_source, in_text, rows):
    assert in_source in rows[id_]["source_text"]
    assert in_text in rows[id_]["text"]["zh"]
    assert rows[id_]["notes"]


def test_the_ten_things_to_be_public_are_all_named(rows):
    words = rows["3.3.1"]["source_text"]
    ten = (
        "事项名称",
        "法律依据",
        "办理主体",
        "办理流程",
        "申报材料",
        "承诺时限",
        "收费标准及依据",
        "办理地点",
        "监督机构",
        "投诉电话",
    )
    assert "坚持实行" + "、".join(ten) + "“十公开”" == words
    assert rows["3.3.1"]["measures"][0]["max"] == "10"


def test_article_ten_of_the_ratings_is_not_article_one(rows):
    assert "绩效考评" in rows["6.10.1"]["source_text"]
    assert "信息科、督查科" in rows["6.1.1"]["source_text"]
    ids = list(rows)
    assert ids.index("6.2.1") < ids.index("6.9.2") < ids.index("6.10.1") < ids.index("6.12.1")


def test_an_extension_wants_two_copies_a_signature_and_a_seal(rows):
    assert "一式两份" in rows["5.6.2"]["source_text"]
    assert "签字并加盖本单位公章" in rows["5.6.3"]["source_text"]
    assert any("处室" in note["text"]["zh"] for note in rows["5.6.2"]["notes"])


def test_the_chapters_of_guidance_assistance_and_agency_are_groups(content):
    chapters = content["categories"][6]["groups"]
    assert [group["title"]["zh"] for group in chapters] == [
        "第二章 导办服务",
        "第三章 帮办服务",
        "第四章 代办服务",
        "第五章 附则",
    ]
    assert [len(group["indicators"]) for group in chapters] == [6, 6, 8, 4]


def test_duties_that_stand_among_the_supplementary_provisions_are_checked_too(rows):
    assert rows["7.13.2"]["source_text"] == "要熟悉驻为民服务中心各窗口布局、业务范围、办事流程"
    assert any("附则" in note["text"]["zh"] for note in rows["7.13.1"]["notes"])


def test_words_that_name_the_bureau_instead_of_the_centre_are_noted(rows):
    assert "局内部组织协调召开联席会议" in rows["7.12.1"]["source_text"]
    assert rows["7.12.1"]["notes"]
    assert "区行政审批局" in rows["6.1.1"]["notes"][0]["text"]["zh"]


def test_a_duty_is_checked_by_asking_reading_or_watching(content, rows):
    assert content["scheme"] == "conformity"
    assert "interview" in rows["1.7.1"]["method"]
    assert "sampling" in rows["2.2.2"]["method"]
    assert rows["7.3.1"]["method"] == ["on_site"]


def test_the_file_is_clean_but_for_recorded_doubts(content):
    assert {fault.severity for fault in [*check(ROOT, FILE), *lint(content)]} <= {"doubt"}
