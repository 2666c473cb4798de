"""What names authors, works and editions elsewhere; loads of files; ratings of other sites.

Authors and works that are here already get the keys by which files find them again.

Revision ID: 0007
Revises: 0006
"""

import re
import unicodedata
from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_APOSTROPHES = re.compile(r"['’ʼ]")
_WORD = re.compile(r"\w+")
_AT_ONCE = 2000


def upgrade():
    _name_authors()
    _name_works()
    _name_editions()
    _keep_loads()
    _fill_author_names()
    _fill_title_keys()


def downgrade():
    for table in (
        "catalog_loads",
        "ratings_elsewhere",
        "redirected_keys",
        "unverified_isbns",
        "edition_identifiers",
        "work_identifiers",
        "author_identifiers",
        "author_names",
    ):
        op.drop_table(table)


def _name_authors():
    op.create_table(
        "author_names",
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        _belongs_to("author_names", "author_id", "authors"),
        sa.PrimaryKeyConstraint("author_id", "name", name=op.f("pk_author_names")),
    )
    op.create_index("ix_author_names_key", "author_names", ["key"])
    _create_identifiers("author_identifiers", "author_id", "authors")


def _name_works():
    _create_identifiers("work_identifiers", "work_id", "works")
    op.create_table(
        "redirected_keys",
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f("pk_redirected_keys")),
    )
    op.create_table(
        "ratings_elsewhere",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("ratings_count", sa.Integer(), nullable=False),
        sa.Column("average", sa.Float(), nullable=False),
        *(
            sa.Column(stars, sa.Integer(), nullable=False)
            for stars in ("ones", "twos", "threes", "fours", "fives")
        ),
        sa.Column("load_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "average BETWEEN 0 AND 5", name=op.f("ck_ratings_elsewhere_average_is_in_range")
        ),
        _belongs_to("ratings_elsewhere", "work_id", "works"),
        sa.PrimaryKeyConstraint("work_id", "source", name=op.f("pk_ratings_elsewhere")),
    )
    op.create_index(
        "ix_ratings_elsewhere_ratings_count_work_id",
        "ratings_elsewhere",
        ["ratings_count", "work_id"],
    )


def _name_editions():
    _create_identifiers("edition_identifiers", "edition_id", "editions")
    op.create_table(
        "unverified_isbns",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        _belongs_to("unverified_isbns", "edition_id", "editions"),
        sa.PrimaryKeyConstraint("edition_id", "value", name=op.f("pk_unverified_isbns")),
    )
    op.create_index("ix_unverified_isbns_value", "unverified_isbns", ["value"])


def _keep_loads():
    op.create_table(
        "catalog_loads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("entries", "added", "changed", "unchanged", "rejected", "skipped")
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("rejects_file", sa.Text(), nullable=False),
        sa.Column("rejects_size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_loads")),
    )
    op.create_index("ix_catalog_loads_digest", "catalog_loads", ["digest"])


def _create_identifiers(table, column, owners):
    op.create_table(
        table,
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column(column, sa.Integer(), nullable=False),
        _belongs_to(table, column, owners),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_{column}", table, [column])


def _belongs_to(table, column, owners):
    name = op.f(f"fk_{table}_{column}_{owners}")
    return sa.ForeignKeyConstraint([column], [f"{owners}.id"], name=name, ondelete="CASCADE")


# ---- What is here already -----------------------------------------------------------------------
def _fill_author_names():
    authors = sa.table("authors", sa.column("id"), sa.column("name"))
    names = sa.table("author_names", *map(sa.column, ("author_id", "name", "key")))
    for rows in _pages(sa.select(authors.c.id, authors.c.name), authors.c.id):
        op.bulk_insert(
            names,
            [{"author_id": row.id, "name": row.name, "key": _name_key(row.name)} for row in rows],
        )


def _fill_title_keys():
    """Where several works have one key, the first is found by it."""
    works = sa.table("works", sa.column("id"), sa.column("title"))
    authors = sa.table("authors", sa.column("id"), sa.column("name"))
    authorships = sa.table("authorships", *map(sa.column, ("work_id", "author_id", "position")))
    first = sa.and_(authorships.c.work_id == works.c.id, authorships.c.position == 0)
    named = (
        sa.select(works.c.id, works.c.title, authors.c.name)
        .select_from(works)
        .outerjoin(authorships, first)
        .outerjoin(authors, authors.c.id == authorships.c.author_id)
    )
    insert = sa.text(
        "INSERT INTO work_identifiers (scheme, value, work_id) VALUES ('title', :value, :work_id)"
        " ON CONFLICT DO NOTHING"
    )
    for rows in _pages(named, works.c.id):
        op.get_bind().execute(
            insert,
            [{"value": _title_key(row.title, row.name or ""), "work_id": row.id} for row in rows],
        )


def _pages(statement, key):
    last = 0
    while True:
        page = statement.where(key > last).order_by(key).limit(_AT_ONCE)
        rows = op.get_bind().execute(page).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _words(text):
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.casefold()))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def _name_key(name):
    key, after_initial = "", False
    for word in _words(name):
        is_initial = len(word) == 1
        key += word if not key or (is_initial and after_initial) else f" {word}"
        after_initial = is_initial
    return key[:200]


def _title_key(title, author):
    words = " ".join(_words(title)) or title
    return blake2b(f"{words}\n{_name_key(author)}".encode(), digest_size=16).hexdigest()
