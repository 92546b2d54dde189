"""Results that go out, and exports that know their campaign by its id."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("export") as batch:
        batch.add_column(sa.Column("campaign", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("region", sa.String(length=12), nullable=False, server_default=""))
    # Until now exports were known by the campaign's title, and were of a whole county.
    op.execute("UPDATE export SET campaign = campaign_title, region = tenant")
    with op.batch_alter_table("export") as batch:
        batch.alter_column("campaign", server_default=None)
        batch.alter_column("region", server_default=None)
    op.create_table(
        "publication",
        sa.Column("campaign", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account", sa.String(length=36), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"], name=op.f("fk_publication_campaign_campaign")),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name=op.f("fk_publication_by_account_account")),
        sa.PrimaryKeyConstraint("campaign", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_tenant"), "publication", ["tenant"])


def downgrade() -> None:
    op.drop_table("publication")
    with op.batch_alter_table("export") as batch:
        batch.drop_column("region")
        batch.drop_column("campaign")
