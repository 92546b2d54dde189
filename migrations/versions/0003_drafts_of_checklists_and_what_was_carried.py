"""drafts of checklists, whose versions are whose, and what was carried forward"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheme", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("replaces", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("owner", sa.String(length=12), nullable=True))
    _fill_in()
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.alter_column("scheme", existing_type=sa.String(length=16), nullable=False)
        batch_op.alter_column("owner", existing_type=sa.String(length=12), nullable=False)

    op.create_table(
        "checklist_draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_draft")),
    )
    with op.batch_alter_table("checklist_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_draft_tenant"), ["tenant"], unique=False)

    op.create_table(
        "carried",
        sa.Column("inspection", sa.String(length=36), nullable=False),
        sa.Column("origin", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name=op.f("fk_carried_inspection_inspection")),
        sa.ForeignKeyConstraint(["origin"], ["inspection.id"], name=op.f("fk_carried_origin_inspection")),
        sa.PrimaryKeyConstraint("inspection", name=op.f("pk_carried")),
    )
    with op.batch_alter_table("carried", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carried_origin"), ["origin"], unique=False)


def downgrade() -> None:
    op.drop_table("carried")
    op.drop_table("checklist_draft")
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        for column in ("owner", "note", "replaces", "scheme"):
            batch_op.drop_column(column)


def _fill_in() -> None:
    """What the new columns say stands in the bodies of the versions that are there."""
    table = sa.table("checklist", *map(sa.column, ("digest", "body", "scheme", "replaces", "note", "owner")))
    connection = op.get_bind()
    for digest, body in connection.execute(sa.select(table.c.digest, table.c.body)).all():
        content = json.loads(bytes(body))
        replaces = content.get("replaces") or {}
        note = replaces.get("note")
        connection.execute(
            table.update()
            .where(table.c.digest == digest)
            .values(
                scheme=content["scheme"],
                replaces=replaces.get("version"),
                note=json.dumps(note, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if note else None,
                owner="00",
            )
        )
