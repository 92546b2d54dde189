"""Region codes and what a scope covers."""

import pytest

from mingcha.core.regions import covers, is_region, tenant_of


@pytest.mark.parametrize("code", ["99", "9901", "990123", "990123101", "990123101001"])
def test_codes_of_all_five_levels_are_regions(code):
    assert is_region(code)


@pytest.mark.parametrize("code", ["", "9", "99012", "9901231", "99012a", "９９", "٩٩", "990123 ", "9901231010011"])
def test_anything_else_is_not(code):
    assert not is_region(code)


def test_a_scope_covers_what_begins_with_it_and_nothing_else():
    assert covers("990123", "990123101")
    assert covers("990123101", "990123101")
    assert not covers("990123101", "990123")
    assert not covers("990123", "990124101")
    assert not covers("", "990123")


def test_the_county_is_the_tenant():
    assert tenant_of("990123101001") == "990123"
    assert tenant_of("9901") == "9901"
