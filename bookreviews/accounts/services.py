"""Every write to accounts, and its rules. The doors commit.

Signing in is three steps, since checking a password takes long and must not hold up other
writers: `register_attempt` and its commit, `check_password`, `start_session` and its commit.
"""

import hashlib
import ipaddress
import re
import secrets
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts import passwords, queries
from bookreviews.accounts.demo import DEMO_PASSWORD
from bookreviews.accounts.models import (
    LONGEST_ABOUT,
    LONGEST_NAME,
    LONGEST_PLACE,
    READER,
    ROLES,
    Credential,
    SignInAttempt,
    SignInSession,
    User,
)
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Invalid, NotAllowed, TooMany
from bookreviews.extensions import session
from bookreviews.lib import text

SESSION_LASTS = timedelta(days=30)

# Enough for fingers that slip, too few to guess; the address's share covers a household.
ATTEMPTS_WINDOW = timedelta(minutes=15)
MOST_ATTEMPTS_PER_ACCOUNT = 8
MOST_ATTEMPTS_PER_ADDRESS = 40
MOST_SIGN_UPS_PER_ADDRESS = 30

_USERNAME = re.compile(r"[a-z0-9][a-z0-9_]{0,28}[a-z0-9]")
# Names that would read as the site speaking.
_RESERVED = frozenset(
    {
        *("admin", "administrator", "moderator", "moderation", "staff", "support", "root"),
        *("system", "bookreviews", "security", "help", "anonymous", "everyone", "null"),
    }
)


def sign_up(
    *,
    username: str,
    name: str,
    email: str,
    password_hash: str | None,
    role: str = READER,
    place: str = "",
    about: str = "",
    at: datetime,
) -> User:
    """Make an account. The hash comes from `new_password_hash`; without one nobody can sign in."""
    if role not in ROLES:
        raise Invalid(role=f"The roles are {', '.join(ROLES)}.")
    user = User(
        username=_checked_username(username),
        name=_checked_name(name or username),
        email=checked_email(email),
        email_given_at=at,
        role=role,
        place=_checked_line(place, "place", LONGEST_PLACE),
        about=_checked_line(about, "about", LONGEST_ABOUT),
        joined_at=at,
    )
    session().add(user)
    try:
        session().flush()
    except IntegrityError as error:
        raise Invalid(username="This username is taken; please choose another.") from error
    if password_hash is not None:
        session().add(Credential(user_id=user.id, password_hash=password_hash, changed_at=at))
    return user


def check_sign_up(*, username: str, name: str, email: str, password: str) -> None:
    """Raise one Invalid that names everything `sign_up` would refuse but a taken username."""
    problems: dict[str, str] = {}
    for check, values in (
        (_checked_name, (name or username,)),
        (_checked_username, (username,)),
        (checked_email, (email,)),
        (_check_new_password, (password, username, email)),
    ):
        try:
            check(*values)
        except Invalid as error:
            problems |= error.fields
    if problems:
        raise Invalid(**problems)


def new_password_hash(password: str, *, username: str, email: str) -> str:
    """Check a password that someone wants to have, and return its hash. Slow: no transaction."""
    _check_new_password(password, username, email)
    return passwords.hash_password(password)


def register_attempt(*, identifier: str, address: str, at: datetime) -> None:
    """Write a try to sign in down before the password is looked at; TooMany if tried too often.

    Counted for each account, by whichever of its names, for each name that is none, and for each
    address (IPv6: each /64 network).
    """
    credential = queries.find_credential(identifier)
    account = _account_key(credential.id) if credential else identifier.strip().lower()
    _count_attempt(account, MOST_ATTEMPTS_PER_ACCOUNT, address, at)


def register_confirmation(*, viewer: Viewer, address: str, at: datetime) -> None:
    """Write down that somebody signed in gives the password again; TooMany if tried too often.

    Counted apart from signing in, so that strangers who guess can't keep an owner from acting.
    """
    _count_attempt(_confirmation_key(viewer.id), MOST_ATTEMPTS_PER_ACCOUNT, address, at)


def register_sign_up(*, address: str, at: datetime) -> None:
    """Write a sign-up down, since each costs a slow hash; TooMany if one address makes too many."""
    _count_attempt(f"sign-up {_network_of(address)}", MOST_SIGN_UPS_PER_ADDRESS, address, at)


def forget_attempts(*, user_id: int) -> None:
    """Forget an account's tries: the right password was given."""
    digests = [_digest(_account_key(user_id)), _digest(_confirmation_key(user_id))]
    session().execute(delete(SignInAttempt).where(SignInAttempt.account_digest.in_(digests)))


def check_password(*, identifier: str, password: str) -> int:
    """Return the id of the account with this username or address and password, or NotAllowed.

    The same answer after the same time, whether the account or the password is wrong. Slow.
    """
    credential = queries.find_credential(identifier)
    known_hash = credential.password_hash if credential else None
    if not passwords.verify(known_hash, password) or credential is None:
        raise NotAllowed("The name or the password is wrong.")
    return int(credential.id)


def start_session(*, user_id: int, at: datetime) -> str:
    """Sign an account in and return the token for its cookie; its failed attempts are forgotten."""
    forget_attempts(user_id=user_id)
    session().execute(delete(SignInSession).where(SignInSession.expires_at <= at))
    token = secrets.token_urlsafe(32)
    session().add(
        SignInSession(
            token_digest=digest_of(token),
            user_id=user_id,
            started_at=at,
            expires_at=at + SESSION_LASTS,
        )
    )
    session().flush()
    return token


def end_session(*, token: str) -> None:
    """Sign out where this token is used; a copy of the cookie is worth nothing afterwards."""
    session().execute(delete(SignInSession).where(SignInSession.token_digest == digest_of(token)))


def change_profile(*, viewer: Viewer, name: str, place: str, about: str) -> None:
    """Change what others read about oneself."""
    user = session().get_one(User, viewer.id, populate_existing=True)
    user.name = _checked_name(name)
    user.place = _checked_line(place, "place", LONGEST_PLACE)
    user.about = _checked_line(about, "about", LONGEST_ABOUT)


def change_email(*, viewer: Viewer, email: str, at: datetime) -> None:
    """Change the address; callers have asked for the password."""
    user = session().get_one(User, viewer.id, populate_existing=True)
    wanted = checked_email(email)
    if wanted != user.email:
        user.email, user.email_given_at = wanted, at


def change_password(*, viewer: Viewer, password_hash: str, token: str, at: datetime) -> None:
    """Set another password and sign out everywhere but here; callers have asked for the old one."""
    credential = session().get_one(Credential, viewer.id, populate_existing=True)
    credential.password_hash = password_hash
    credential.changed_at = at
    session().execute(
        delete(SignInSession).where(
            SignInSession.user_id == viewer.id, SignInSession.token_digest != digest_of(token)
        )
    )


def digest_of(token: str) -> str:
    """Return the digest under which a session's token is kept; tokens have 256 random bits."""
    return _digest(token)


def checked_email(email: str) -> str:
    """Return the address in its one spelling, or raise Invalid."""
    try:
        checked = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid(email="That is not an e-mail address.") from error
    return str(checked.normalized).lower()


def _check_new_password(password: str, username: str, email: str) -> None:
    if len(password) < passwords.SHORTEST:
        raise Invalid(password=f"Please use at least {passwords.SHORTEST} characters.")
    if len(password) > passwords.LONGEST:
        raise Invalid(password=f"Please use at most {passwords.LONGEST} characters.")
    known = {username.lower(), email.lower(), DEMO_PASSWORD}
    if password.lower() in known or len(set(password)) < 4 or password.isdigit():
        raise Invalid(password="That is too easy to guess; please choose another.")  # noqa: S106


def _checked_username(username: str) -> str:
    wanted = username.strip().lower()
    if not _USERNAME.fullmatch(wanted):
        raise Invalid(
            username="Usernames have 2 to 30 letters a to z, digits and underscores, and begin "
            "and end with a letter or digit."
        )
    if wanted in _RESERVED:
        raise Invalid(username="This username is reserved; please choose another.")
    return wanted


def _checked_name(name: str) -> str:
    checked = _checked_line(name, "name", LONGEST_NAME)
    if text.is_blank(checked):
        raise Invalid(name="Please give a name for others to see.")
    return checked


def _checked_line(value: str, field: str, longest: int) -> str:
    if not text.is_readable(value) or text.has_hidden_characters(value):
        raise Invalid(**{field: "Some characters can't be seen or read; please retype this."})
    tidied = text.tidy(" ".join(value.split()))
    if len(tidied) > longest:
        raise Invalid(**{field: f"Please use at most {longest} characters."})
    return tidied


def _count_attempt(account: str, most: int, address: str, at: datetime) -> None:
    digest, network = _digest(account), _network_of(address)
    _take_turn(digest, network)
    since = at - ATTEMPTS_WINDOW
    session().execute(delete(SignInAttempt).where(SignInAttempt.attempted_at < since))
    for column, value, limit in (
        (SignInAttempt.account_digest, digest, most),
        (SignInAttempt.address, network, MOST_ATTEMPTS_PER_ADDRESS),
    ):
        if (session().scalar(select(func.count()).where(column == value)) or 0) >= limit:
            raise TooMany(
                "Too many attempts. Please wait a quarter of an hour and try again.",
                retry_after=int(ATTEMPTS_WINDOW.total_seconds()),
            )
    session().add(SignInAttempt(account_digest=digest, address=network, attempted_at=at))
    session().flush()


def _take_turn(*keys: str) -> None:
    """Let tries of the same account or address wait for each other, so that all are counted.

    On SQLite all writers do anyway.
    """
    if session().get_bind().dialect.name == "postgresql":
        for key in sorted(keys):
            session().execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def _account_key(user_id: int) -> str:
    return f"account {user_id}"


def _confirmation_key(user_id: int) -> str:
    return f"confirmation {user_id}"


def _digest(secret: str) -> str:
    """People type passwords into the wrong field: what was typed is not kept as it was."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _network_of(address: str) -> str:
    """Return what one household has: an IPv4 address, or the /64 network of an IPv6 one.

    A socket that speaks both calls IPv4 clients ::ffff:192.0.2.1, all in one /64.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
