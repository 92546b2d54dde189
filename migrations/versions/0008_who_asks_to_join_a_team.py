"""who asks to join a team"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "join_request",
        sa.Column("inspection", sa.String(length=36), nullable=False),
        sa.Column("account", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("inviter", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("admitted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_join_request_account_account")),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name=op.f("fk_join_request_inspection_inspection")),
        sa.ForeignKeyConstraint(["inviter"], ["account.id"], name=op.f("fk_join_request_inviter_account")),
        sa.PrimaryKeyConstraint("inspection", "account", name=op.f("pk_join_request")),
    )
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_request_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_request_tenant"), ["tenant"], unique=False)


def downgrade() -> None:
    op.drop_table("join_request")
