"""Every read of accounts. None but `find_credential` ever touches a password's hash."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from bookreviews.accounts.models import (
    ADMIN,
    CONFIRM,
    RESET,
    AccountToken,
    Credential,
    Invitation,
    SignIn,
    SignInSession,
    User,
)
from bookreviews.accounts.tokens import digest_of
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.days import day_of
from bookreviews.lib.orm import Moment, Record, Statement
from bookreviews.lib.pagination import Page, continuing, keyset, page_of
from bookreviews.lib.text import is_readable

PAGE_SIZE = 50

USED_UP = "This link has been used, or is too old."

SUSPENDED, WAITING, UNCONFIRMED, ERASED = "suspended", "waiting", "unconfirmed", "erased"

_VIEWER_COLUMNS = (
    User.id,
    User.username,
    User.name,
    User.role,
    User.suspended_until,
    User.approved_at.is_not(None).label("is_approved"),
    User.unread_notifications,
)
_VIEWER = (
    select(*_VIEWER_COLUMNS)
    .join(SignInSession, SignInSession.user_id == User.id)
    .where(
        SignInSession.token_digest == bindparam("digest"),
        SignInSession.expires_at > bindparam("now"),
        User.erased_at.is_(None),  # it may have been while its owner's password was checked
    )
)
_VIEWERS = select(*_VIEWER_COLUMNS).where(User.username.in_(bindparam("usernames", expanding=True)))
_PROFILE = select(
    User.id, User.username, User.name, User.role, User.place, User.about, User.joined_at
).where(User.username == bindparam("username"), User.erased_at.is_(None))
_PENDING = (
    select(AccountToken.email)
    .where(
        AccountToken.user_id == User.id,
        AccountToken.purpose == CONFIRM,
        AccountToken.email != User.email,
    )
    .limit(1)
    .scalar_subquery()
)
_ACCOUNT = select(
    User.username,
    User.name,
    User.email,
    User.email_confirmed_at,
    _PENDING.label("pending_email"),
    User.place,
    User.about,
    User.mails_about,
    User.approved_at,
).where(User.id == bindparam("user_id"))
_PERSON = select(
    User.id,
    User.username,
    User.name,
    User.email,
    User.email_given_at,
    User.email_confirmed_at,
    User.role,
    User.place,
    User.about,
    User.joined_at,
    User.approved_at,
    User.suspended_until,
    User.erased_at,
    exists().where(Credential.user_id == User.id).label("has_password"),
).where(User.id == bindparam("user_id"))
_FOUND = select(
    User.id,
    User.username,
    User.name,
    User.email,
    User.email_confirmed_at,
    User.role,
    User.joined_at,
    User.approved_at,
    User.suspended_until,
    User.erased_at,
)
_ADMINS = select(func.count()).select_from(User).where(User.role == ADMIN, User.erased_at.is_(None))
_APPROVALS = (
    _FOUND.where(User.approved_at.is_(None), User.erased_at.is_(None))
    .order_by(User.id)
    .limit(bindparam("most"))
)
_DAY = day_of(User.joined_at)
_SIGN_UPS = (
    select(_DAY.label("day"), func.count().label("number"))
    .where(User.joined_at >= bindparam("since", type_=Moment))
    .group_by(_DAY)
    .order_by(_DAY)
)
_SESSIONS = (
    select(
        SignInSession.id,
        SignInSession.started_at,
        SignInSession.expires_at,
        SignInSession.address,
        SignInSession.agent,
        (SignInSession.token_digest == bindparam("digest")).label("is_here"),
    )
    .where(
        SignInSession.user_id == bindparam("user_id"),
    )
    .order_by(SignInSession.id.desc())
)
_SIGN_INS = (
    select(SignIn.id, SignIn.at, SignIn.address, SignIn.agent, SignIn.succeeded)
    .where(SignIn.user_id == bindparam("user_id"))
    .order_by(SignIn.id.desc())
    .limit(bindparam("most"))
)
_maker, _user = aliased(User), aliased(User)
_INVITATIONS = (
    select(
        Invitation.code_digest,
        Invitation.note,
        Invitation.made_at,
        Invitation.expires_at,
        Invitation.used_at,
        _maker.username.label("made_by"),
        _user.username.label("used_by"),
    )
    .join(_maker, _maker.id == Invitation.made_by_id)
    .outerjoin(_user, _user.id == Invitation.used_by_id)
    .order_by(Invitation.made_at.desc(), Invitation.code_digest)
    .limit(bindparam("most"))
)
_INVITATION = select(Invitation.code_digest).where(
    Invitation.code_digest == bindparam("digest"),
    Invitation.used_at.is_(None),
    Invitation.expires_at > bindparam("now", type_=Moment),
)
_TOKEN = (
    select(User.id.label("user_id"), User.username, User.email, AccountToken.email.label("proven"))
    .join(User, User.id == AccountToken.user_id)
    .where(
        AccountToken.token_digest == bindparam("digest"),
        AccountToken.purpose == bindparam("purpose"),
        AccountToken.expires_at > bindparam("now", type_=Moment),
    )
)
# Whose an address is: of who has confirmed it, else of who gave it first.
_ITS_OWNER_FIRST = (User.email_confirmed_at.is_(None), User.email_given_at, User.id)
_CREDENTIAL = select(User.id, Credential.password_hash).join(Credential)
_BY_USERNAME = _CREDENTIAL.where(User.username == bindparam("name"))
_BY_EMAIL = _CREDENTIAL.where(User.email == bindparam("name")).order_by(*_ITS_OWNER_FIRST).limit(1)
_RESET_COLUMNS = select(User.id, User.username, User.email).join(Credential)
_RESET_BY_EMAIL = (
    _RESET_COLUMNS.where(User.email == bindparam("name")).order_by(*_ITS_OWNER_FIRST).limit(1)
)
_RESET_BY_USERNAME = _RESET_COLUMNS.where(User.username == bindparam("name"))


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
    """Return what its owner sees and changes of an account, the e-mail address included.

    `pending_email` is the address that will be the account's once it is confirmed.
    """
    return read(_ACCOUNT, user_id=user_id).one()


def get_person(user_id: int) -> Record:
    """Return all that an admin sees of an account, or raise NotFound."""
    row = read(_PERSON, user_id=user_id).one_or_none()
    if row is None:
        raise NotFound("There is no such account.")
    return row


def search_people(
    *, q: str = "", role: str | None = None, state: str | None = None, after: str | None = None
) -> Page[Record]:
    """Return a page of accounts, the newest first.

    `q` is in the username or the name, or is the address; `state` is suspended, waiting,
    unconfirmed or erased. Erased ones are left out unless asked for.
    """
    values = continuing(after, ("id",), (int,))
    if q:
        values |= {"part": f"%{_escaped(q.lower())}%", "address": q.lower()}
    if role:
        values["role"] = role
    statement = _people(bool(q), bool(role), state or "", after is not None)
    rows = read(statement, **values).all()
    return page_of(rows, size=PAGE_SIZE, key=lambda row: (row.id,), is_first=after is None)


def waiting_for_approval(most: int = 20) -> Sequence[Record]:
    """Return accounts that wait for an admin, the longest waiting first, as `search_people`."""
    return read(_APPROVALS, most=most).all()


def count_admins() -> int:
    """Return how many run the site."""
    return int(read(_ADMINS).scalar_one())


def sign_ups_per_day(since: datetime) -> Sequence[Record]:
    """Return `day` as text and `number` of the sign-ups on each day that had any."""
    return read(_SIGN_UPS, since=since).all()


def sessions_of(user_id: int, *, here: str = "") -> Sequence[Record]:
    """Return where an account is signed in, the last first; `here` is this browser's token."""
    return read(_SESSIONS, user_id=user_id, digest=digest_of(here)).all()


def sign_ins_of(user_id: int, most: int = 20) -> Sequence[Record]:
    """Return an account's last sign-ins and wrong passwords: at, address, agent, succeeded."""
    return read(_SIGN_INS, user_id=user_id, most=most).all()


def list_invitations(most: int = 200) -> Sequence[Record]:
    """Return the newest invitations: note, who made them when, who used them when, if anybody."""
    return read(_INVITATIONS, most=most).all()


def is_good_invitation(code: str, *, now: datetime) -> bool:
    """Tell whether somebody could use this code now."""
    return read(_INVITATION, digest=digest_of(code.strip()), now=now).one_or_none() is not None


def get_confirmation(token: str, *, now: datetime) -> Record:
    """Return `username` and the address `proven` by a letter's token, or raise NotFound."""
    return _of_token(token, CONFIRM, now)


def get_reset(token: str, *, now: datetime) -> Record:
    """Return `user_id`, `username`, `email` of whom a letter's token lets in, or NotFound."""
    return _of_token(token, RESET, now)


def find_reset_account(identifier: str) -> Record | None:
    """Return id, username and email of the account of this name or address, or None.

    None as well where its address belongs to another account: who confirmed it, or who gave it
    first while nobody has.
    """
    name = identifier.strip().lower()
    if not is_readable(name):
        return None
    if "@" in name:
        return read(_RESET_BY_EMAIL, name=name).one_or_none()
    account = read(_RESET_BY_USERNAME, name=name).one_or_none()
    owner = read(_RESET_BY_EMAIL, name=account.email if account else "").one_or_none()
    return account if account and owner and owner.id == account.id else None


def find_credential(identifier: str) -> Record | None:
    """Return id and password hash of the account with this username or e-mail address, or None.

    An address means the account that has confirmed it, else the first that gave it.
    """
    name = identifier.strip().lower()
    if not is_readable(name):  # nobody is called so, and the database may refuse the very question
        return None
    statement = _BY_EMAIL if "@" in name else _BY_USERNAME
    return read(statement, name=name).one_or_none()


def _of_token(token: str, purpose: str, now: datetime) -> Record:
    row = read(_TOKEN, digest=digest_of(token), purpose=purpose, now=now).one_or_none()
    if row is None:
        raise NotFound(USED_UP)
    return row


@cache
def _people(has_words: bool, has_role: bool, state: str, continues: bool) -> Statement:
    statement = _FOUND
    if has_words:
        part: BindParameter[str] = bindparam("part")
        statement = statement.where(
            or_(
                User.username.like(part, escape="\\"),
                func.lower(User.name).like(part, escape="\\"),
                User.email == bindparam("address"),
            )
        )
    if has_role:
        statement = statement.where(User.role == bindparam("role"))
    statement = statement.where(_STATES.get(state, User.erased_at.is_(None)))
    return keyset(statement, (User.id,), ("id",), downward=True, continues=continues).limit(
        PAGE_SIZE + 1
    )


_STATES = {
    SUSPENDED: User.suspended_until.is_not(None),
    WAITING: and_(User.approved_at.is_(None), User.erased_at.is_(None)),
    UNCONFIRMED: and_(User.email_confirmed_at.is_(None), User.erased_at.is_(None)),
    ERASED: User.erased_at.is_not(None),
}


def _escaped(part: str) -> str:
    """Return a text that LIKE takes as it is."""
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
