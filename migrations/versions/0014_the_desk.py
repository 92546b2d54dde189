"""The desk: where each person last looked, which devices have read what, and how each inspection stands."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _id(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=36), nullable=False)


def _moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _tenant() -> "sa.Column[str]":
    return sa.Column("tenant", sa.String(length=6), nullable=False)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "desk_look",
        _id("account"),
        _id("inspection"),
        _tenant(),
        _number("seq"),
        _moment("at"),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_desk_look_account_account")),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name=op.f("fk_desk_look_inspection_inspection")),
        sa.PrimaryKeyConstraint("account", "inspection", name=op.f("pk_desk_look")),
    )
    op.create_table(
        "reading",
        _id("inspection"),
        _id("account"),
        sa.Column("device", sa.String(length=64), nullable=False),
        _tenant(),
        _number("upto"),
        _moment("first_at"),
        _moment("at"),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name=op.f("fk_reading_inspection_inspection")),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_reading_account_account")),
        sa.PrimaryKeyConstraint("inspection", "account", "device", name=op.f("pk_reading")),
    )
    op.create_table(
        "standing",
        _id("inspection"),
        _tenant(),
        _number("seq"),
        sa.Column("stage", sa.String(length=12), nullable=False),
        _number("urgency"),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name=op.f("fk_standing_inspection_inspection")),
        sa.PrimaryKeyConstraint("inspection", name=op.f("pk_standing")),
    )


def downgrade() -> None:
    op.drop_table("standing")
    op.drop_table("reading")
    op.drop_table("desk_look")
