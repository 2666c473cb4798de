"""Confirmed addresses, ways back in, sign-in history, invitations; notifications.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_KINDS = (
    "'appeal_decided', 'case_waiting', 'report_decided', 'report_received', 'role_changed', "
    "'statement', 'warning'"
)


def _only(condition):
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    _extend_users()
    _extend_sessions()
    _make_tokens()
    _make_sign_ins()
    _make_invitations()
    _make_notifications()


def downgrade() -> None:
    for table in ("notifications", "invitations", "sign_ins", "account_tokens"):
        op.drop_table(table)
    with op.batch_alter_table("sign_in_sessions") as sessions:
        sessions.drop_column("address")
        sessions.drop_column("agent")
    for index in (
        "uq_users_confirmed_email",
        "ix_users_suspended",
        "ix_users_waiting",
        "ix_users_role_id",
        "ix_users_joined_at",
    ):
        op.drop_index(index, "users")
    with op.batch_alter_table("users") as users:
        for column in (
            "email_confirmed_at",
            "approved_at",
            "suspended_until",
            "erased_at",
            "unread_notifications",
            "mails_about",
        ):
            users.drop_column(column)


def _extend_users() -> None:
    with op.batch_alter_table("users") as users:
        for moment in ("email_confirmed_at", "approved_at", "suspended_until", "erased_at"):
            users.add_column(sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
        users.add_column(
            sa.Column(
                "unread_notifications", sa.Integer(), nullable=False, server_default=sa.text("0")
            )
        )
        users.add_column(
            sa.Column(
                "mails_about",
                sa.JSON(),
                nullable=False,
                server_default='["reports", "decisions", "role"]',
            )
        )
    with op.batch_alter_table("users") as users:
        for column in ("unread_notifications", "mails_about"):
            users.alter_column(column, server_default=None)
    op.execute("UPDATE users SET approved_at = joined_at")  # nobody had to wait before
    op.create_index(
        "uq_users_confirmed_email",
        "users",
        ["email"],
        unique=True,
        **_only("email_confirmed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_users_suspended", "users", ["suspended_until"], **_only("suspended_until IS NOT NULL")
    )
    op.create_index("ix_users_waiting", "users", ["id"], **_only("approved_at IS NULL"))
    op.create_index("ix_users_role_id", "users", ["role", "id"])
    op.create_index("ix_users_joined_at", "users", ["joined_at"])


def _extend_sessions() -> None:
    with op.batch_alter_table("sign_in_sessions") as sessions:
        for name, length in (("address", 64), ("agent", 80)):
            sessions.add_column(
                sa.Column(name, sa.String(length=length), nullable=False, server_default="")
            )
    with op.batch_alter_table("sign_in_sessions") as sessions:
        for name in ("address", "agent"):
            sessions.alter_column(name, server_default=None)


def _make_tokens() -> None:
    op.create_table(
        "account_tokens",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('confirm', 'reset')", name=op.f("ck_account_tokens_purpose_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_account_tokens_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_account_tokens")),
    )
    op.create_index("ix_account_tokens_user_id_purpose", "account_tokens", ["user_id", "purpose"])
    op.create_index("ix_account_tokens_expires_at", "account_tokens", ["expires_at"])


def _make_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_user_id_id", "sign_ins", ["user_id", "id"])
    op.create_index("ix_sign_ins_at", "sign_ins", ["at"])


def _make_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(used_by_id IS NULL) = (used_at IS NULL)",
            name=op.f("ck_invitations_used_is_by_somebody"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["users.id"],
                name=op.f(f"fk_invitations_{column}_users"),
                ondelete="CASCADE",
            )
            for column in ("made_by_id", "used_by_id")
        ),
        sa.PrimaryKeyConstraint("code_digest", name=op.f("pk_invitations")),
    )
    for column in ("made_at", "made_by_id", "used_by_id"):
        op.create_index(f"ix_invitations_{column}", "invitations", [column])


def _make_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_notifications_kind_is_known")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_notifications_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index("ix_notifications_user_id_id", "notifications", ["user_id", "id"])
    op.create_index(
        "ix_notifications_unread", "notifications", ["user_id"], **_only("read_at IS NULL")
    )
    op.create_index("ix_notifications_read_at", "notifications", ["read_at"])
