"""what looking at a photo finds, which look alike, what is covered for reports, and when bytes were deleted"""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signs", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("file_date", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erased_why", sa.String(length=40), nullable=True))
        batch_op.drop_index(batch_op.f("ix_photo_tenant_phash"))
        batch_op.create_index(batch_op.f("ix_photo_tenant_verified_at"), ["tenant", "verified_at"], unique=False)

    op.create_table(
        "photo_band",
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("phash", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key", "sha256", name=op.f("pk_photo_band")),
    )
    with op.batch_alter_table("photo_band", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_band_sha256"), ["sha256"], unique=False)

    op.create_table(
        "photo_pair",
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("other", sa.String(length=64), nullable=False),
        sa.Column("bits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "sha256", "other", name=op.f("pk_photo_pair")),
    )
    with op.batch_alter_table("photo_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_pair_other"), ["other"], unique=False)

    op.create_table(
        "redaction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=6), nullable=False),
        sa.Column("inspection", sa.String(length=36), nullable=False),
        sa.Column("photo", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("boxes", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_redaction_account_account")),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name=op.f("fk_redaction_inspection_inspection")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
    )
    with op.batch_alter_table("redaction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_redaction_inspection_photo_number"), ["inspection", "photo", "number"], unique=True
        )
    _look_again()


def downgrade() -> None:
    op.drop_table("redaction")
    op.drop_table("photo_pair")
    op.drop_table("photo_band")
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_tenant_verified_at"))
        batch_op.create_index(batch_op.f("ix_photo_tenant_phash"), ["tenant", "phash"], unique=False)
        for column in ("erased_why", "erased_at", "file_date", "signs"):
            batch_op.drop_column(column)


def _look_again() -> None:
    """What the new tables hold is found by looking at the pictures: each is ordered once more."""
    photo = sa.table("photo", *map(sa.column, ("sha256", "tenant", "looked")))
    job = sa.table(
        "job", sa.column("id"), sa.column("tenant"), sa.column("kind"), sa.column("subject"),
        sa.column("due_at", sa.DateTime(timezone=True)), sa.column("tries"),
    )  # fmt: skip
    connection = op.get_bind()
    now = datetime.now(UTC)
    seen = connection.execute(
        sa.select(photo.c.sha256, sa.func.min(photo.c.tenant)).where(photo.c.looked.isnot(None)).group_by(photo.c.sha256)
    ).all()
    for sha256, tenant in seen:
        connection.execute(
            job.insert().values(
                id=str(uuid.uuid4()), tenant=tenant, kind="photo.derive", subject=sha256, due_at=now, tries=0
            )
        )
