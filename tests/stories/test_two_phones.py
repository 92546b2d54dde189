"""Two phones, one inspection, a line that comes and goes."""

from mingcha.flows import accounts, inspections
from mingcha.store import audit, settings
from tests.cast import COUNTY, QIAN, ZHAO, Person
from tests.conftest import PASSWORD


def test_what_lin_did_offline_reaches_zhao_whole_and_once(lin, zhao):
    for number in ("1", "2", "3"):
        lin.say(number, "met")
    lin.write("finding/1:a", {"indicator": "1", "clause": "a", "item": None, "case": None}, "add")

    assert set(lin.sync().values()) == {"applied"}
    zhao.sync()
    assert zhao.replica == lin.replica
    assert zhao.known[lin.inspection]["state"] == "in_progress"
    assert zhao.known[lin.inspection]["site"]["name"]["zh"] == "石桥镇便民服务中心"
    assert [person["name"] for person in zhao.known[lin.inspection]["team"]] in (["林", "赵"], ["赵", "林"])


def test_two_verdicts_that_did_not_see_each_other_stay_both_until_a_person_chooses(lin, zhao, zhou):
    lin.say("1", "met")
    zhao.say("1", "not_met")
    assert set(lin.sync().values()) == {"applied"}
    assert set(zhao.sync().values()) == {"conflict"}

    seen = zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()
    assert [conflict["target"] for conflict in seen["conflicts"]] == ["answer/1/verdict"]
    both = seen["state"]["fields"]["answer/1/verdict"]
    assert {head["value"] for head in both} == {"met", "not_met"}
    assert {seen["authors"][head["author"]] for head in both} == {"林", "赵"}

    zhou.write("answer/1/verdict", "not_met", over=[head["op"] for head in both])
    assert set(zhou.sync().values()) == {"applied"}
    seen = zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()
    assert seen["conflicts"] == []
    lin.sync()
    assert [op["value"] for op in lin.heads("answer/1/verdict")] == ["not_met"]


def test_the_same_word_from_both_is_no_conflict(lin, zhao):
    lin.say("1", "met")
    zhao.say("1", "met")
    lin.sync()
    assert set(zhao.sync().values()) == {"merged"}


def test_an_answer_that_was_lost_on_the_way_changes_nothing_when_it_is_sent_again(lin, zhao):
    op = lin.say("1", "met")
    lin.push([op])  # the answer never arrives
    assert lin.sync() == {op["id"]: "duplicate"}
    zhao.sync()
    assert list(zhao.log) == [op["id"]]


def test_one_id_with_two_payloads_is_held_and_alarmed(lin, inside):
    op = lin.say("1", "met")
    lin.sync()
    forged = {**op, "value": "not_met"}
    answer = lin.push([forged, lin.say("2", "met")]).get_json()
    assert [(each["outcome"], each.get("code")) for each in answer["results"]] == [
        ("held", "op.id_reused"),
        ("applied", None),
    ]
    alarms = [event for event in audit.latest(COUNTY, COUNTY, limit=20) if "alarm" in event.get("details", {})]
    assert [event["subject"] for event in alarms] == [f"op/{op['id']}"]
    assert [each["op"]["value"] for each in lin.client.get("/api/v1/held").get_json()["held"]] == ["not_met"]


def test_work_under_anothers_name_is_held_for_both_to_see(lin, zhao, zhou):
    op = lin.write("answer/1/verdict", "met", author=zhao.author)
    assert lin.sync() == {op["id"]: "held"}
    assert lin.held == {op["id"]: "op.foreign_author"}
    assert [each["op_id"] for each in lin.client.get("/api/v1/held").get_json()["held"]] == [op["id"]]
    assert [each["op_id"] for each in zhou.client.get("/api/v1/held").get_json()["held"]] == [op["id"]]
    assert zhao.client.get("/api/v1/held").get_json()["held"] == []
    seen = zhou.client.get(f"/api/v1/inspections/{lin.inspection}").get_json()
    assert [each["op_id"] for each in seen["held"]] == [op["id"]]
    zhao.sync()
    assert zhao.log == {}


def test_a_foreign_inspection_and_a_missing_one_are_told_alike_and_nothing_is_lost(lin, phone_of):
    nowhere = lin.write("answer/1/verdict", "met", inspection="0190b0c0-0000-7000-8000-000000000009")
    near = lin.say("2", "met")
    qian = phone_of(QIAN)
    foreign = qian.say("1", "met")
    assert lin.sync() == {nowhere["id"]: "held", near["id"]: "applied"}
    assert qian.sync() == {foreign["id"]: "held"}
    assert lin.held[nowhere["id"]] == qian.held[foreign["id"]] == "not_found"
    assert qian.known == {}
    assert [each["op_id"] for each in qian.client.get("/api/v1/held").get_json()["held"]] == [foreign["id"]]


def test_what_was_held_for_want_of_an_assignment_is_taken_in_once_it_is_there(lin, new_visit, app):
    with app.app_context():
        accounts.add(None, username="sun", name="孙", role="inspector", scope=COUNTY, password=PASSWORD)
    sun = Person("sun", "孙", "inspector", COUNTY)
    later = new_visit(ZHAO, sun)
    op = lin.write("answer/1/verdict", "met", inspection=later)
    assert lin.sync() == {op["id"]: "held"}
    with app.app_context():
        inspections.assign(later, lin.author)
    assert lin.push([op]).get_json()["results"] == [{"id": op["id"], "outcome": "applied"}]
    assert lin.client.get("/api/v1/held").get_json()["held"] == []


def test_an_inspector_cannot_write_the_supervisors_words_nor_anybody_the_servers(lin, zhou):
    adjust = lin.write("review/adjust/1", {"points": "1", "reason": "好"})
    approval = zhou.write("review/approval", {"at": "2026-11-22T01:30:00.000Z", "snapshot": "ab", "upto": 1})
    assert lin.sync() == {adjust["id"]: "held"}
    assert zhou.sync() == {approval["id"]: "held"}
    assert lin.held[adjust["id"]] == zhou.held[approval["id"]] == "op.role_forbidden"


def test_an_op_that_claims_to_replace_another_field_is_held_and_replaces_nothing(lin, zhao):
    op = lin.say("1", "met")
    lin.sync()
    zhao.sync()
    forged = zhao.write("answer/2/verdict", "met", over=[op["id"]])
    assert zhao.sync() == {forged["id"]: "held"}
    assert zhao.held == {forged["id"]: "op.over_foreign"}


def test_who_is_taken_off_the_team_is_told_once_and_keeps_the_unsent(lin, app):
    lin.say("1", "met")
    lin.sync()
    with app.app_context():
        inspections.unassign(lin.inspection, lin.author)
    unsent = lin.say("2", "met")
    reply = lin.push([unsent]).get_json()
    assert reply["gone"] == [lin.inspection]
    assert reply["results"][0]["code"] == "not_found"
    lin.take_in(reply)
    assert lin.push([]).get_json()["gone"] == []


def test_a_restored_database_sends_everything_afresh(lin, zhao, app):
    lin.say("1", "met")
    lin.sync()
    zhao.sync()
    epoch = zhao.push([]).get_json()["epoch"]
    with app.app_context():
        settings.new_epoch()
    reply = zhao.push([]).get_json()
    assert reply["epoch"] != epoch
    assert [change["kind"] for change in reply["changes"]] == ["inspection", "op"]


def test_a_long_history_comes_in_pages_and_nothing_is_skipped(lin, zhao):
    for number in range(1150):
        lin.write(f"answer/{number % 4 + 1}/note", f"第 {number} 次")
    lin.sync()
    page = zhao.push([]).get_json()
    assert (len(page["changes"]), page["more"]) == (1000, True)
    zhao.sync()
    assert zhao.replica == lin.replica
    again = zhao.push([]).get_json()
    assert (again["changes"], again["more"]) == ([], False)


def test_a_late_word_after_the_approval_is_taken_in_and_listed(lin, zhao, zhou, approved_visit):
    seen = zhou.client.get(f"/api/v1/inspections/{approved_visit}").get_json()
    snapshot = seen["snapshot"]
    late = zhao.say("2", "not_met")
    assert zhao.sync()[late["id"]] in ("applied", "conflict")
    seen = zhou.client.get(f"/api/v1/inspections/{approved_visit}").get_json()
    assert seen["late"] == [late["id"]]
    assert seen["snapshot"] == snapshot
    assert seen["inspection"]["state"] == "approved"
