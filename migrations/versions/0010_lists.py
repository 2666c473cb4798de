"""Lists of works by subject, author, language, year and talk, each in the order of an index.

Revision ID: 0010
Revises: 0009
"""

from datetime import UTC, datetime, timedelta
from math import log2

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ZERO = sa.text("0")
_WARM = sa.text("heat IS NOT NULL")
_WORKS = (
    ("popularity", "id"),
    ("score", "id"),
    ("language", "popularity", "id"),
    ("first_published", "popularity", "id"),
)
_LISTINGS = (
    ("subject_id", "work_id"),
    ("subject_id", "popularity", "work_id"),
    ("subject_id", "score", "work_id"),
    ("subject_id", "published", "work_id"),
    ("subject_id", "title", "work_id"),
)
_AUTHORSHIPS = (("author_id", "popularity", "work_id"), ("author_id", "published", "work_id"))


def upgrade():
    _widen()
    _make_listings()
    _fill()
    for table, indexes in _indexes():
        for columns in indexes:
            op.create_index(_name(table, columns), table, list(columns))
    op.create_index(
        "ix_rating_summaries_heat_work_id",
        "rating_summaries",
        ["heat", "work_id"],
        sqlite_where=_WARM,
        postgresql_where=_WARM,
    )


def downgrade():
    op.drop_index("ix_rating_summaries_heat_work_id", "rating_summaries")
    for table, indexes in _indexes():
        for columns in indexes:
            op.drop_index(_name(table, columns), table)
    op.drop_table("listings")
    with op.batch_alter_table("rating_summaries") as summaries:
        summaries.drop_column("heat")
    for table, columns in (
        ("authorships", ("popularity", "published")),
        ("works", ("popularity", "score")),
        ("authors", ("bio", "born", "died")),
    ):
        with op.batch_alter_table(table) as altered:
            for column in columns:
                altered.drop_column(column)
    with op.batch_alter_table("subjects") as subjects:
        subjects.drop_constraint(op.f("fk_subjects_parent_id_subjects"), type_="foreignkey")
        subjects.drop_column("parent_id")
        subjects.drop_column("works_count")


def _indexes():
    yield "works", _WORKS
    yield "listings", _LISTINGS
    yield "authorships", _AUTHORSHIPS
    yield "subjects", (("parent_id", "works_count", "id"),)


def _name(table, columns):
    return f"ix_{table}_{'_'.join(columns)}"


def _widen():
    op.add_column("authors", sa.Column("bio", sa.Text(), nullable=False, server_default=""))
    op.add_column("authors", sa.Column("born", sa.SmallInteger()))
    op.add_column("authors", sa.Column("died", sa.SmallInteger()))
    op.add_column("works", _counted("popularity", sa.Integer()))
    op.add_column("works", _counted("score", sa.Float()))
    op.add_column("authorships", _counted("popularity", sa.Integer()))
    op.add_column(
        "authorships",
        sa.Column(
            "published",
            sa.SmallInteger(),
            nullable=False,
            server_default=sa.text("-9999"),
        ),
    )
    op.add_column("rating_summaries", sa.Column("heat", sa.Float()))
    with op.batch_alter_table("subjects") as subjects:
        subjects.add_column(sa.Column("parent_id", sa.Integer()))
        subjects.add_column(_counted("works_count", sa.Integer()))
        subjects.create_foreign_key(
            op.f("fk_subjects_parent_id_subjects"),
            "subjects",
            ["parent_id"],
            ["id"],
            ondelete="RESTRICT",
        )


def _counted(name, kind):
    return sa.Column(name, kind, nullable=False, server_default=_ZERO)


def _make_listings():
    op.create_table(
        "listings",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("popularity", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("published", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subjects.id"],
            name=op.f("fk_listings_subject_id_subjects"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_listings_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "subject_id", name=op.f("pk_listings")),
    )


def _fill():
    """List what is there already; no subject is part of another yet."""
    op.execute(
        "UPDATE works SET popularity = "
        "(SELECT ratings_count * 100 FROM rating_summaries WHERE work_id = works.id), "
        "score = (SELECT rating_summaries.score FROM rating_summaries WHERE work_id = works.id) "
        "WHERE id IN (SELECT work_id FROM rating_summaries WHERE ratings_count > 0)"
    )
    op.execute(
        "UPDATE authorships SET "
        "popularity = (SELECT popularity FROM works WHERE id = authorships.work_id), "
        "published = (SELECT coalesce(first_published, -9999) FROM works "
        "WHERE id = authorships.work_id)"
    )
    op.execute(
        "INSERT INTO listings (work_id, subject_id, popularity, score, published, title) "
        "SELECT work_id, subject_id, popularity, score, "
        "coalesce(first_published, -9999), substr(title, 1, 60) "
        "FROM work_subjects JOIN works ON works.id = work_id"
    )
    op.execute(
        "UPDATE subjects SET works_count = "
        "(SELECT count(*) FROM listings WHERE subject_id = subjects.id)"
    )
    _warm_up()


def _warm_up():
    """Add up what was said of late, as bookreviews/reviews/heat.py does."""
    if op.get_context().as_sql:
        return
    reviews = sa.table(
        "reviews",
        sa.column("work_id", sa.Integer),
        sa.column("posted_at", sa.DateTime(timezone=True)),
        sa.column("body_source", sa.Text),
        sa.column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.column("concealment", sa.String),
        sa.column("uncounted_because", sa.String),
    )
    beginning, half_life = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=7)
    recent = (
        sa.select(reviews.c.work_id, reviews.c.posted_at, reviews.c.body_source.is_not(None))
        .where(reviews.c.posted_at >= datetime.now(UTC) - timedelta(days=90))
        .where(
            reviews.c.withdrawn_at.is_(None),
            reviews.c.concealment.is_(None),
            reviews.c.uncounted_because.is_(None),
        )
    )
    heats = {}
    for work_id, posted_at, in_words in op.get_bind().execute(recent):
        age = (_in_utc(posted_at) - beginning) / half_life
        warmth = age + log2(3 if in_words else 1)
        heat = heats.get(work_id, warmth - 1000)
        heats[work_id] = max(heat, warmth) + log2(1 + 2 ** -abs(heat - warmth))
    for work_id, heat in heats.items():
        op.execute(
            sa.text("UPDATE rating_summaries SET heat = :heat WHERE work_id = :work_id").bindparams(
                heat=heat, work_id=work_id
            )
        )


def _in_utc(moment):
    """SQLite forgets the zone, which is always UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
