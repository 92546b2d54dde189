"""Campaigns, draws, visits that are not open yet, and what a registry knows."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _id(name: str, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _tenant() -> "sa.Column[str]":
    return sa.Column("tenant", sa.String(length=6), nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("site") as batch:
        batch.add_column(sa.Column("code", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("windows", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("person", sa.String(length=80), nullable=False, server_default=""))
        batch.add_column(sa.Column("hours", sa.String(length=80), nullable=False, server_default=""))
        batch.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.create_index(batch.f("ix_site_code"), ["code"])
    with op.batch_alter_table("inspection") as batch:
        batch.add_column(_id("campaign", nullable=True))
        batch.create_index(batch.f("ix_inspection_campaign"), ["campaign"])
    op.create_table(
        "person",
        _id("account"),
        _tenant(),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("qualifications", sa.Text(), nullable=False),
        sa.Column("ties", sa.Text(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_person_account_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_tenant"), "person", ["tenant"])
    op.create_table(
        "registry_import",
        _id("id"),
        _tenant(),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("touched", sa.Text(), nullable=False),
        _id("by", nullable=True),
        _moment("at"),
        _moment("undone_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_import")),
    )
    op.create_index(op.f("ix_registry_import_tenant"), "registry_import", ["tenant"])
    op.create_table(
        "campaign",
        _id("id"),
        _tenant(),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("checklist", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("seed", sa.String(length=400), nullable=True),
        sa.Column("pool", sa.Text(), nullable=True),
        sa.Column("final", sa.Text(), nullable=True),
        _moment("created_at"),
        sa.ForeignKeyConstraint(["checklist"], ["checklist.digest"], name=op.f("fk_campaign_checklist_checklist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(op.f("ix_campaign_tenant"), "campaign", ["tenant"])
    op.create_table(
        "draw_event",
        _id("id"),
        _tenant(),
        _id("campaign"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _id("by"),
        _moment("at"),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"], name=op.f("fk_draw_event_campaign_campaign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_event")),
        sa.UniqueConstraint("campaign", "number", name=op.f("uq_draw_event_campaign_number")),
    )
    op.create_table(
        "drawn_visit",
        _id("id"),
        _tenant(),
        _id("campaign"),
        _id("site"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("visit_on", sa.String(length=10), nullable=False),
        _moment("opens_at", nullable=True),
        _moment("opened_at", nullable=True),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"], name=op.f("fk_drawn_visit_campaign_campaign")),
        sa.ForeignKeyConstraint(["site"], ["site.id"], name=op.f("fk_drawn_visit_site_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_visit")),
    )
    op.create_index(op.f("ix_drawn_visit_campaign"), "drawn_visit", ["campaign"])
    op.create_index(op.f("ix_drawn_visit_opens_at"), "drawn_visit", ["opens_at"])
    op.create_table(
        "first_sight",
        _id("inspection"),
        _id("account"),
        _tenant(),
        _moment("at"),
        sa.PrimaryKeyConstraint("inspection", "account", name=op.f("pk_first_sight")),
    )


def downgrade() -> None:
    for table in ("first_sight", "drawn_visit", "draw_event", "campaign", "registry_import", "person"):
        op.drop_table(table)
    with op.batch_alter_table("inspection") as batch:
        batch.drop_index(batch.f("ix_inspection_campaign"))
        batch.drop_column("campaign")
    with op.batch_alter_table("site") as batch:
        batch.drop_index(batch.f("ix_site_code"))
        for name in ("active", "hours", "person", "windows", "code"):
            batch.drop_column(name)
