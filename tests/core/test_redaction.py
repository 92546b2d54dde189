"""Boxes over faces and numbers."""

import pytest

from mingcha.core.problems import Refused
from mingcha.core.redaction import MOST_BOXES, boxes, variant

BOX = {"x": 1000, "y": 2000, "w": 3000, "h": 4000, "kind": "face"}


def test_well_formed_boxes_are_kept_in_their_order():
    assert boxes([BOX, {**BOX, "kind": "number"}]) == [BOX, {**BOX, "kind": "number"}]
    assert boxes([]) == []


@pytest.mark.parametrize(
    "raw",
    [None, {}, "[]", [None], [{}], [{**BOX, "extra": 1}], [{**BOX, "x": -1}], [{**BOX, "x": 1.5}], [{**BOX, "x": True}],
     [{**BOX, "w": 9001}], [{**BOX, "h": 49}], [{**BOX, "kind": "name"}], [BOX] * (MOST_BOXES + 1)],
)  # fmt: skip
def test_what_is_no_list_of_boxes_is_refused(raw):
    with pytest.raises(Refused, match=r"photo\.boxes"):
        boxes(raw)


def test_a_covered_picture_has_a_name_of_its_own_for_each_set_of_boxes():
    assert variant("large", []) == "large"
    assert len({variant("large", []), variant("large", [BOX]), variant("large", [{**BOX, "x": 0}])}) == 3
