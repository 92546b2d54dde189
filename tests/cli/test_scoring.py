"""Scoring sheets from files: read aloud, as data, as a campaign; and what is wrong with a sheet said in words."""

import json
from pathlib import Path

import pytest

from mingcha import cli

SHEETS = Path(__file__).parents[1] / "vectors" / "scoring" / "sheets"
SHIQIAO = SHEETS / "shiqiao.yaml"
CAMPAIGN = [SHEETS / name for name in ("shiqiao.yaml", "baisha.json", "liuhe.json", "campaign.yaml")]


@pytest.fixture
def mingcha(capsys):
    """Run a command: its exit code and what it printed. Scoring needs no database."""

    def run(*words):
        code = cli.main([str(word) for word in words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def sheet(tmp_path):
    """A file with these words."""

    def write(text, name="sheet.yaml", head='checklist: county-grading\nversion: "2022.1"\n'):
        path = tmp_path / name
        path.write_bytes((head + text).encode() if isinstance(text, str) else text)
        return path

    return write


def test_a_sheet_is_read_aloud_line_by_line_as_it_was_worked_by_hand(mingcha):
    code, out, _ = mingcha("score", SHIQIAO)
    lines = out.splitlines()
    assert code == 0
    # 3.7, 少一份扣0.2: 4 × 0.2 = 0.8 of 1 · 5.3, 每低0.01扣0.2: 5 × 0.2 = 1 of 2 · 5.4, 每低1个百分点扣0.3: 0.9 of 3
    assert "  3.7 打印送达回证、准予许可通知书：满分1；抽查办件少打印文书：4份 × 0.2 = 0.8；得0.2" in lines
    assert "      问题 f1、f2、f3、f4" in lines
    assert any(line.startswith("  5.3 ") and line.endswith("得1") for line in lines)
    assert any(line.startswith("  5.4 ") and line.endswith("得2.1") for line in lines)
    assert "      问题 1.2:a；照片 p1" in lines
    assert "合计：89–92.8（满分100）" in lines    # the place in cases handled is open: 0.2 to 4
    assert "名次待批次结束后确定：3.1" in lines

    code, out, _ = mingcha("score", "--lang", "en", SHIQIAO)
    assert code == 0
    assert "Total: 89–92.8 of 100" in out


def test_a_result_as_data_is_the_engines_own(mingcha):
    code, out, _ = mingcha("score", "--json", SHIQIAO)
    result = json.loads(out)
    assert (code, result["low"], result["high"]) == (0, "89", "92.8")
    assert [line["indicator"] for line in result["lines"]][:3] == ["1.1", "1.2", "1.3"]

    code, out, _ = mingcha("score", "--json", SHIQIAO, SHEETS / "baisha.json")
    assert [each["site"] for each in json.loads(out)] == ["石桥镇便民服务中心", "白沙镇便民服务中心"]


def test_a_campaign_has_places_grades_and_its_decisions(mingcha):
    """By hand: 白沙 100 − 1 (5.1) − 0.2 (second in cases) = 98.8; 柳河 100 − 2 − 3 − 0.4 = 94.6; 石桥 92.8.
    First grade: places 1–2, second 3–6; the newspaper takes 白沙 down one."""
    code, out, _ = mingcha("score", "--json", "--campaign", *CAMPAIGN)
    rows = json.loads(out)
    assert code == 0
    assert [(row["site"][:2], row["result"]["low"], row["place"], row["places"]["3.1/a"]) for row in rows] == [
        ("白沙", "98.8", [1, 1], [2, 2]), ("柳河", "94.6", [2, 2], [3, 3]), ("石桥", "92.8", [3, 3], [1, 1]),
    ]  # fmt: skip
    grades = [row["grade"] for row in rows]
    assert [(each["band"], each["awarded"], each["bonus"]) for each in grades] == [
        ("first", "second", "3"), ("first", "first", "5"), ("second", "second", "3"),
    ]  # fmt: skip
    assert {each["valid_until"] for each in grades} == {"2029-06-30"}

    code, out, _ = mingcha("score", "--campaign", *CAMPAIGN, "--set", "vacated_place=refill")
    assert "石桥镇便民服务中心：总得分92.8，第3名，按名次为二等；递补；评为一等" in out
    assert "读法：" in out


def test_a_reading_may_be_chosen(mingcha, sheet):
    """Number 12 has a single √. Met: 24 √√ without 4, 23 and 46, whose figures are open; of the 15 √ all but 12 and,
    without its figure, 51; 36 has a figure for the model tier only."""
    met = "".join(f'  "{number}": {{verdict: met}}\n' for number in range(1, 59) if number != 12)
    path = sheet('checklist: ningbo-58\nversion: "2022.1"\nanswers:\n  "12": {verdict: not_met}\n' + met, head="")
    out = mingcha("score", path)[1]
    assert "  标准型：必要的24项中符合21项" in out
    assert "等次：未定，最高可能为标准型\n" in out
    out = mingcha("score", path, "--set", "single_tick=both")[1]
    assert "  标准型：必要的39项中符合34项" in out
    assert "等次：未达标准型\n" in out


@pytest.mark.parametrize(("figure", "told"), [
    ('"-1"', "数值不能小于零"), ('"100.01"', "比率不能超过100%"), ('"abc"', "这不是一个数值"),
    (f'"1{"0" * 400}"', "数值超出这一项可能的范围"), ('"1e400"', "这不是一个数值"), ('"99,5"', "数值中有逗号"),
    ('"九十"', "这不是一个数值"), ('"NaN"', "这不是一个数值"), ('"99.9999999"', "小数位数太多"), ('""', "没有填写数值"),
])  # fmt: skip
def test_a_figure_that_is_none_is_named_and_leaves_the_line_open(mingcha, sheet, figure, told):
    path = sheet(f'answers: {{"5.3": {{verdict: met, measures: {{rate: {figure}}}}}}}')
    code, out, _ = mingcha("score", path)
    assert code == 1
    assert f"问题：5.3 rate：{told}" in out
    assert any(line.startswith("  5.3 ") and line.endswith("得0–2") for line in out.splitlines())


@pytest.mark.parametrize("figure", ['"100"', '"１００"', '" 100.00 "', '"０100．0"'])
def test_figures_as_people_write_them_are_read(mingcha, sheet, figure):
    code, out, _ = mingcha("score", sheet(f'answers: {{"5.3": {{measures: {{rate: {figure}}}}}}}'))
    assert code == 0
    assert any(line.startswith("  5.3 ") and line.endswith("得2") for line in out.splitlines())


@pytest.mark.parametrize(("text", "where"), [
    ('answers: {"5.3": {measures: {rate: 99.95}}}', "99.95"),                 # a number, not a text
    ('answers: {"5.3": {measures: {rate: 100}}}', "answers.5.3.measures"),
    (f'answers: {{"5.3": {{measures: {{rate: 1{"0" * 400}}}}}}}', "quotes"),
    ('answers: {"5.3": {measures: {rat: "100"}}}', "'rat' is not one of rate"),
    ('answers: {"5.3": {mesures: {rate: "100"}}}', "'mesures'"),
    ('answers: {"5.3": {verdict: yes}}', "yes"),
    ('answers: {"1.1": {awards: {b: "1"}}}', "'b' is not one of a"),
    ('anwsers: {"5.3": {verdict: met}}', "'anwsers'"),
    ('findings: [{id: a, indicator: "1.2", clause: a, count: -1}]', "count"),
    ('findings: [{id: a, indicator: "2.1", clause: a, item: kiosks}]', "'kiosks' is not one of"),
    ('findings: [{id: a, indicator: "2.1", clause: a}, {id: a, indicator: "1.2", clause: a}]', "twice"),
    ('photos: [{id: p, finding: [a]}]', "photos.p"),
    ('answers: [1]', "answers"), ("- 1", "YAML"), ("\tx: [", "YAML"), ("a: &x [1]\nb: *x", "anchor"),
    ("campaign: {}", "--campaign"),
])  # fmt: skip
def test_a_sheet_that_says_something_else_is_refused_and_says_where(mingcha, sheet, text, where):
    code, out, err = mingcha("score", "--lang", "en", sheet(text))
    assert (code, out) == (1, "")
    assert "sheet.yaml" in err
    assert where in err


@pytest.mark.parametrize("raw", [
    b"", b"\xff\xfe", b"{", b"[" * 100_000, b'{"a": 1, "a": 2}', b'{"checklist": NaN}', b'{"a": 1e400}', b"null",
    b'{"checklist": "\\ud800"}', b'{"checklist": "../../etc", "version": "passwd"}', b" " * (1024 * 1024 + 2),
    b'{"checklist": "county-grading", "version": "1999.1"}', b'{"checklist": [], "version": {}}', b"1" * 5000,
])  # fmt: skip
def test_a_file_that_is_no_sheet_is_refused_in_words(mingcha, sheet, raw):
    for name in ("sheet.json", "sheet.yaml"):
        code, out, err = mingcha("score", sheet(raw, name))
        assert (code, out) == (1, "")
        assert err.startswith("mingcha: sheet.")
        assert "Traceback" not in err


def test_a_file_that_is_not_there_is_said(mingcha, tmp_path):
    code, _, err = mingcha("score", tmp_path / "nowhere.yaml")
    assert code == 1
    assert "nowhere.yaml" in err


@pytest.mark.parametrize(("setting", "told"), [
    ("rank_ties=worst", "shared, dense, worse"), ("rank_tie=shared", "rank_ties"), ("rank_ties", "NAME=VALUE"),
])  # fmt: skip
def test_a_setting_that_is_not_on_offer_is_refused(mingcha, setting, told):
    code, out, err = mingcha("score", SHIQIAO, "--set", setting)
    assert (code, out) == (1, "")
    assert told in err


@pytest.mark.parametrize(("part", "told"), [
    ("{decisions: [{kind: trigger, site: 白沙镇便民服务中心, trigger: media, source: '', reason: x}]}", "来源和理由"),
    ("{decisions: [{kind: trigger, site: 某镇, trigger: media, source: x, reason: x}]}", "不在本批次中"),
    ("{decisions: [{kind: trigger, site: 白沙镇便民服务中心, trigger: rumour, source: x, reason: x}]}", "不在本批次中"),
    ("{decisions: [{kind: praise, site: 白沙镇便民服务中心, source: x, reason: x}]}", "kind"),
    ("{decisions: [{kind: lower, steps: -1, site: 白沙镇便民服务中心, source: x, reason: x}]}", "steps"),
    ("{decisions: [7]}", "decisions[0]"), ("{decisions: 7}", "decisions"), ("[]", "campaign"),
    ("{awarded_on: '2026-02-30'}", "awarded_on"), ("{listed: {'9.9/z': {}}}", "listed"),
    ("{listed: {'3.1/a': {派出所: 7}}}", "listed"), ("{settings: {rank_ties: none}}", "rank_ties"),
    ("{decision: []}", "'decision'"),
])  # fmt: skip
def test_terms_of_a_campaign_that_cannot_be_are_refused(mingcha, sheet, part, told):
    terms = sheet(f"campaign: {part}\n", "terms.yaml", head="")
    code, out, err = mingcha("score", "--campaign", *CAMPAIGN[:3], terms)
    assert (code, out) == (1, "")
    assert told in err


def test_a_campaign_has_one_checklist_one_sheet_of_a_site_and_one_part(mingcha, sheet):
    other = sheet('checklist: ningbo-58\nversion: "2022.1"\n', head="")
    assert "one checklist" in mingcha("score", "--campaign", SHIQIAO, other)[2]
    assert "two sheets of 石桥镇" in mingcha("score", "--campaign", SHIQIAO, SHIQIAO)[2]
    assert "second campaign part" in mingcha("score", "--campaign", *CAMPAIGN, CAMPAIGN[3])[2]
    assert "no sheet" in mingcha("score", "--campaign", CAMPAIGN[3])[2]


def test_what_a_file_calls_itself_cannot_move_the_cursor(mingcha, sheet):
    code, out, _ = mingcha("score", sheet('site: "\\e[2J\\a石桥"\n'))
    assert code == 0
    assert "\x1b" not in out
    assert "石桥" in out
