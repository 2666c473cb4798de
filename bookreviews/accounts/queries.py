"""Every read of accounts. None but `find_credential` ever touches a password's hash."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from bookreviews.accounts.models import Credential, SignInSession, User
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Record
from bookreviews.lib.text import is_readable

_VIEWER = (
    select(User.id, User.username, User.name, User.role)
    .join(SignInSession, SignInSession.user_id == User.id)
    .where(
        SignInSession.token_digest == bindparam("digest"),
        SignInSession.expires_at > bindparam("now"),
    )
)
_VIEWERS = select(User.id, User.username, User.name, User.role).where(
    User.username.in_(bindparam("usernames", expanding=True))
)
_PROFILE = select(
    User.id, User.username, User.name, User.role, User.place, User.about, User.joined_at
).where(User.username == bindparam("username"))
_ACCOUNT = select(User.username, User.name, User.email, User.place, User.about).where(
    User.id == bindparam("user_id")
)
_CREDENTIAL = select(User.id, Credential.password_hash).join(Credential)
_BY_USERNAME = _CREDENTIAL.where(User.username == bindparam("name"))
_BY_EMAIL = (
    _CREDENTIAL.where(User.email == bindparam("name"))
    .order_by(User.email_given_at, User.id)
    .limit(1)
)


def find_viewer(token_digest: str, *, now: datetime) -> Viewer | None:
    """Return who is signed in with this session token's digest, or None if nobody (any more)."""
    row = read(_VIEWER, digest=token_digest, now=now).one_or_none()
    return Viewer(*row) if row else None


def find_viewers(usernames: Sequence[str]) -> dict[str, Viewer]:
    """Return those of these accounts that exist, by username."""
    rows = read(_VIEWERS, usernames=usernames)
    return {row.username: Viewer(*row) for row in rows}


def get_profile(username: str) -> Record:
    """Return the public facts of an account or raise NotFound."""
    row = read(_PROFILE, username=username.lower()).one_or_none()
    if row is None:
        raise NotFound("There is no reader of this name here.")
    return row


def get_account(user_id: int) -> Record:
    """Return what its owner sees and changes of an account, the e-mail address included."""
    return read(_ACCOUNT, user_id=user_id).one()


def find_credential(identifier: str) -> Record | None:
    """Return id and password hash of the account with this username or e-mail address, or None.

    Where several accounts gave the same unconfirmed address, it means the first to do so.
    """
    name = identifier.strip().lower()
    if not is_readable(name):  # nobody is called so, and the database may refuse the very question
        return None
    statement = _BY_EMAIL if "@" in name else _BY_USERNAME
    return read(statement, name=name).one_or_none()
