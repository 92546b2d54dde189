"""The revisions and the models agree, up and down, on both engines."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from mingcha.config import HOUSE
from mingcha.store import revisions
from mingcha.store.db import Base, Moment, db


def test_the_migrated_tables_are_what_the_models_say(inside):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        assert compare_metadata(context, Base.metadata) == []


def test_every_revision_goes_down_and_up_again(inside):
    revisions.downgrade(HOUSE / "migrations", "base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    revisions.upgrade(HOUSE / "migrations")
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_there_is_one_line_of_revisions(inside):
    folder = ScriptDirectory(str(HOUSE / "migrations"))
    assert len(folder.get_heads()) == 1


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_a_moment_in_a_table_always_has_its_zone(table):
    for column in table.columns:
        if "DATETIME" in str(column.type).upper():
            assert isinstance(column.type, Moment), f"{table.name}.{column.name}"


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_row_carries_its_county(table):
    of_the_instance = {"setting", "attempt", "checklist", "sign_on_journey"}
    assert ("tenant" in table.columns) != (table.name in of_the_instance)
