"""Photos that show the same as another: elsewhere, as far as one may see there, and again in the same visit."""

from typing import Any

from mingcha.core import evidence
from mingcha.core.access import Actor, may
from mingcha.flows import inspections as place_of
from mingcha.store import carried, inspections
from mingcha.store.inspections import Inspection
from mingcha.store.lookalikes import Twin

#: Of the live photos of a visit, by id and hash: the row that each stands under.
Rows = dict[tuple[str, str], str | None]


def elsewhere(
    actor: Actor | None, inspection: Inspection, alike: dict[str, list[Twin]]
) -> dict[str, list[dict[str, Any]]]:
    """By hash: photos of other inspections that show the same, for those who may see them there."""
    if actor is None:
        return {}
    # One photo in an inspection and in the one it was carried to is not used twice.
    own = carried.family(inspection.id)
    found = {sha256: [twin for twin in each if twin.inspection not in own] for sha256, each in alike.items()}
    places = inspections.load({twin.inspection for each in found.values() for twin in each})
    seen = {
        place.id: place
        for place in places.values()
        if may(actor, "photo.read", place_of.subject_of(actor, place))
    }
    return {
        sha256: [told(twin, seen[twin.inspection]) for twin in each if twin.inspection in seen]
        for sha256, each in found.items()
    }


def told(twin: Twin, place: Inspection) -> dict[str, Any]:
    return {
        "photo": twin.photo,
        "inspection": twin.inspection,
        "site": place.site.name,
        "visit_on": place.visit_on,
        "bits": twin.bits,
        "same": twin.same,
    }


def counted(there: list[dict[str, Any]], here: list[Twin], photo_id: str, rows: Rows) -> evidence.Twins:
    """Two shots of one thing in one row are how people photograph; the same under two rows is worth a look."""
    same = {each["inspection"] for each in there if each["same"]}
    own = {row for (each, _), row in rows.items() if each == photo_id} if here else set()
    return evidence.Twins(
        len(same),
        len({each["inspection"] for each in there} - same),
        tuple(rows[twin.photo, twin.sha256] for twin in here if twin.same),
        tuple(row for twin in here if not twin.same and (row := rows[twin.photo, twin.sha256]) not in own),
    )


def again(inspection_id: str, photo_id: str, rows: Rows, alike: list[Twin]) -> list[Twin]:
    """The other photos of the same visit that show the same."""
    return [
        twin
        for twin in alike
        if twin.inspection == inspection_id and twin.photo != photo_id and (twin.photo, twin.sha256) in rows
    ]
