"""decisions about grades, each with its source and reason"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grade_decision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("campaign", sa.String(length=200), nullable=False),
        sa.Column("site", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["site.id"], name=op.f("fk_grade_decision_site_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_decision")),
    )
    with op.batch_alter_table("grade_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grade_decision_site"), ["site"], unique=False)
        batch_op.create_index(batch_op.f("ix_grade_decision_tenant"), ["tenant"], unique=False)


def downgrade() -> None:
    op.drop_table("grade_decision")
