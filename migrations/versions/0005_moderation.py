"""Reports, decisions, appeals, the ledger; which reviews show and which ratings count.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _only(condition):
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


_OPEN = _only("closed_at IS NULL")
_IN_WORDS = "body_html IS NOT NULL"
_SHOWN = "body_html IS NOT NULL AND concealment IS NULL"
_TABLES = (
    "surge_signs",
    "ledger_figures",
    "statements",
    "appeals",
    "moderation_actions",
    "reporting_records",
    "reports",
    "cases",
)
_CHECKS = {
    "concealment_is_known": "concealment IN ('held', 'hidden', 'awaiting_change', 'removed')",
    "concealment_has_a_moment": "(concealment IS NULL) = (concealed_at IS NULL)",
    "reason_not_to_count_is_known": (
        "uncounted_because IN ('concealed', 'suspended', 'excluded', 'early')"
    ),
}

_TRIGGERS_SQLITE = (
    """
    CREATE TRIGGER moderation_actions_are_never_changed BEFORE UPDATE ON moderation_actions
    BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END
    """,
    """
    CREATE TRIGGER moderation_actions_are_never_deleted BEFORE DELETE ON moderation_actions
    BEGIN SELECT RAISE(ABORT, 'the ledger is never deleted'); END
    """,
    """
    CREATE TRIGGER moderation_actions_spare_admins BEFORE INSERT ON moderation_actions
    WHEN NEW.kind IN ('warn', 'suspend')
    AND (SELECT role FROM users WHERE id = NEW.person_id) = 'admin'
    BEGIN SELECT RAISE(ABORT, 'nobody acts on the account of an admin'); END
    """,
)
_TRIGGERS_POSTGRES = (
    """
    CREATE FUNCTION moderation_actions_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the ledger is never changed or deleted' USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE TRIGGER moderation_actions_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON moderation_actions FOR EACH STATEMENT EXECUTE FUNCTION moderation_actions_are_kept()
    """,
    """
    CREATE FUNCTION moderation_actions_spare_admins() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.kind IN ('warn', 'suspend')
      AND (SELECT role FROM users WHERE id = NEW.person_id) = 'admin' THEN
        RAISE EXCEPTION 'nobody acts on the account of an admin'
        USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER moderation_actions_spare_admins BEFORE INSERT
    ON moderation_actions FOR EACH ROW EXECUTE FUNCTION moderation_actions_spare_admins()
    """,
)


def upgrade():
    _extend_reviews()
    _extend_summaries()
    _make_tables()
    triggers = _TRIGGERS_SQLITE if _is_sqlite() else _TRIGGERS_POSTGRES
    for trigger in triggers:
        op.execute(trigger)


def downgrade():
    if not _is_sqlite():
        op.execute("DROP FUNCTION moderation_actions_are_kept CASCADE")
        op.execute("DROP FUNCTION moderation_actions_spare_admins CASCADE")
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_rating_summaries_locked_until", "rating_summaries")
    with op.batch_alter_table("rating_summaries") as summaries:
        for column in (
            "uncounted_count",
            "young_count",
            "given_count",
            "locked_until",
            "lock_reason",
        ):
            summaries.drop_column(column)
    for index in ("posted_at_work_id", "posted_from_posted_at", "words_digest"):
        op.drop_index(f"ix_reviews_{index}", "reviews")
    _drop_lists()
    with op.batch_alter_table("reviews") as reviews:
        for name in _CHECKS:
            reviews.drop_constraint(op.f(f"ck_reviews_{name}"), type_="check")
        for column in (
            "was_given",
            "by_new_account",
            "concealment",
            "concealed_at",
            "excluded_at",
            "uncounted_because",
            "words_digest",
            "posted_from",
        ):
            reviews.drop_column(column)
    _make_lists(_IN_WORDS)


def _is_sqlite():
    return op.get_context().dialect.name == "sqlite"


def _extend_reviews():
    _drop_lists()
    with op.batch_alter_table("reviews") as reviews:
        for flag in ("was_given", "by_new_account"):
            reviews.add_column(
                sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        reviews.add_column(sa.Column("concealment", sa.String(length=16)))
        reviews.add_column(sa.Column("concealed_at", sa.DateTime(timezone=True)))
        reviews.add_column(sa.Column("excluded_at", sa.DateTime(timezone=True)))
        reviews.add_column(sa.Column("uncounted_because", sa.String(length=10)))
        reviews.add_column(sa.Column("words_digest", sa.String(length=64)))
        reviews.add_column(sa.Column("posted_from", sa.String(length=64)))
        for name, condition in _CHECKS.items():
            reviews.create_check_constraint(op.f(f"ck_reviews_{name}"), condition)
    with op.batch_alter_table("reviews") as reviews:
        for flag in ("was_given", "by_new_account"):
            reviews.alter_column(flag, server_default=None)
    _make_lists(_SHOWN)
    op.create_index("ix_reviews_posted_at_work_id", "reviews", ["posted_at", "work_id"])
    op.create_index(
        "ix_reviews_words_digest", "reviews", ["words_digest"], **_only("words_digest IS NOT NULL")
    )
    op.create_index(
        "ix_reviews_posted_from_posted_at",
        "reviews",
        ["posted_from", "posted_at"],
        **_only("posted_from IS NOT NULL"),
    )


def _extend_summaries():
    counts = ("uncounted_count", "young_count", "given_count")
    with op.batch_alter_table("rating_summaries") as summaries:
        for count in counts:
            summaries.add_column(
                sa.Column(count, sa.Integer(), nullable=False, server_default=sa.text("0"))
            )
        summaries.add_column(sa.Column("locked_until", sa.DateTime(timezone=True)))
        summaries.add_column(sa.Column("lock_reason", sa.String(length=20)))
    with op.batch_alter_table("rating_summaries") as summaries:
        for count in counts:
            summaries.alter_column(count, server_default=None)
    op.create_index(
        "ix_rating_summaries_locked_until",
        "rating_summaries",
        ["locked_until"],
        **_only("locked_until IS NOT NULL"),
    )


def _make_lists(condition):
    """Make the indexes of lists, which hold only what lists show."""
    shown = _only(condition)
    op.create_index("ix_reviews_in_words", "reviews", ["work_id", "posted_at", "id"], **shown)
    op.create_index(
        "ix_reviews_in_words_by_stars", "reviews", ["work_id", "stars", "posted_at", "id"], **shown
    )
    op.create_index("ix_reviews_latest_in_words", "reviews", ["posted_at", "id"], **shown)


def _drop_lists():
    for index in ("in_words", "in_words_by_stars", "latest_in_words"):
        op.drop_index(f"ix_reviews_{index}", "reviews")


def _make_tables():
    op.create_table(
        "ledger_figures",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Integer(), nullable=False),
        sa.Column("appealed", sa.Integer(), nullable=False),
        sa.Column("overturned", sa.Integer(), nullable=False),
        sa.Column("waits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("month", "reason", name=op.f("pk_ledger_figures")),
    )
    op.create_table(
        "reporting_records",
        sa.Column("reporter", sa.String(length=30), nullable=False),
        sa.Column("upheld", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reporter", name=op.f("pk_reporting_records")),
    )
    op.create_table(
        "surge_signs",
        sa.Column("work_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_surge_signs_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_surge_signs")),
    )
    op.create_index("ix_surge_signs_noticed_at", "surge_signs", ["noticed_at"])
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("subject_key", sa.String(length=24), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("heaviest", sa.Float(), nullable=False),
        sa.Column("reports_count", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "subject IN ('review', 'profile', 'cover', 'work')",
            name=op.f("ck_cases_subject_is_known"),
        ),
        sa.CheckConstraint(
            "(claimed_by_id IS NULL) = (claimed_at IS NULL)",
            name=op.f("ck_cases_claim_has_a_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"],
            ["users.id"],
            name=op.f("fk_cases_claimed_by_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["users.id"], name=op.f("fk_cases_person_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_cases_review_id_reviews"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_cases_work_id_works"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_open", "cases", ["due_at", "id"], **_OPEN)
    op.create_index("ix_cases_open_by_opening", "cases", ["opened_at"], **_OPEN)
    op.create_index("ix_cases_open_by_person", "cases", ["person_id", "due_at", "id"], **_OPEN)
    op.create_index("ix_cases_open_by_reason", "cases", ["reason", "due_at", "id"], **_OPEN)
    op.create_index("ix_cases_open_by_review", "cases", ["review_id"], **_OPEN)
    op.create_index("ix_cases_open_by_subject", "cases", ["subject", "due_at", "id"], **_OPEN)
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"])
    op.create_index("ix_cases_person_id_opened_at", "cases", ["person_id", "opened_at"])
    op.create_index("ix_cases_subject_key_opened_at", "cases", ["subject_key", "opened_at"])
    op.create_index("uq_cases_open_subject", "cases", ["subject_key"], unique=True, **_OPEN)
    op.create_table(
        "moderation_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=True),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "NOT is_automatic OR actor_id IS NULL",
            name=op.f("ck_moderation_actions_automatic_has_no_actor"),
        ),
        sa.CheckConstraint(
            "actor_id <> person_id", name=op.f("ck_moderation_actions_nobody_acts_on_themselves")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["users.id"],
            name=op.f("fk_moderation_actions_actor_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_moderation_actions_case_id_cases"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["users.id"],
            name=op.f("fk_moderation_actions_person_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["moderation_actions.id"],
            name=op.f("fk_moderation_actions_reverses_id_moderation_actions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_moderation_actions_review_id_reviews"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["works.id"],
            name=op.f("fk_moderation_actions_work_id_works"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_actions")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_moderation_actions_reverses_id")),
    )
    op.create_index("ix_moderation_actions_at_id", "moderation_actions", ["at", "id"])
    op.create_index(
        "ix_moderation_actions_batch", "moderation_actions", ["batch"], **_only("batch IS NOT NULL")
    )
    op.create_index("ix_moderation_actions_case_id", "moderation_actions", ["case_id"])
    op.create_index("ix_moderation_actions_kind_at_id", "moderation_actions", ["kind", "at", "id"])
    op.create_index("ix_moderation_actions_person_id_at", "moderation_actions", ["person_id", "at"])
    op.create_index(
        "ix_moderation_actions_reason_at_id", "moderation_actions", ["reason", "at", "id"]
    )
    op.create_index("ix_moderation_actions_review_id_at", "moderation_actions", ["review_id", "at"])
    op.create_index(
        "ix_moderation_actions_work_id_at",
        "moderation_actions",
        ["work_id", "at"],
        **_only("work_id IS NOT NULL AND review_id IS NULL"),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'declined')", name=op.f("ck_reports_outcome_is_known")
        ),
        sa.CheckConstraint(
            "(reporter_id IS NULL) <> (rule IS NULL)", name=op.f("ck_reports_is_by_reader_or_rule")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_reports_case_id_cases"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["users.id"],
            name=op.f("fk_reports_reporter_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("case_id", "reporter_id", name=op.f("uq_reports_case_id_reporter_id")),
        sa.UniqueConstraint("case_id", "rule", name=op.f("uq_reports_case_id_rule")),
    )
    op.create_index("ix_reports_reporter_id_id", "reports", ["reporter_id", "id"])
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("acted_by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'overturned')", name=op.f("ck_appeals_outcome_is_known")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_appeals_outcome_has_a_moment")
        ),
        sa.CheckConstraint(
            "decided_by_id <> acted_by_id", name=op.f("ck_appeals_another_moderator_decides")
        ),
        sa.CheckConstraint(
            "decided_by_id <> person_id", name=op.f("ck_appeals_nobody_decides_their_own")
        ),
        sa.ForeignKeyConstraint(
            ["acted_by_id"],
            ["users.id"],
            name=op.f("fk_appeals_acted_by_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["moderation_actions.id"],
            name=op.f("fk_appeals_action_id_moderation_actions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["users.id"],
            name=op.f("fk_appeals_decided_by_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["users.id"],
            name=op.f("fk_appeals_person_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("action_id", name=op.f("uq_appeals_action_id")),
    )
    op.create_index("ix_appeals_open", "appeals", ["made_at", "id"], **_only("decided_at IS NULL"))
    op.create_index("ix_appeals_person_id", "appeals", ["person_id"])
    op.create_table(
        "statements",
        sa.Column("action_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["moderation_actions.id"],
            name=op.f("fk_statements_action_id_moderation_actions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["users.id"],
            name=op.f("fk_statements_person_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_statements")),
    )
    op.create_index("ix_statements_person_id_action_id", "statements", ["person_id", "action_id"])
