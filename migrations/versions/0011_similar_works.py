"""Works that readers rate like others, as a chore finds out.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "similar_works",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["works.id"],
                name=op.f(f"fk_similar_works_{column}_works"),
                ondelete="CASCADE",
            )
            for column in ("work_id", "other_id")
        ),
        sa.PrimaryKeyConstraint("work_id", "position", name=op.f("pk_similar_works")),
    )
    op.create_index("ix_similar_works_other_id", "similar_works", ["other_id"])


def downgrade():
    op.drop_table("similar_works")
