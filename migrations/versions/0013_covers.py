"""Pictures as covers: which a book shows, and who gave which when.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_LEFT = sa.text("left_at IS NOT NULL")


def upgrade():
    op.add_column("works", sa.Column("cover", sa.String(length=48)))
    op.create_table(
        "cover_images",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["uploader_id"],
            ["users.id"],
            name=op.f("fk_cover_images_uploader_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["works.id"],
            name=op.f("fk_cover_images_work_id_works"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_images")),
    )
    op.create_index("ix_cover_images_work_id_id", "cover_images", ["work_id", "id"])
    op.create_index("ix_cover_images_name", "cover_images", ["name"])
    op.create_index("ix_cover_images_uploader_id", "cover_images", ["uploader_id"])
    op.create_index(
        "ix_cover_images_left_at",
        "cover_images",
        ["left_at"],
        sqlite_where=_LEFT,
        postgresql_where=_LEFT,
    )


def downgrade():
    op.drop_table("cover_images")
    with op.batch_alter_table("works") as works:
        works.drop_column("cover")
