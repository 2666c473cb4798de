"""The tables of people: account, credential, sign-in sessions and attempts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bookreviews.lib.orm import Base, Moment

READER, MODERATOR, ADMIN = "reader", "moderator", "admin"
ROLES = (READER, MODERATOR, ADMIN)

LONGEST_USERNAME = 30
LONGEST_NAME = 80
LONGEST_EMAIL = 254
LONGEST_PLACE = 80
LONGEST_ABOUT = 500


class User(Base):
    """A person with an account. Everything here but the e-mail address is public.

    The address isn't unique while nobody has confirmed it: a sign-up with a stranger's address
    must neither fail, which would tell that it is known here, nor take it from its owner. Who gave
    it first signs in with it.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('reader', 'moderator', 'admin')", name="role_is_known"),
        CheckConstraint("username = lower(username)", name="username_is_lower"),
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
