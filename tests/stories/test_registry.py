"""Bringing sites, regions and inspectors in from sheets: everything wrong is named, nothing is half done, and the last
import can be taken back."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import Workbook, load_workbook

from mingcha.cli import main
from mingcha.core.registry import FAULTS, KINDS, Area, check
from mingcha.flows import demo
from mingcha.store import registry_sheets, sites
from mingcha.store.db import transaction
from mingcha.store.sites import Site
from tests.cast import CHEN, LIN, SHI, SHIQIAO, ZHOU
from tests.conftest import problem_of
from tests.registry_sheets import BROKEN, HEAD, NOTED, TOWN, large, sound

AREA = Area("990123", frozenset({"990123", TOWN, "990123102"}), frozenset({"SQ-1"}), frozenset({"lin"}), frozenset({"TAKEN-1"}))


@pytest.fixture
def desk(client_of):
    return client_of(ZHOU)


def preview(client, kind, body):
    return client.post(f"/api/v1/registry/{kind}/preview", **_sent(body))


def take(client, kind, body):
    """Look, then import what was looked at."""
    looked = preview(client, kind, body).get_json()
    return client.post(f"/api/v1/registry/{kind}/import?seen={looked['digest']}", **_sent(body))


def _sent(body):
    if isinstance(body, bytes):
        return {"data": body, "content_type": "application/octet-stream"}
    return {"json": {"rows": body}}


def csv(*rows, head=HEAD, code="utf-8"):
    return "\r\n".join(",".join(str(cell) for cell in row) for row in [head, *rows]).encode(code)


def site(number=1, **change):
    row = dict(zip([column.key for column in KINDS["sites"]], sound(number), strict=True))
    return {**row, **change}


def held(app):
    with app.app_context():
        return {each.id: each for each in sites.in_area("990123")}


# Everything that can be wrong


def test_a_sheet_of_three_thousand_rows_with_forty_kinds_of_faults_is_named_row_by_row_and_changes_nothing(app, desk):
    with app.app_context(), transaction():
        sites.put(Site("7b1f7a36-53a5-5d61-9a5f-0c6d1a0f9e12", "990123102", {"zh": "别处", "en": "Elsewhere"}, "", code="TAKEN-1"))
    raw, where = large()
    assert len(set(where.values())) >= 40
    before = held(app)
    sheet = registry_sheets.read(raw)
    found = check("sites", sheet, AREA)
    told = {(each.row, each.code) for each in found.faults}
    assert {(row, code) for row, code in where.items()} <= told
    assert {row for row, _ in told} == {*where, 0}
    expected = {row for row, code in where.items() if code in BROKEN}
    assert {each.row for each in found.errors} == expected
    assert len(found.rows) == 3000 - len(expected) - 1    # the blank row is no row
    assert len(sheet.rows) == 3000
    answer = preview(desk, "sites", raw).get_json()
    assert answer["counts"]["faulty"] == len(expected) - 1    # TAKEN-1 lies in the county of this desk: an update there
    refused = desk.post(f"/api/v1/registry/sites/import?seen={answer['digest']}", data=raw, content_type="application/octet-stream")
    assert problem_of(refused) == "registry.faulty"
    assert len(refused.get_json()["problem"]["details"]["faults"]) >= 40
    assert held(app) == before


@pytest.mark.parametrize("code", [*BROKEN, *NOTED])
def test_a_fault_has_whole_sentences_in_both_languages(code):
    _, zh, en = FAULTS[code]
    assert zh.endswith("。")
    assert en.endswith(".")


@pytest.mark.parametrize(
    ("head", "rows", "code"),
    [
        (HEAD[:2] + HEAD[3:], [sound(1)[:2] + sound(1)[3:]], "head.missing"),
        ([*HEAD, "名称"], [[*sound(1), "x"]], "head.repeated"),
        ([*HEAD, "备注"], [[*sound(1), "x"]], "head.unknown"),
        (["", *HEAD], [["x", *sound(1)]], "head.nameless"),
        (HEAD, [[*sound(1), "x"]], "row.too_long"),
        (HEAD, [], "file.empty"),
        (HEAD, [[""] * 11], "file.empty"),
    ],
)
def test_what_is_wrong_with_the_heading_is_named(head, rows, code):
    found = check("sites", registry_sheets.read(csv(*rows, head=head)), AREA)
    assert code in {each.code for each in found.faults}


def test_a_hidden_column_and_a_hidden_sheet_are_not_read_in_silence():
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(sound(1))
    book.active.column_dimensions["E"].hidden = True
    book.create_sheet("旧表").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = check("sites", registry_sheets.read(out.getvalue()), AREA)
    assert {each.code for each in found.faults} == {"head.hidden", "file.other_sheets"}


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(code):
    found = check("sites", registry_sheets.read(csv(sound(1), sound(2), code=code)), AREA)
    assert [each["name_zh"] for each in found.rows] == ["第1便民服务点", "第2便民服务点"]
    assert {each.code for each in found.faults} == ({"file.gbk"} if code == "gb18030" else set())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + b"x" * 90, "file.old_excel"), (b"PK\x03\x04broken", "file.unreadable"), (b"\x00\x01\x02", "file.encoding"),
        (b'a,b\n"open', "file.unreadable"), (b"\xff\xff\xff,", "file.encoding"),
        (csv(*[sound(n) for n in range(5001)]), "file.too_many_rows"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_by_name(desk, raw, code):
    refused = preview(desk, "sites", raw)
    assert refused.status_code == 422
    assert [each["code"] for each in refused.get_json()["problem"]["details"]["faults"]] == [code]


def test_whatever_bytes_come_in_the_answer_is_no_incident(desk):
    good = registry_sheets.template("sites", "xlsx")
    for cut in range(0, len(good), 211):
        for raw in (good[:cut], good[:cut] + b"\xff\x00" + good[cut + 2 :]):
            assert preview(desk, "sites", raw).status_code in (200, 422)


# Importing


def test_the_template_comes_back_as_a_sound_sheet():
    for form in ("xlsx", "csv"):
        for kind, area in (("regions", AREA), ("sites", AREA)):
            found = check(kind, registry_sheets.read(registry_sheets.template(kind, form)), area)
            assert found.faults == [], (kind, form)
            assert len(found.rows) == 1


def test_a_site_is_known_again_by_its_code_and_a_missing_column_is_left_alone(app, desk):
    assert take(desk, "sites", [site(1), site(2)]).get_json()["counts"]["new"] == 2
    told = preview(desk, "sites", [site(1), {"code": "S-0002", "region": TOWN, "name_zh": "新名"}]).get_json()
    assert (told["counts"]["same"], told["counts"]["changed"]) == (1, 1)
    take(desk, "sites", [{"code": "S-0002", "region": TOWN, "name_zh": "新名"}])
    [found] = [each for each in held(app).values() if each.code == "S-0002"]
    assert (found.name["zh"], found.address, found.windows) == ("新名", "桥东路2号", 6)
    take(desk, "sites", [{"code": "S-0002", "region": TOWN, "name_zh": "新名", "address": ""}])
    assert next(each for each in held(app).values() if each.code == "S-0002").address == ""


def test_a_site_from_before_there_were_codes_takes_its_code_on(app, desk):
    take(desk, "sites", [{"code": "SQ-1", "region": SHIQIAO, "name_zh": "石桥镇便民服务中心"}])
    assert held(app)[demo.site_id(SHIQIAO)].code == "SQ-1"
    assert len(held(app)) == len(demo.TOWNS)


def test_only_what_was_looked_at_is_imported(app, desk):
    looked = preview(desk, "sites", [site(1)]).get_json()["digest"]
    other = desk.post(f"/api/v1/registry/sites/import?seen={looked}", json={"rows": [site(2)]})
    assert problem_of(other) == "registry.moved"
    take(desk, "sites", [site(1)])
    stale = desk.post(f"/api/v1/registry/sites/import?seen={looked}", json={"rows": [site(1)]})
    assert problem_of(stale) == "registry.moved"


def test_the_last_import_can_be_taken_back_whole(app, desk):
    take(desk, "sites", [site(1)])
    first = held(app)
    second = take(desk, "sites", [site(1, name_zh="改名"), site(2)]).get_json()["id"]
    assert desk.post(f"/api/v1/registry/imports/{second}/undo").get_json()["undone_at"]
    assert held(app) == first
    assert [each["undoable"] for each in desk.get("/api/v1/registry/imports").get_json()["imports"]] == [False, True]


def test_an_import_is_not_taken_back_over_what_came_after(app, desk, new_visit_at):
    first = take(desk, "sites", [site(1)]).get_json()["id"]
    take(desk, "regions", [{"code": "990123109", "name_zh": "新镇"}])
    second = take(desk, "sites", [site(2)]).get_json()["id"]
    assert problem_of(desk.post(f"/api/v1/registry/imports/{first}/undo")) == "registry.not_last"
    [used] = [each.id for each in held(app).values() if each.code == "S-0002"]
    new_visit_at(used)
    assert problem_of(desk.post(f"/api/v1/registry/imports/{second}/undo")) == "registry.used"
    with app.app_context(), transaction():
        sites.put(Site(**{**held(app)[used].__dict__, "hours": "09:00-10:00"}))
    assert problem_of(desk.post(f"/api/v1/registry/imports/{second}/undo")) == "registry.changed_since"


@pytest.fixture
def new_visit_at(app):
    from mingcha.core.checklist.model import Checklist
    from mingcha.flows import checklists, inspections
    from mingcha.store import accounts
    from tests.visits import small_checklist

    def create(site_id):
        with app.app_context():
            content = small_checklist()
            checklists.keep(content, Checklist.parse(content))
            team = [accounts.by_username(name).id for name in ("lin", "zhao")]
            inspections.create(site_id=site_id, slug="small", version="1", team=team, campaign_title="x", visit_on="2026-11-22")

    return create


def test_a_region_needs_the_one_above_it(desk):
    told = preview(desk, "regions", [{"code": "990123110001", "name_zh": "某村"}]).get_json()
    assert [each["code"] for each in told["faults"]] == ["code.parent"]
    both = [{"code": "990123110", "name_zh": "某镇"}, {"code": "990123110001", "name_zh": "某村"}]
    assert take(desk, "regions", both).status_code == 201
    assert {each["code"] for each in desk.get("/api/v1/registry/regions").get_json()["rows"]} >= {"990123110", "990123110001"}


def test_ties_of_inspectors_are_read_by_those_alone_who_plan(desk, client_of):
    rows = [{"username": "lin", "unit": "督查股", "own_town": "990123101、990123102", "qualifications": "执法证", "available": "是"}]
    assert take(desk, "people", rows).status_code == 201
    found = next(each for each in desk.get("/api/v1/registry/people").get_json()["rows"] if each["username"] == "lin")
    assert (found["own_town"], found["unit"]) == (["990123101", "990123102"], "督查股")
    bad = preview(desk, "people", [{"username": "qian"}, {"username": "lin", "own_town": "990123777"}]).get_json()
    assert [each["code"] for each in bad["faults"]] == ["person.unknown", "code.unknown"]
    for person in (LIN, SHI):
        assert client_of(person).get("/api/v1/registry/people").status_code == 403


def test_the_registry_goes_out_in_the_form_in_which_it_comes_in(desk):
    take(desk, "sites", [site(1), site(2, person="=cmd")])
    raw = desk.get("/api/v1/registry/sites/sheet").data
    assert load_workbook(io.BytesIO(raw)).active.max_row == len(demo.TOWNS) + 3
    assert preview(desk, "regions", desk.get("/api/v1/registry/regions/sheet?form=csv").data).get_json()["counts"]["same"] == 12
    assert "'=cmd" in desk.get("/api/v1/registry/sites/sheet?form=csv").data.decode("utf-8-sig")


def test_a_fault_names_its_column_in_the_language_of_its_reader(desk):
    told = preview(desk, "sites", csv([*sound(1)[:7], "六", *sound(1)[8:]])).get_json()["faults"]
    [fault] = [each for each in told if each["code"] == "number.not_whole"]
    assert (fault["row"], fault["column"]) == (2, "窗口数")
    assert fault["message"] == {"zh": "窗口数应为整数（这里是 六）。", "en": "Windows is a whole number (here: 六)."}


def test_a_preview_names_what_would_change_and_the_list_of_imports_who_did_it(desk):
    [change] = preview(desk, "sites", [site(1)]).get_json()["changes"]
    assert change["name"] == {"zh": "第1便民服务点", "en": "Point 1"}
    [person] = preview(desk, "people", [{"username": "lin", "unit": "督查股"}]).get_json()["changes"]
    assert (person["name"]["zh"], person["new"]) == ("林", True)
    assert take(desk, "sites", [site(1)]).get_json()["by_name"] == "周"
    assert desk.get("/api/v1/registry/imports").get_json()["imports"][0]["by_name"] == "周"


@pytest.mark.parametrize(("person", "codes"), [(LIN, 12), (SHI, 1)])
def test_the_sites_that_one_may_see_come_with_the_names_of_their_regions(client_of, person, codes):
    told = client_of(person).get("/api/v1/sites").get_json()
    assert len(told["regions"]) == codes
    assert told["regions"]["990123101"] == {"zh": "石桥镇", "en": "Shiqiao Town"}


def test_a_visit_begun_on_one_persons_phone_is_never_told_in_another_persons_name(client_of):
    zhao = {account["username"]: account["id"] for account in client_of(CHEN).get("/api/v1/accounts").get_json()["accounts"]}["zhao"]
    body = {"id": "0190a000-0000-7000-8000-000000000001", "site": SHIQIAO, "checklist": "0" * 64, "begun_at": "2026-09-21T02:00:00.000Z"}
    refused = client_of(LIN).post("/api/v1/visits", json=body, headers={"X-Mingcha-User": zhao})
    assert (refused.status_code, problem_of(refused)) == (403, "sync.other_person")


def test_the_shell_checks_and_imports_a_sheet(app, config, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MINGCHA_DATA", str(config.data))
    monkeypatch.setenv("MINGCHA_DATABASE", config.database)
    file = tmp_path / "sites.csv"
    file.write_bytes(csv(sound(1), [*sound(2)[:2], "待定", *sound(2)[3:]]))
    assert main(["registry", "check", "sites", str(file), "--scope", "990123"]) == 1
    assert "error row 3 名称: “待定”不是名称" in capsys.readouterr().out
    file.write_bytes(csv(sound(1)))
    assert main(["registry", "import", "sites", str(file), "--scope", "990123"]) == 0
    assert "S-0001" in {each.code for each in held(app).values()}


def test_what_was_imported_is_in_the_trail(desk, client_of):
    done = take(desk, "sites", [site(1)]).get_json()
    [event] = [each for each in client_of(CHEN).get("/api/v1/audit").get_json()["events"] if each["deed"] == "registry.import"]
    assert event["subject"] == f"import/{done['id']}"
    assert event["details"]["new"] == 1
    assert "李" not in json.dumps(event, ensure_ascii=False)
