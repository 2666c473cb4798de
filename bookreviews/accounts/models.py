"""The tables of people: account, credential, tokens, sign-ins, sessions, invitations."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.lib.orm import Base, Moment

READER, MODERATOR, ADMIN = "reader", "moderator", "admin"
ROLES = (READER, MODERATOR, ADMIN)

LONGEST_USERNAME = 30
LONGEST_NAME = 80
LONGEST_EMAIL = 254
LONGEST_PLACE = 80
LONGEST_ABOUT = 500
LONGEST_NOTE = 200
LONGEST_NETWORK = 64
LONGEST_AGENT = 80

# What a letter may be about; each person chooses which of these they want.
MAILED_GROUPS = ("reports", "decisions", "role")

CONFIRM, RESET = "confirm", "reset"

_CONFIRMED = text("email_confirmed_at IS NOT NULL")
_SUSPENDED = text("suspended_until IS NOT NULL")
_WAITING = text("approved_at IS NULL")


def _all_groups() -> list[str]:
    return list(MAILED_GROUPS)


class User(Base):
    """A person with an account. Name, role, place and words are public, all else is not.

    The address isn't unique while nobody has confirmed it: a sign-up with a stranger's address
    must neither fail, which would tell that it is known here, nor take it from its owner. Who has
    confirmed it signs in with it; until somebody has, who gave it first.

    Without `approved_at` an account waits for an admin. An erased one is an empty row that the
    records of moderation still point to.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('reader', 'moderator', 'admin')", name="role_is_known"),
        CheckConstraint("username = lower(username)", name="username_is_lower"),
        Index(
            "uq_users_confirmed_email",
            "email",
            unique=True,
            sqlite_where=_CONFIRMED,
            postgresql_where=_CONFIRMED,
        ),
        Index(
            "ix_users_suspended",
            "suspended_until",
            sqlite_where=_SUSPENDED,
            postgresql_where=_SUSPENDED,
        ),
        Index("ix_users_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "role", "id"),
        Index(None, "joined_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(LONGEST_USERNAME), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), index=True)
    email_given_at: Mapped[datetime] = mapped_column(Moment)
    role: Mapped[str] = mapped_column(String(10), default=READER)
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    about: Mapped[str] = mapped_column(String(LONGEST_ABOUT), default="")
    joined_at: Mapped[datetime] = mapped_column(Moment)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    suspended_until: Mapped[datetime | None] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    unread_notifications: Mapped[int] = mapped_column(default=0)
    mails_about: Mapped[list[str]] = mapped_column(JSON, default=_all_groups)


class Credential(Base):
    """The Argon2id hash of a password, apart from User so that no read of people carries it."""

    __tablename__ = "credentials"

    user_id: Mapped[int] = mapped_column(
        ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(Moment)


class SignInSession(Base):
    """A browser where someone is signed in; the cookie holds the token, we only its digest."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    address: Mapped[str] = mapped_column(String(LONGEST_NETWORK), default="")
    agent: Mapped[str] = mapped_column(String(LONGEST_AGENT), default="")


class SignIn(Base):
    """A sign-in, or a wrong password for an account: where from, and with which browser."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index(None, "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    address: Mapped[str] = mapped_column(String(LONGEST_NETWORK))
    agent: Mapped[str] = mapped_column(String(LONGEST_AGENT))
    succeeded: Mapped[bool]


class AccountToken(Base):
    """What a letter's link proves once: an address, or the right to a new password.

    `email` is the address that the letter went to. For a confirmation it may be one that the
    account does not have yet: it gets it with the confirmation.
    """

    __tablename__ = "account_tokens"
    __table_args__ = (
        CheckConstraint("purpose IN ('confirm', 'reset')", name="purpose_is_known"),
        Index(None, "user_id", "purpose"),
    )

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Invitation(Base):
    """Leave to make one account; whoever has the code, of which we keep the digest, may use it."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("(used_by_id IS NULL) = (used_at IS NULL)", name="used_is_by_somebody"),
        Index(None, "made_at"),
    )

    code_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE))
    made_by_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(User.id, ondelete="CASCADE"), index=True
    )
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInAttempt(Base):
    """A try to sign in, kept for a while to slow guessing down; the account need not exist."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index(None, "account_digest", "attempted_at"),
        Index(None, "address", "attempted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_digest: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    attempted_at: Mapped[datetime] = mapped_column(Moment, index=True)
