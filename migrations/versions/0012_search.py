"""Search: documents, indexed by SQLite's FTS5 or PostgreSQL's text search, and a vocabulary.

The documents of works that are there already are written by `bookreviews catalog index`, or by the
worker within the hour.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SQLITE = (
    # Words are folded already, so that whatever isn't ASCII is part of one; facets have : and -.
    """
    CREATE VIRTUAL TABLE search_index USING fts5(
      words, content = '', detail = none, prefix = '1 2 3', tokenize = "ascii tokenchars ':-'"
    )
    """,
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab(search_index, 'row')",
    """
    CREATE TRIGGER search_documents_are_indexed AFTER INSERT ON search_documents
    BEGIN INSERT INTO search_index (rowid, words) VALUES (NEW.position, NEW.words); END
    """,
    """
    CREATE TRIGGER search_documents_are_forgotten AFTER DELETE ON search_documents
    BEGIN
      INSERT INTO search_index (search_index, rowid, words)
      VALUES ('delete', OLD.position, OLD.words);
    END
    """,
    """
    CREATE TRIGGER search_documents_are_indexed_anew AFTER UPDATE ON search_documents
    WHEN OLD.position <> NEW.position OR OLD.words <> NEW.words
    BEGIN
      INSERT INTO search_index (search_index, rowid, words)
      VALUES ('delete', OLD.position, OLD.words);
      INSERT INTO search_index (rowid, words) VALUES (NEW.position, NEW.words);
    END
    """,
    "CREATE VIRTUAL TABLE search_trigrams USING fts5(word, detail = none, tokenize = 'trigram')",
    """
    CREATE TRIGGER search_vocabulary_has_trigrams AFTER INSERT ON search_vocabulary
    BEGIN INSERT INTO search_trigrams (word) VALUES (NEW.word); END
    """,
)
_POSTGRESQL = (
    # Each word, and its beginnings of one to three letters with a colon after them.
    r"""
    ALTER TABLE search_documents ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (
      array_to_tsvector(string_to_array(
        words || ' ' || regexp_replace(words, ':\S+|(\S)(\S?)(\S?)\S*', '\1: \1\2: \1\2\3:', 'g'),
        ' '
      ))
    ) STORED
    """,
    *(
        f"CREATE INDEX ix_search_documents_lexemes_{tier} ON search_documents "
        f"USING gin (lexemes) WHERE tier = {tier}"
        for tier in range(3)
    ),
    "CREATE INDEX ix_search_documents_upper_tiers ON search_documents (position) WHERE tier < 2",
    # An owner of the database may create this extension. Where nobody may, words with two typing
    # errors aren't found; those with one are, by `search_spellings`.
    """
    DO $$ BEGIN
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE INDEX ix_search_vocabulary_trigrams ON search_vocabulary
        USING gin (word gin_trgm_ops);
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
      RAISE WARNING 'pg_trgm may not be created here: words with two typing errors won''t be found';
    END $$
    """,
)


# No release has had the table of words that this takes away.
no_longer_used_since = "0.1.0"


def upgrade():
    op.drop_table("search_words")
    op.create_table(
        "search_documents",
        sa.Column("work_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tier", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("ratings_count", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("title_key", sa.String(length=120), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["works.id"],
            name=op.f("fk_search_documents_work_id_works"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_search_documents")),
    )
    op.create_index("ix_search_documents_position", "search_documents", ["position"])
    op.create_index(
        "ix_search_documents_title_key_position", "search_documents", ["title_key", "position"]
    )
    op.create_table(
        "search_vocabulary",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("works_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_vocabulary")),
    )
    op.create_table(
        "search_spellings",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("key", "word", name=op.f("pk_search_spellings")),
        sqlite_with_rowid=False,
    )
    for statement in _SQLITE if _is_sqlite() else _POSTGRESQL:
        op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade():
    if _is_sqlite():
        for table in ("search_terms", "search_trigrams", "search_index"):
            op.execute(f"DROP TABLE {table}")
    for table in ("search_spellings", "search_vocabulary", "search_documents"):
        op.drop_table(table)
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


def _is_sqlite():
    return op.get_bind().dialect.name == "sqlite"
