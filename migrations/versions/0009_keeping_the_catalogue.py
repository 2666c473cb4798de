"""Who added and changed what in the catalogue, who is trusted to, and what was merged.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('work', 'edition', 'author', 'series', 'subject')"
_TOLD = (
    "'appeal_decided', 'case_waiting', 'report_decided', 'report_received', 'role_changed', "
    "'statement', 'warning'"
)
_TOLD_NOW = (
    "'appeal_decided', 'case_waiting', 'change_decided', 'report_decided', 'report_received', "
    "'reviews_merged', 'role_changed', 'statement', 'warning'"
)
_MERGEABLE = ("works", "authors", "series", "subjects")
_MOMENTS = ("unconfirmed_since", "left_at")
_TABLES = ("catalog_edits", "merges", "contributors", "former_names", "earlier_reviews")


def _only(condition):
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade():
    for table in _MERGEABLE:
        op.add_column(table, sa.Column("merged_into_id", sa.Integer()))
    for moment in _MOMENTS:
        op.add_column("works", sa.Column(moment, sa.DateTime(timezone=True)))
    op.create_index(
        "ix_works_merged_into_id",
        "works",
        ["merged_into_id"],
        **_only("merged_into_id IS NOT NULL"),
    )
    _make_former_names()
    _make_contributors()
    _make_merges()
    _make_edits()
    _make_earlier_reviews()
    _tell_of(_TOLD_NOW)


def downgrade():
    op.execute("DELETE FROM notifications WHERE kind IN ('change_decided', 'reviews_merged')")
    _tell_of(_TOLD)
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_works_merged_into_id", "works")
    for table in _MERGEABLE:
        op.drop_column(table, "merged_into_id")
    for moment in _MOMENTS:
        op.drop_column("works", moment)


def _tell_of(kinds):
    with op.batch_alter_table("notifications") as notifications:
        notifications.drop_constraint(op.f("ck_notifications_kind_is_known"), type_="check")
        notifications.create_check_constraint("kind_is_known", f"kind IN ({kinds})")


def _person(column, *, nullable=True):
    return sa.Column(column, sa.Integer(), nullable=nullable)


def _refers(table, column, to, ondelete="RESTRICT"):
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete
    )


def _make_former_names():
    op.create_table(
        "former_names",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('author', 'series', 'subject')", name=op.f("ck_former_names_kind_is_known")
        ),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_former_names")),
    )
    op.create_index("ix_former_names_kind_thing_id", "former_names", ["kind", "thing_id"])


def _make_contributors():
    op.create_table(
        "contributors",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("last_reverted_at", sa.DateTime(timezone=True)),
        sa.Column("trusted_at", sa.DateTime(timezone=True)),
        _refers("contributors", "user_id", "users", "CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_contributors")),
    )


def _make_merges():
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("winner_id", sa.Integer(), nullable=False),
        sa.Column("loser_id", sa.Integer(), nullable=False),
        sa.Column("winner_name", sa.String(300), nullable=False),
        sa.Column("loser_name", sa.String(300), nullable=False),
        sa.Column("loser_slug", sa.String(80), nullable=False),
        _person("by_id", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        _person("undone_by_id"),
        sa.Column("undo_reason", sa.String(300), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_merges_kind_is_known")),
        sa.CheckConstraint("winner_id <> loser_id", name=op.f("ck_merges_of_two")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)",
            name=op.f("ck_merges_undone_by_somebody"),
        ),
        _refers("merges", "by_id", "users"),
        _refers("merges", "undone_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    for side in ("winner_id", "loser_id"):
        op.create_index(f"ix_merges_kind_{side}_id", "merges", ["kind", side, "id"])


def _make_edits():
    table = "catalog_edits"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("thing_id", sa.Integer()),
        sa.Column("number", sa.Integer()),
        sa.Column("work_id", sa.Integer()),
        _person("editor_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", sa.String(300), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        _person("decided_by_id"),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reverts_id", sa.Integer()),
        sa.Column("merge_id", sa.Integer()),
        sa.CheckConstraint(_KINDS, name=op.f("ck_catalog_edits_kind_is_known")),
        sa.CheckConstraint(
            "state IN ('applied', 'unconfirmed', 'suggested', 'declined', 'reverted')",
            name=op.f("ck_catalog_edits_state_is_known"),
        ),
        _refers(table, "work_id", "works"),
        _refers(table, "editor_id", "users"),
        _refers(table, "decided_by_id", "users"),
        _refers(table, "reverts_id", "catalog_edits"),
        _refers(table, "merge_id", "merges"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_edits")),
        sa.UniqueConstraint(
            "kind", "thing_id", "number", name=op.f("uq_catalog_edits_kind_thing_id_number")
        ),
    )
    op.create_index("ix_catalog_edits_kind_thing_id_id", table, ["kind", "thing_id", "id"])
    op.create_index("ix_catalog_edits_work_id_id", table, ["work_id", "id"])
    op.create_index("ix_catalog_edits_editor_id_at", table, ["editor_id", "at"])
    op.create_index(
        "ix_catalog_edits_waiting", table, ["id"], **_only("state IN ('unconfirmed', 'suggested')")
    )


def _make_earlier_reviews():
    table = "earlier_reviews"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("was_review_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.SmallInteger()),
        sa.Column("body_source", sa.Text()),
        sa.Column("body_html", sa.Text()),
        sa.Column("has_spoilers", sa.Boolean(), nullable=False),
        sa.Column("was_given", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True)),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        _refers(table, "review_id", "reviews"),
        _refers(table, "was_review_id", "reviews"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_reviews")),
        sa.UniqueConstraint("was_review_id", name=op.f("uq_earlier_reviews_was_review_id")),
    )
    op.create_index("ix_earlier_reviews_review_id", table, ["review_id"])
