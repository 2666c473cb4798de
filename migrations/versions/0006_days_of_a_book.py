"""What came in about one book since a moment, newest first: by an index.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INDEX = "ix_reviews_latest_of_work"
_STANDING = sa.text("withdrawn_at IS NULL")


def upgrade():
    op.create_index(
        _INDEX,
        "reviews",
        ["work_id", "posted_at", "id"],
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def downgrade():
    op.drop_index(_INDEX, "reviews")
