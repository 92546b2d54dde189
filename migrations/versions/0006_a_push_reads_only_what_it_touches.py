"""an index for a push, an epoch from the beginning, and what became of a held op"""

import json
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STAGE = sa.text("target IN ('visit/submitted', 'review/return', 'review/approval')")


def upgrade() -> None:
    op.create_index("ix_op_inspection_target", "op", ["inspection", "target"], unique=False)
    op.drop_index("ix_op_stage", table_name="op")
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_how", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("settled_reason", sa.String(length=2000), nullable=True))
        batch_op.add_column(sa.Column("settled_op", sa.String(length=36), nullable=True))
    _make_epoch()


def downgrade() -> None:
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.drop_column("settled_op")
        batch_op.drop_column("settled_reason")
        batch_op.drop_column("settled_how")
    op.create_index("ix_op_stage", "op", ["inspection"], sqlite_where=_STAGE, postgresql_where=_STAGE)
    op.drop_index("ix_op_inspection_target", table_name="op")


def _make_epoch() -> None:
    """Before any phone can ask for it."""
    setting = sa.table("setting", sa.column("name", sa.String), sa.column("value", sa.Text))
    connection = op.get_bind()
    if connection.execute(sa.select(setting.c.value).where(setting.c.name == "epoch")).first() is None:
        connection.execute(setting.insert().values(name="epoch", value=json.dumps(str(uuid.uuid4()))))
