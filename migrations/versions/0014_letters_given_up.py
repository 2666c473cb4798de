"""An index of the letters that nobody could deliver, whose number the admins' page tells.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    condition = sa.text("given_up_at IS NOT NULL")
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_letters_given_up",
            "letters",
            ["id"],
            sqlite_where=condition,
            postgresql_where=condition,
            if_not_exists=True,
            postgresql_concurrently=True,
        )


def downgrade():
    op.drop_index("ix_letters_given_up", table_name="letters")
