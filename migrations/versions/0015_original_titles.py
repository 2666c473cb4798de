"""How a work was called first: the title of what was translated, or came out elsewhere as another.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "works",
        sa.Column("original_title", sa.String(length=300), server_default="", nullable=False),
    )


def downgrade():
    with op.batch_alter_table("works") as works:
        works.drop_column("original_title")
