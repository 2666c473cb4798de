"""The first tables: people, catalogue, reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Lists hold reviews in words only.
_IN_WORDS = {
    "sqlite_where": sa.text("body_html IS NOT NULL"),
    "postgresql_where": sa.text("body_html IS NOT NULL"),
}


def upgrade():
    op.create_table(
        "authors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authors")),
        sa.UniqueConstraint("slug", name=op.f("uq_authors_slug")),
    )
    op.create_index("ix_authors_name", "authors", ["name"])
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    op.create_index("ix_series_name", "series", ["name"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_digest", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(
        "ix_sign_in_attempts_account_digest_attempted_at",
        "sign_in_attempts",
        ["account_digest", "attempted_at"],
    )
    op.create_index(
        "ix_sign_in_attempts_address_attempted_at", "sign_in_attempts", ["address", "attempted_at"]
    )
    op.create_index("ix_sign_in_attempts_attempted_at", "sign_in_attempts", ["attempted_at"])

    op.create_table(
        "subjects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subjects")),
        sa.UniqueConstraint("slug", name=op.f("uq_subjects_slug")),
    )
    op.create_index("ix_subjects_name", "subjects", ["name"])
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('reader', 'moderator', 'admin')", name=op.f("ck_users_role_is_known")
        ),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_users_username_is_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index("ix_users_email", "users", ["email"])

    op.create_table(
        "credentials",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_credentials_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_credentials")),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_sign_in_sessions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_in_sessions_token_digest")),
    )
    op.create_index("ix_sign_in_sessions_expires_at", "sign_in_sessions", ["expires_at"])
    op.create_index("ix_sign_in_sessions_user_id", "sign_in_sessions", ["user_id"])

    op.create_table(
        "works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subtitle", sa.String(length=300), nullable=False),
        sa.Column("byline", sa.String(length=300), nullable=False),
        sa.Column("main_subject", sa.String(length=80), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("first_published", sa.SmallInteger(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("series_position", sa.SmallInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_works_title_is_given")),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_works_series_id_series"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
        sa.UniqueConstraint("slug", name=op.f("uq_works_slug")),
    )
    op.create_index("ix_works_first_published_id", "works", ["first_published", "id"])
    op.create_index("ix_works_main_subject", "works", ["main_subject"])
    op.create_index("ix_works_series_id_series_position", "works", ["series_id", "series_position"])
    op.create_index("ix_works_title_id", "works", ["title", "id"])

    op.create_table(
        "authorships",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["authors.id"],
            name=op.f("fk_authorships_author_id_authors"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_authorships_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "author_id", name=op.f("pk_authorships")),
    )
    op.create_index("ix_authorships_author_id_work_id", "authorships", ["author_id", "work_id"])

    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("isbn13", sa.String(length=13), nullable=True),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("published", sa.SmallInteger(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("translators", sa.String(length=300), nullable=False),
        sa.CheckConstraint("length(isbn13) = 13", name=op.f("ck_editions_isbn13_has_13_digits")),
        sa.CheckConstraint("pages > 0", name=op.f("ck_editions_pages_are_positive")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_editions_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("isbn13", name=op.f("uq_editions_isbn13")),
    )
    op.create_index("ix_editions_work_id_published", "editions", ["work_id", "published"])

    op.create_table(
        "former_slugs",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["works.id"],
            name=op.f("fk_former_slugs_work_id_works"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slugs")),
    )
    op.create_index("ix_former_slugs_work_id", "former_slugs", ["work_id"])

    op.create_table(
        "rating_summaries",
        sa.Column("work_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ratings_count", sa.Integer(), nullable=False),
        sa.Column("reviews_count", sa.Integer(), nullable=False),
        sa.Column("average", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("distribution", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["works.id"],
            name=op.f("fk_rating_summaries_work_id_works"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_rating_summaries")),
    )
    op.create_index(
        "ix_rating_summaries_ratings_count_work_id",
        "rating_summaries",
        ["ratings_count", "work_id"],
    )
    op.create_index("ix_rating_summaries_score_work_id", "rating_summaries", ["score", "work_id"])

    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=True),
        sa.Column("body_source", sa.Text(), nullable=True),
        sa.Column("body_html", sa.Text(), nullable=True),
        sa.Column("has_spoilers", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(body_source IS NULL) = (body_html IS NULL)", name=op.f("ck_reviews_body_is_rendered")
        ),
        sa.CheckConstraint("stars BETWEEN 1 AND 10", name=op.f("ck_reviews_stars_are_in_range")),
        sa.CheckConstraint(
            "withdrawn_at IS NOT NULL OR stars IS NOT NULL OR body_source IS NOT NULL",
            name=op.f("ck_reviews_says_something"),
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR (stars IS NULL AND body_source IS NULL)",
            name=op.f("ck_reviews_withdrawn_says_nothing"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
            name=op.f("fk_reviews_author_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_reviews_work_id_works"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("work_id", "author_id", name=op.f("uq_reviews_work_id_author_id")),
    )
    op.create_index(
        "ix_reviews_author_id_posted_at_id", "reviews", ["author_id", "posted_at", "id"]
    )
    op.create_index("ix_reviews_in_words", "reviews", ["work_id", "posted_at", "id"], **_IN_WORDS)
    op.create_index(
        "ix_reviews_in_words_by_stars",
        "reviews",
        ["work_id", "stars", "posted_at", "id"],
        **_IN_WORDS,
    )
    op.create_index("ix_reviews_latest_in_words", "reviews", ["posted_at", "id"], **_IN_WORDS)

    op.create_table(
        "search_words",
        sa.Column(
            "word",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["works.id"],
            name=op.f("fk_search_words_work_id_works"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "work_id", name=op.f("pk_search_words")),
    )
    op.create_index("ix_search_words_work_id", "search_words", ["work_id"])

    op.create_table(
        "work_subjects",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subjects.id"],
            name=op.f("fk_work_subjects_subject_id_subjects"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["works.id"],
            name=op.f("fk_work_subjects_work_id_works"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("work_id", "subject_id", name=op.f("pk_work_subjects")),
    )
    op.create_index(
        "ix_work_subjects_subject_id_work_id", "work_subjects", ["subject_id", "work_id"]
    )


def downgrade():
    for table in (
        "work_subjects",
        "search_words",
        "reviews",
        "rating_summaries",
        "former_slugs",
        "editions",
        "authorships",
        "works",
        "sign_in_sessions",
        "credentials",
        "users",
        "subjects",
        "sign_in_attempts",
        "series",
        "authors",
    ):
        op.drop_table(table)
