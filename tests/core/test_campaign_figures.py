"""What a campaign came to, by hand: means, shares, faults, tiers, and against the last one."""

from mingcha.core.campaign_figures import Fault, figures
from mingcha.core.checklist.model import Checklist
from mingcha.core.scoring import campaign
from tests.core.scoring_lists import checklist
from tests.visits import small_checklist

LIST = Checklist.parse(small_checklist())
TOWN = {"a": "990123101", "b": "990123101", "c": "990123102"}


def sheet(faults=(), open_=(), gone=()):
    """Four rows of two marks; half a mark for each fault counted."""
    answers = {
        number: {"verdict": "not_applicable" if number in gone else "not_met" if number in dict(faults) else "met"}
        for number in ("1", "2", "3", "4") if number not in open_
    }
    findings = [
        {"id": f"f{number}", "indicator": number, "clause": "a", "item": None, "case": None, "count": count, "note": "", "photos": []}
        for number, count in faults
    ]  # fmt: skip
    return {"checklist": "small", "version": "1", "answers": answers, "findings": findings}


def told(sheets, faults=None, before=None):
    return figures(LIST, campaign(LIST, sheets), TOWN, faults or {}, before)


def test_means_are_of_the_sites_and_shares_of_the_full_marks():
    """8, 7.5 and 6.5 of 8: together 22 of 24, 7.33 on average, 91.7 %."""
    found = told({"a": sheet(), "b": sheet([("1", 1)]), "c": sheet([("1", 2), ("2", 1)])})
    assert found["all"] == {"sites": 3, "low": "7.33", "high": "7.33", "full": "8", "share_low": "91.7", "share_high": "91.7"}
    assert found["settled"]
    assert [(each["town"], each["sites"], each["high"], each["share_high"]) for each in found["towns"]] == [
        ("990123101", 2, "7.75", "96.9"), ("990123102", 1, "6.5", "81.3")]
    assert [(each["id"], each["high"]) for each in found["categories"]] == [("1", "7.33")]


def test_an_indicator_says_at_how_many_sites_it_failed_and_what_it_cost():
    """Row 1 fails at b (0.5) and c (1): 1.5 taken, met at one of three, 33.3 %."""
    found = told({"a": sheet(), "b": sheet([("1", 1)]), "c": sheet([("1", 2), ("2", 1)])})
    rows = {each["id"]: each for each in found["indicators"]}
    assert (rows["1"]["met"], rows["1"]["lost"], rows["1"]["taken"], rows["1"]["rate"]) == (1, 2, "1.5", "33.3")
    assert (rows["2"]["taken"], rows["4"]["taken"], rows["4"]["rate"]) == ("0.5", "0", "100")


def test_what_is_not_settled_keeps_the_means_a_range():
    """Row 4 of b is open, and may be worth nothing or two marks: 8 and 6–8 are 7–8 on average."""
    found = told({"a": sheet(), "b": sheet(open_=("4",))})
    assert (found["all"]["low"], found["all"]["high"], found["settled"]) == ("7", "8", False)
    assert next(each for each in found["indicators"] if each["id"] == "4")["open"] == 1


def test_what_does_not_apply_is_taken_out_of_a_share():
    found = told({"a": sheet([("1", 2)], gone=("2",))})
    row = next(each for each in found["indicators"] if each["id"] == "2")
    assert (row["not_applicable"], row["sites"], row["rate"]) == (1, 0, None)


def test_the_commonest_faults_come_first_by_sites_and_then_by_count():
    faults = {"a": [Fault("2", "a", 9)], "b": [Fault("1", "a", 1), Fault("3", None, 2)], "c": [Fault("1", "a", 2), Fault("1", "a", 1)]}
    found = told({"a": sheet(), "b": sheet(), "c": sheet()}, faults)["faults"]
    assert [(each["indicator"], each["clause"], each["sites"], each["count"]) for each in found] == [
        ("1", "a", 2, 4), ("2", "a", 1, 9), ("3", None, 1, 2)]


def test_against_the_last_campaign_in_marks_or_in_points_of_the_share():
    """a: 6 → 7.5 of 8 is +1.5 marks. b: 50 % of 6 → 8 of 8 is +50 points. c was a range: nothing to say. d has gone."""
    before = {
        "a": {"low": "6", "high": "6", "full": "8", "place": [1, 1]}, "b": {"low": "3", "high": "3", "full": "6", "place": [2, 2]},
        "d": {"low": "1", "high": "1", "full": "8", "place": [3, 3]},
    }  # fmt: skip
    found = told({"a": sheet([("1", 1)]), "b": sheet(), "c": sheet()}, before=before)["compare"]
    said = {each["site"]: (each["change"], each["in"]) for each in found["sites"]}
    assert said == {"a": ("1.5", "marks"), "b": ("50", "share")}
    assert (found["new"], found["gone"], found["then"]["high"], found["now"]["high"]) == (1, 1, "4.5", "7.75")
    ranged = told({"a": sheet()}, before={"a": {"low": "1", "high": "2", "full": "8", "place": [1, 1]}})["compare"]["sites"][0]
    assert ranged["change"] is None


def test_tiers_are_counted_with_what_stands_most_often_before_the_next():
    """000: at every threshold a hall is a model one; with 120 m² (150 wanted) and row 12 not met it is a standard one."""
    list_ = checklist("ningbo-58")
    model = {"4": {"area": "150"}, "23": {"online_rate": "90"}, "36": {"satisfaction": "99"}, "41": {"kept_days": "30"},
             "51": {"trainings": "1"}, "46": {"established_share": "30"}, "47": {"under45_share": "50"}}

    def hall(area="150", **more):
        measures = model | {"4": {"area": area}}
        answers = {id: {"verdict": None if id in measures else "met", "measures": measures.get(id, {})} for id in list_.indicators}
        return {"checklist": "ningbo-58", "version": list_.version, "answers": answers | more.get("answers", {})}

    rows = campaign(list_, {"a": hall(), "b": hall("120"), "c": hall("120", answers={"12": {"verdict": "not_met"}})})
    found = figures(list_, rows, TOWN, {})["tiers"]
    assert [(each["tier"], each["sites"]) for each in found["reached"]] == [("model", 1), ("standard", 2), (None, 0)]
    assert [(each["indicator"], each["sites"]) for each in found["between"]] == [("4", 2), ("12", 1)]


def test_nothing_at_all_has_no_mean():
    assert told({})["all"]["high"] is None
