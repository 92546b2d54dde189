"""Who may do what to whom, written by hand: the table in `core/access.py` must say the same.

Each row is a deed and a subject; each column a person of the cast, and `nobody` who has not signed in.
`Y` may; `-` is told 404, as if there were no such thing; `x` is told that the role may never; `s` is asked to sign in.
"""

import pytest

from mingcha.core.access import ACCESS, NOBODY, RELATIONS, ROLES, STRANGER, Actor, Subject, demand, may, may_ever
from mingcha.core.deeds import DEEDS
from mingcha.core.problems import Refused
from tests.cast import CHEN, COUNTY, LIN, OTHER_COUNTY, QIAN, SHI, SHIQIAO, WU, ZHOU

COLUMNS = (LIN, ZHOU, SHI, WU, CHEN, QIAN, None)

HERE = Subject(SHIQIAO)
MINE = Subject(SHIQIAO, frozenset({"assigned"}))
ISSUED = Subject(SHIQIAO, frozenset({"issued"}))
OTHER_TOWN = Subject("990123102")
OTHER_TOWN_ISSUED = Subject("990123102", frozenset({"issued"}))
FAR = Subject("990456101")
FAR_MINE = Subject("990456101", frozenset({"assigned"}))
WHOLE_COUNTY = Subject(COUNTY)
ME = Subject(SHIQIAO, frozenset({"self"}))

#                                              lin zhou shi wu chen qian nobody
EXPECTED = [
    ("app.read",           None,               "Y  Y    Y   Y  Y    Y    Y"),
    ("metrics.read",       None,               "x  x    x   x  Y    x    s"),
    ("session.open",       None,               "Y  Y    Y   Y  Y    Y    Y"),
    ("session.read",       None,               "Y  Y    Y   Y  Y    Y    s"),
    ("session.close",      None,               "Y  Y    Y   Y  Y    Y    Y"),
    ("session.list",       None,               "Y  Y    Y   Y  Y    Y    s"),
    ("session.end",        ME,                 "Y  Y    Y   Y  Y    Y    s"),
    ("session.end",        HERE,               "-  -    -   -  -    -    s"),
    ("session.second",     None,               "Y  Y    Y   Y  Y    Y    s"),
    ("session.password",   None,               "Y  Y    Y   Y  Y    Y    s"),
    ("session.revoke",     HERE,               "x  x    x   x  Y    x    s"),
    ("session.revoke",     FAR,                "x  x    x   x  -    x    s"),
    ("factor.manage",      None,               "Y  Y    Y   Y  Y    Y    s"),
    ("account.invite",     HERE,               "x  x    x   x  Y    x    s"),
    ("account.invite",     FAR,                "x  x    x   x  -    x    s"),
    ("account.accept",     None,               "Y  Y    Y   Y  Y    Y    Y"),
    ("account.disable",    HERE,               "x  x    x   x  Y    x    s"),
    ("account.disable",    FAR,                "x  x    x   x  -    x    s"),
    ("account.enable",     HERE,               "x  x    x   x  Y    x    s"),
    ("account.enable",     FAR,                "x  x    x   x  -    x    s"),
    ("account.devices",    HERE,               "x  x    x   x  Y    x    s"),
    ("account.devices",    FAR,                "x  x    x   x  -    x    s"),
    ("account.factors",    HERE,               "x  x    x   x  Y    x    s"),
    ("account.factors",    FAR,                "x  x    x   x  -    x    s"),
    ("account.rules",      WHOLE_COUNTY,       "x  x    x   x  Y    x    s"),
    ("account.rules",      FAR,                "x  x    x   x  -    x    s"),
    ("assignment.hand_over", HERE,             "x  Y    x   x  x    x    s"),
    ("assignment.hand_over", MINE,             "x  Y    x   x  x    x    s"),
    ("assignment.hand_over", FAR,              "x  -    x   x  x    x    s"),
    ("feedback.send",      None,               "Y  Y    Y   Y  Y    Y    s"),
    ("feedback.read",      WHOLE_COUNTY,       "x  Y    x   x  Y    x    s"),
    ("feedback.read",      FAR,                "x  -    x   x  -    x    s"),
    ("account.list",       WHOLE_COUNTY,       "x  x    x   x  Y    x    s"),
    ("account.list",       FAR,                "x  x    x   x  -    x    s"),
    ("account.add",        HERE,               "x  x    x   x  Y    x    s"),
    ("account.add",        FAR,                "x  x    x   x  -    x    s"),
    ("account.password",   HERE,               "-  -    -   -  Y    -    s"),
    ("account.password",   ME,                 "Y  Y    Y   Y  Y    Y    s"),
    ("account.password",   FAR,                "-  -    -   -  -    -    s"),
    ("site.list",          HERE,               "Y  Y    Y   Y  Y    -    s"),
    ("site.list",          OTHER_TOWN,         "Y  Y    -   Y  Y    -    s"),
    ("site.list",          FAR,                "-  -    -   -  -    Y    s"),
    ("audit.read",         WHOLE_COUNTY,       "x  x    x   Y  Y    x    s"),
    ("audit.read",         FAR,                "x  x    x   -  -    x    s"),
    ("registry.read",      WHOLE_COUNTY,       "x  Y    x   x  Y    x    s"),
    ("registry.read",      FAR,                "x  -    x   x  -    x    s"),
    ("registry.people",    WHOLE_COUNTY,       "x  Y    x   x  Y    x    s"),
    ("registry.people",    FAR,                "x  -    x   x  -    x    s"),
    ("registry.import",    WHOLE_COUNTY,       "x  Y    x   x  Y    x    s"),
    ("registry.import",    FAR,                "x  -    x   x  -    x    s"),
    ("registry.undo",      WHOLE_COUNTY,       "x  Y    x   x  Y    x    s"),
    ("registry.undo",      FAR,                "x  -    x   x  -    x    s"),
    ("campaign.read",      WHOLE_COUNTY,       "x  Y    x   Y  x    x    s"),
    ("campaign.read",      FAR,                "x  -    x   -  x    x    s"),
    ("campaign.plan",      WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("campaign.plan",      FAR,                "x  -    x   x  x    x    s"),
    ("draw.commit",        WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("draw.commit",        FAR,                "x  -    x   x  x    x    s"),
    ("draw.run",           WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("draw.run",           FAR,                "x  -    x   x  x    x    s"),
    ("draw.read",          WHOLE_COUNTY,       "x  Y    x   Y  x    x    s"),
    ("draw.read",          FAR,                "x  -    x   -  x    x    s"),
    ("draw.redraw",        WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("draw.redraw",        FAR,                "x  -    x   x  x    x    s"),
    ("draw.swap",          WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("draw.swap",          FAR,                "x  -    x   x  x    x    s"),
    ("campaign.start",     WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("campaign.start",     FAR,                "x  -    x   x  x    x    s"),
    ("campaign.release",   WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("campaign.release",   FAR,                "x  -    x   x  x    x    s"),
    ("campaign.close",     WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("campaign.close",     FAR,                "x  -    x   x  x    x    s"),
    ("campaign.publish",   WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("campaign.publish",   FAR,                "x  -    x   x  x    x    s"),
    ("campaign.public",    WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("campaign.public",    FAR,                "x  -    x   x  x    x    s"),
    ("campaign.withdraw",  WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("campaign.withdraw",  FAR,                "x  -    x   x  x    x    s"),
    ("result.read",        WHOLE_COUNTY,       "x  Y    x   Y  x    x    s"),
    ("result.read",        FAR,                "x  -    x   -  x    x    s"),
    ("result.own",         HERE,               "x  x    -   x  x    x    s"),
    ("result.own",         ISSUED,             "x  x    Y   x  x    x    s"),
    ("result.own",         OTHER_TOWN_ISSUED,  "x  x    -   x  x    x    s"),
    ("public.read",        None,               "Y  Y    Y   Y  Y    Y    Y"),
    ("assignment.depart",  None,               "Y  x    x   x  x    Y    s"),
    ("assignment.seen",    MINE,               "Y  x    x   x  x    -    s"),
    ("assignment.seen",    HERE,               "-  x    x   x  x    -    s"),
    ("visit.adhoc",        HERE,               "Y  x    x   x  x    -    s"),
    ("visit.adhoc",        FAR,                "-  x    x   x  x    Y    s"),
    ("visit.team",         MINE,               "Y  Y    x   x  x    -    s"),
    ("visit.team",         HERE,               "-  Y    x   x  x    -    s"),
    ("visit.team",         FAR,                "-  -    x   x  x    -    s"),
    ("checklist.list",     None,               "x  Y    x   Y  Y    x    s"),
    ("checklist.draft",    WHOLE_COUNTY,       "x  Y    x   x  Y    x    s"),
    ("checklist.draft",    FAR,                "x  -    x   x  -    x    s"),
    ("checklist.publish",  WHOLE_COUNTY,       "x  Y    x   x  Y    x    s"),
    ("checklist.publish",  FAR,                "x  -    x   x  -    x    s"),
    ("inspection.carry",   HERE,               "x  Y    x   x  x    x    s"),
    ("inspection.carry",   MINE,               "x  Y    x   x  x    x    s"),
    ("inspection.carry",   FAR,                "x  -    x   x  x    x    s"),
    ("inspection.create",  HERE,               "x  x    x   x  x    x    s"),
    ("photo.badge",        MINE,               "Y  Y    x   x  x    -    s"),
    ("photo.badge",        HERE,               "-  Y    x   x  x    -    s"),
    ("photo.badge",        FAR_MINE,           "-  -    x   x  x    Y    s"),
    ("photo.original",     MINE,               "Y  Y    x   x  x    -    s"),
    ("photo.original",     HERE,               "-  Y    x   x  x    -    s"),
    ("photo.original",     FAR_MINE,           "-  -    x   x  x    Y    s"),
    ("checklist.read",     None,               "Y  Y    Y   Y  Y    Y    s"),
    ("inspection.sync",    MINE,               "Y  Y    -   -  -    -    s"),
    ("inspection.sync",    HERE,               "-  Y    -   -  -    -    s"),
    ("inspection.sync",    FAR_MINE,           "-  -    -   -  -    Y    s"),
    ("inspection.sync",    ISSUED,             "-  Y    -   -  -    -    s"),
    ("inspection.sync",    ME,                 "-  Y    Y   Y  Y    -    s"),
    ("inspection.list",    MINE,               "Y  Y    x   Y  x    -    s"),
    ("inspection.list",    HERE,               "-  Y    x   Y  x    -    s"),
    ("inspection.read",    MINE,               "Y  Y    -   Y  x    -    s"),
    ("inspection.read",    HERE,               "-  Y    -   Y  x    -    s"),
    ("inspection.read",    ISSUED,             "-  Y    Y   Y  x    -    s"),
    ("inspection.read",    OTHER_TOWN_ISSUED,  "-  Y    -   Y  x    -    s"),
    ("inspection.read",    FAR,                "-  -    -   -  x    -    s"),
    ("inspection.history", MINE,               "Y  Y    x   x  x    -    s"),
    ("inspection.history", HERE,               "-  Y    x   x  x    -    s"),
    ("inspection.history", ISSUED,             "-  Y    x   x  x    -    s"),
    ("inspection.history", FAR_MINE,           "-  -    x   x  x    Y    s"),
    ("inspection.record",  MINE,               "Y  x    x   x  x    -    s"),
    ("inspection.record",  HERE,               "-  x    x   x  x    -    s"),
    ("photo.upload",       MINE,               "Y  Y    -   x  x    -    s"),
    ("photo.upload",       HERE,               "-  Y    -   x  x    -    s"),
    ("photo.upload",       ISSUED,             "-  Y    Y   x  x    -    s"),
    ("photo.upload",       OTHER_TOWN_ISSUED,  "-  Y    -   x  x    -    s"),
    ("photo.upload",       FAR,                "-  -    -   x  x    -    s"),
    ("seal.read",          None,               "Y  Y    x   x  x    Y    s"),
    ("rescue.import",      HERE,               "Y  Y    x   x  x    -    s"),
    ("rescue.import",      FAR,                "-  -    x   x  x    Y    s"),
    ("inspection.join",    HERE,               "Y  x    x   x  x    -    s"),
    ("inspection.join",    FAR,                "-  x    x   x  x    Y    s"),
    ("team.admit",         HERE,               "x  Y    x   x  x    x    s"),
    ("team.admit",         FAR,                "x  -    x   x  x    x    s"),
    ("photo.read",         MINE,               "Y  Y    -   Y  x    -    s"),
    ("photo.read",         ISSUED,             "-  Y    Y   Y  x    -    s"),
    ("photo.read",         FAR,                "-  -    -   -  x    -    s"),
    ("paper.read",         MINE,               "Y  Y    -   Y  x    -    s"),
    ("paper.read",         HERE,               "-  Y    -   Y  x    -    s"),
    ("paper.read",         ISSUED,             "-  Y    Y   Y  x    -    s"),
    ("paper.read",         OTHER_TOWN_ISSUED,  "-  Y    -   Y  x    -    s"),
    ("paper.read",         FAR_MINE,           "-  -    -   -  x    Y    s"),
    ("paper.template",     WHOLE_COUNTY,       "x  x    x   x  Y    x    s"),
    ("paper.template",     FAR,                "x  x    x   x  -    x    s"),
    ("paper.verify",       None,               "Y  Y    Y   Y  Y    Y    Y"),
    ("export.campaign",    WHOLE_COUNTY,       "x  Y    x   x  x    x    s"),
    ("export.campaign",    FAR,                "x  -    x   x  x    x    s"),
    ("photo.redact",       MINE,               "x  Y    x   x  x    x    s"),
    ("photo.redact",       FAR,                "x  -    x   x  x    x    s"),
    ("evidence.proof",     HERE,               "x  Y    x   Y  x    x    s"),
    ("evidence.proof",     ISSUED,             "x  Y    x   Y  x    x    s"),
    ("evidence.proof",     FAR,                "x  -    x   -  x    x    s"),
    ("evidence.erase",     HERE,               "x  x    x   x  x    x    s"),
    ("retention.read",     WHOLE_COUNTY,       "x  Y    x   Y  Y    x    s"),
    ("retention.read",     FAR,                "x  -    x   -  -    x    s"),
    ("retention.set",      WHOLE_COUNTY,       "x  x    x   x  Y    x    s"),
    ("retention.set",      FAR,                "x  x    x   x  -    x    s"),
    ("person.export",      HERE,               "x  x    x   x  Y    x    s"),
    ("person.export",      FAR,                "x  x    x   x  -    x    s"),
    ("person.erase",       HERE,               "x  x    x   x  Y    x    s"),
    ("person.erase",       FAR,                "x  x    x   x  -    x    s"),
    ("held.read",          MINE,               "Y  Y    x   x  x    -    s"),
    ("held.read",          HERE,               "-  Y    x   x  x    -    s"),
    ("held.take_in",       HERE,               "x  Y    x   x  x    x    s"),
    ("held.take_in",       ME,                 "x  Y    x   x  x    x    s"),
    ("held.take_in",       FAR,                "x  -    x   x  x    x    s"),
    ("held.set_aside",     HERE,               "-  Y    x   x  x    -    s"),
    ("held.set_aside",     ME,                 "Y  Y    x   x  x    Y    s"),
    ("held.set_aside",     FAR,                "-  -    x   x  x    -    s"),
    ("inspection.look",    MINE,               "Y  Y    x   Y  x    -    s"),
    ("inspection.look",    HERE,               "-  Y    x   Y  x    -    s"),
    ("inspection.look",    FAR_MINE,           "-  -    x   -  x    Y    s"),
    ("inspection.trace",   MINE,               "Y  Y    x   Y  x    -    s"),
    ("inspection.trace",   HERE,               "-  Y    x   Y  x    -    s"),
    ("inspection.trace",   FAR,                "-  -    x   -  x    -    s"),
    ("review.join",        MINE,               "x  Y    x   x  x    x    s"),
    ("review.join",        FAR,                "x  -    x   x  x    x    s"),
    ("review.late",        MINE,               "x  Y    x   x  x    x    s"),
    ("review.late",        FAR,                "x  -    x   x  x    x    s"),
    ("review.reopen",      MINE,               "x  Y    x   x  x    x    s"),
    ("review.reopen",      FAR,                "x  -    x   x  x    x    s"),
    ("review.settle",      HERE,               "x  Y    x   x  x    x    s"),
    ("review.settle",      FAR,                "x  -    x   x  x    x    s"),
    ("review.return",      HERE,               "x  Y    x   x  x    x    s"),
    ("review.return",      FAR,                "x  -    x   x  x    x    s"),
    ("review.approve",     MINE,               "x  Y    x   x  x    x    s"),
    ("review.approve",     FAR,                "x  -    x   x  x    x    s"),
    ("rectification.issue",    HERE,              "x  Y    x   x  x    x    s"),
    ("rectification.issue",    FAR,               "x  -    x   x  x    x    s"),
    ("rectification.read",     HERE,              "x  Y    -   Y  x    x    s"),
    ("rectification.read",     ISSUED,            "x  Y    Y   Y  x    x    s"),
    ("rectification.read",     OTHER_TOWN_ISSUED, "x  Y    -   Y  x    x    s"),
    ("rectification.read",     FAR,               "x  -    -   -  x    x    s"),
    ("rectification.respond",  HERE,              "x  x    -   x  x    x    s"),
    ("rectification.respond",  ISSUED,            "x  x    Y   x  x    x    s"),
    ("rectification.respond",  OTHER_TOWN_ISSUED, "x  x    -   x  x    x    s"),
    ("rectification.extend",   ISSUED,            "x  Y    x   x  x    x    s"),
    ("rectification.extend",   FAR,               "x  -    x   x  x    x    s"),
    ("rectification.decide",   ISSUED,            "x  Y    x   x  x    x    s"),
    ("rectification.decide",   FAR,               "x  -    x   x  x    x    s"),
    ("rectification.close",    ISSUED,            "x  Y    x   x  x    x    s"),
    ("rectification.close",    FAR,               "x  -    x   x  x    x    s"),
    ("rectification.return",   ISSUED,            "x  Y    x   x  x    x    s"),
    ("rectification.return",   FAR,               "x  -    x   x  x    x    s"),
    ("rectification.escalate", ISSUED,            "x  Y    x   x  x    x    s"),
    ("rectification.escalate", FAR,               "x  -    x   x  x    x    s"),
    ("rectification.recheck",  ISSUED,            "x  Y    x   x  x    x    s"),
    ("rectification.recheck",  FAR,               "x  -    x   x  x    x    s"),
    ("rectification.figures",  WHOLE_COUNTY,      "x  Y    x   Y  x    x    s"),
    ("rectification.figures",  FAR,               "x  -    x   -  x    x    s"),
    ("inbox.read",             None,              "Y  Y    Y   Y  Y    Y    s"),
    ("channel.manage",         None,              "Y  Y    Y   Y  Y    Y    s"),
    ("channel.unit",           HERE,              "x  x    x   x  Y    x    s"),
    ("channel.unit",           FAR,               "x  x    x   x  -    x    s"),
    ("channel.unsubscribe",    None,              "Y  Y    Y   Y  Y    Y    Y"),
    ("calendar.read",          None,              "Y  Y    Y   Y  Y    Y    Y"),
    ("grade.read",         WHOLE_COUNTY,       "x  Y    x   Y  x    x    s"),
    ("grade.read",         FAR,                "x  -    x   -  x    x    s"),
    ("grade.decide",       HERE,               "x  Y    x   x  x    x    s"),
    ("grade.decide",       FAR,                "x  -    x   x  x    x    s"),
]  # fmt: skip

TOLD = {"Y": None, "-": "not_found", "x": "not_allowed", "s": "sign_in"}


@pytest.mark.parametrize(("deed", "subject", "answers"), EXPECTED)
def test_everyone_may_do_exactly_what_the_table_by_hand_says(deed, subject, answers):
    for person, answer in zip(COLUMNS, answers.split(), strict=True):
        actor = STRANGER if person is None else Actor(person.username, person.role, person.scope)
        who = person.username if person else NOBODY
        assert may(actor, deed, subject) is (answer == "Y"), f"{who}: {deed} {subject}"
        assert _told(actor, deed, subject) == TOLD[answer], f"{who}: {deed} {subject}"


def test_every_deed_is_in_the_table_by_hand_and_in_the_table_of_the_code():
    assert {deed for deed, _, _ in EXPECTED} == set(ACCESS) == set(DEEDS)


def test_every_role_of_the_table_is_a_role():
    assert {role for cells in ACCESS.values() for role in cells} == {*ROLES, NOBODY}


def test_a_deed_that_needs_a_subject_is_refused_without_one():
    lin = Actor("lin", LIN.role, LIN.scope)
    assert may_ever(lin, "inspection.record")
    assert not may(lin, "inspection.record")


def test_being_assigned_does_not_reach_beyond_ones_area():
    qian = Actor("qian", QIAN.role, OTHER_COUNTY)
    assert may(qian, "inspection.record", FAR_MINE)
    assert not may(qian, "inspection.record", Subject(SHIQIAO, frozenset(RELATIONS)))


def test_a_deed_that_nobody_wrote_down_is_refused_to_everyone():
    for person in (LIN, ZHOU, SHI, WU, CHEN):
        assert not may(Actor("a", person.role, person.scope), "site.destroy", HERE)


def test_an_account_without_a_scope_reaches_nothing():
    assert not may(Actor("a", "admin", ""), "account.list", HERE)


def _told(actor, deed, subject):
    try:
        demand(actor, deed, subject)
    except Refused as refused:
        return refused.code
    return None
