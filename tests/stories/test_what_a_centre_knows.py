"""What a centre learns of visits, orders and rechecks, and what it never does."""

import pytest

from mingcha.flows import accounts as account_flow
from mingcha.flows import demo, erasing, places
from mingcha.jobs import worker
from mingcha.store import inspections, people, photos, sites
from mingcha.store.db import db, transaction
from tests.cast import COUNTY, LIN, SHIQIAO, WU, ZHAO, Person
from tests.conftest import PASSWORD, problem_of
from tests.rectifying import (
    Side,
    approve_visit,
    approved,
    centre,
    desk,
    hands,
    issue,
    new_id,
    upload,
    work,
)  # fmt: skip
from tests.stories.phone import Phone
from tests.visits import photo_bytes

__all__ = ["approve_visit", "approved", "centre", "desk", "hands", "issue", "work"]


def _transcript(centre, photo, item, inspection):
    """Everything a centre can ask, as bytes that two worlds can be compared by."""
    centre.cursor = None
    answers = []
    for path in (
        "/rectification/changes", "/inbox", f"/rectification/items/{item}", f"/rectification/proposal/{inspection}",
        f"/inspections/{inspection}", f"/rectification/orders/{inspection}", "/rectification/board",
        "/rectification/ledger", f"/rectification/items/{item}/photos/{photo}/thumb", "/channels",
    ):  # fmt: skip
        answer = centre.ask("GET", path)
        body = answer.get_json()
        if path == "/channels":
            body["push"].pop("key")
        (body or {}).pop("server_time", None)
        answers.append((path.replace(inspection, "I").replace(item, "T").replace(photo, "P"), answer.status_code, body))
    upload_code = upload(centre, item, photo, photo_bytes(5), inspection).status_code
    return [*answers, upload_code]


def test_a_secret_visit_tells_the_centre_nothing_before_its_order(hands, approve_visit, desk, centre, issue, work):
    nothing = _transcript(centre, new_id(), new_id(), new_id())
    secret = approve_visit()  # submitted and approved, not issued
    work()
    seen = _transcript(centre, new_id(), new_id(), secret)
    assert seen == nothing
    assert centre.move(new_id(), "acknowledge")["code"] == "not_found"
    issue(secret)
    work()
    assert len(centre.get("/rectification/changes")["orders"]) == 1


def test_a_recheck_is_a_secret_visit_too(hands, approved, desk, centre, issue, work, client_of, id_of):
    order = issue(approved)["order"]
    item = order["items"][0]["id"]
    centre.move(item, "done", words="已改")
    work()

    photo = new_id()

    def heard():
        return _transcript(centre, photo, item, approved)

    heard()  # brings the photo
    before = heard()
    team = [id_of(LIN), id_of(ZHAO)]
    recheck = new_id()
    body = {"id": recheck, "team": team, "visit_on": "2026-09-25"}
    made = desk.post(f"/rectification/items/{item}/recheck", **body)
    assert made["item"]["rechecks"][0]["inspection"] == made["inspection"]
    assert desk.post(f"/rectification/items/{item}/recheck", **body)["inspection"] == made["inspection"]
    work()
    assert heard() == before
    assert "rechecks" not in centre.item(item)
    assert client_of(LIN).get(f"/api/v1/inspections/{made['inspection']}").status_code == 200
    one = {"id": new_id(), "team": team[:1], "visit_on": "2026-09-25"}
    assert problem_of(desk.ask("POST", f"/rectification/items/{item}/recheck", one)) == "inspection.team"


def test_a_recheck_leaves_the_ranking_alone_and_nobody_goes_whom_a_tie_keeps_away(
    hands, approve_visit, desk, issue, id_of, inside
):
    mine, other = approve_visit(), approve_visit("990123102", ("1",))
    ranking = "/grades?campaign=第四季度"
    units = [each.id for each in places.units(inspections.of_campaign(inspections.load([mine])[mine]))]
    before = desk.get(ranking)
    item = issue(mine)["order"]["items"][0]["id"]
    lin, zhao = id_of(LIN), id_of(ZHAO)

    with transaction():
        people.put(people.Person(zhao, COUNTY, ties={"named": [sites.by_id(demo.site_id(SHIQIAO)).code]}))
    body = {"id": new_id(), "team": [lin, zhao], "visit_on": "2026-09-25"}
    assert problem_of(desk.ask("POST", f"/rectification/items/{item}/recheck", body)) == "draw.recused"
    with transaction():
        people.drop(zhao)
    made = desk.post(f"/rectification/items/{item}/recheck", **body)
    assert desk.get(f"/inspections/{made['inspection']}")["inspection"]["campaign_title"] == "第四季度 · 复查"
    again = [each.id for each in places.units(inspections.of_campaign(inspections.load([mine])[mine]))]
    assert sorted(again) == sorted(units) == sorted([mine, other]), "the first visit counts, not the one to come"
    assert desk.get(ranking) == before
    late = {**body, "id": new_id(), "visit_on": "2026-09-18"}
    assert problem_of(desk.ask("POST", f"/rectification/items/{item}/recheck", late)) == "rectification.past_deadline"


def test_each_sees_its_own(hands, approved, desk, centre, issue, client_of, inside):
    item = issue(approved)["order"]["items"][0]["id"]
    account_flow.add(None, username="bai", name="白", role="centre", scope="990123102", password=PASSWORD)
    db.session.remove()
    bai = client_of(Person("bai", "白", "centre", "990123102"))
    for path in (f"items/{item}", f"orders/{approved}"):
        assert problem_of(bai.get(f"/api/v1/rectification/{path}")) == "not_found"
    assert bai.get("/api/v1/rectification/changes").get_json()["orders"] == []
    moved = bai.post(
        "/api/v1/rectification/moves",
        json={"moves": [{"id": new_id(), "item": item, "kind": "acknowledge", "content": {}}]},
    )
    assert moved.get_json()["results"][0]["code"] == "not_found"
    lin, wu = client_of(LIN), client_of(WU)
    assert problem_of(lin.get(f"/api/v1/rectification/items/{item}")) == "not_allowed"
    assert wu.get(f"/api/v1/rectification/items/{item}").status_code == 200
    assert problem_of(wu.post(f"/api/v1/rectification/items/{item}/close", json={"id": new_id()})) == "not_allowed"
    assert problem_of(centre.ask("POST", f"/rectification/items/{item}/close", {"id": new_id()})) == "not_allowed"
    assert problem_of(centre.ask("GET", "/rectification/ledger")) == "not_allowed"


def test_badges_never_reach_the_centre(hands, approved, desk, centre, issue):
    item = issue(approved)["order"]["items"][0]
    photos = {each["id"]: each["kind"] for each in desk.get(f"/inspections/{approved}")["photos"]}
    assert [photos[each] for each in item["before"]] == ["scene"]
    badge = next(photo for photo, kind in photos.items() if kind == "badge")
    assert problem_of(centre.ask("GET", f"/rectification/items/{item['id']}/photos/{badge}/large")) == "not_found"


def test_what_is_covered_erased_or_called_a_badge_later_is_so_on_the_centres_side_too(
    hands, approved, desk, centre, issue, work, client_of, inside
):
    item = issue(approved)["order"]["items"][0]
    (before,) = item["before"]
    road = f"/rectification/items/{item['id']}/photos/{before}"
    face = {"x": 2000, "y": 2000, "w": 4000, "h": 4000, "kind": "face"}

    def seen(side, size):
        return side.ask("GET", f"{road}/{size}").data

    plain = {size: seen(desk, size) for size in ("thumb", "large")}
    assert desk.ask("PUT", f"/photos/{before}/redaction", {"boxes": [face]}).status_code == 200
    reader = Side(WU, client_of)
    for size, as_it_is in plain.items():
        covered = reader.ask("GET", f"/photos/{before}/{size}").data
        assert covered != as_it_is
        assert seen(centre, size) == seen(reader, size) == covered
        assert seen(desk, size) == as_it_is, "who may see originals sees it here too"

    lin = Phone(client_of(LIN), approved, "phone-of-lin-again")
    lin.sync()
    lin.write(f"photo/{before}/kind", "badge")
    lin.sync()
    for side in (centre, reader, desk):
        assert problem_of(side.ask("GET", f"{road}/large")) == "not_found"
    lin.write(f"photo/{before}/kind", "scene")
    lin.sync()
    with transaction():
        erasing.erase(photos.by_id(before), why="retention:scene:90", actor=None)
    while worker.work_off():
        pass
    assert problem_of(centre.ask("GET", f"{road}/large")) == "photo.erased"


@pytest.mark.parametrize("name", ["x", "%00", "0190b0c0-0000-7000-8000-000000000001"])
def test_a_name_that_is_nothing_is_not_found(hands, desk, centre, name):
    for side in (desk, centre):
        assert problem_of(side.ask("GET", f"/rectification/items/{name}")) == "not_found"
        assert problem_of(side.ask("GET", f"/rectification/orders/{name}")) == "not_found"
