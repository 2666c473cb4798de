"""Signing in and out: tries, sessions, the history of both. The doors commit.

Signing in is three steps, since checking a password takes long and must not hold up other
writers: `register_attempt` and its commit, `check_password`, `start_session` and its commit.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from bookreviews.accounts import passwords, queries
from bookreviews.accounts.agents import short_agent
from bookreviews.accounts.models import (
    AccountToken,
    Invitation,
    SignIn,
    SignInAttempt,
    SignInSession,
)
from bookreviews.accounts.tokens import digest_of, new_token
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import NotAllowed, NotFound, TooMany
from bookreviews.extensions import session
from bookreviews.lib.networks import network_of

SESSION_LASTS = timedelta(days=30)
HISTORY_LASTS = timedelta(days=90)

# Enough for fingers that slip, too few to guess; the address's share covers a household.
ATTEMPTS_WINDOW = timedelta(minutes=15)
MOST_ATTEMPTS_PER_ACCOUNT = 8
MOST_ATTEMPTS_PER_ADDRESS = 40
MOST_SIGN_UPS_PER_ADDRESS = 30
MOST_LETTERS_PER_ACCOUNT = 5


def register_attempt(*, identifier: str, address: str, at: datetime, agent: str = "") -> int | None:
    """Write a try to sign in down before the password is looked at; TooMany if tried too often.

    Counted for each account, by whichever of its names, for each name that is none, and for each
    address (IPv6: each /64 network). It enters the account's history as failed; the number of
    that entry, which is returned, lets `start_session` turn it into a success.
    """
    credential = queries.find_credential(identifier)
    if credential is None:
        _count_attempt(identifier.strip().lower(), MOST_ATTEMPTS_PER_ACCOUNT, address, at)
        return None
    _count_attempt(_account_key(credential.id), MOST_ATTEMPTS_PER_ACCOUNT, address, at)
    return _enter(credential.id, address, agent, at, succeeded=False)


def register_confirmation(*, viewer: Viewer, address: str, at: datetime) -> None:
    """Write down that somebody signed in gives the password again; TooMany if tried too often.

    Counted apart from signing in, so that strangers who guess can't keep an owner from acting.
    """
    _count_attempt(_confirmation_key(viewer.id), MOST_ATTEMPTS_PER_ACCOUNT, address, at)


def register_sign_up(*, address: str, at: datetime) -> None:
    """Write a sign-up down, since each costs a slow hash; TooMany if one address makes too many."""
    _count_attempt(f"sign-up {network_of(address)}", MOST_SIGN_UPS_PER_ADDRESS, address, at)


def register_letter(*, user_id: int, address: str, at: datetime) -> None:
    """Write down that an account wants a letter; TooMany if it wants many: not all are readers."""
    _count_attempt(f"letters {user_id}", MOST_LETTERS_PER_ACCOUNT, address, at)


def register_reset(*, identifier: str, address: str, at: datetime) -> None:
    """Write down that somebody asks for a way back in; TooMany if asked too often.

    Counted by what was typed, and not by the account, or else two names of one account could be
    told for that.
    """
    _count_attempt(f"reset {identifier.strip().lower()}", MOST_LETTERS_PER_ACCOUNT, address, at)


def may_write_reset(*, user_id: int, address: str, at: datetime) -> bool:
    """Count a letter with a way back in for an account; False if it has got enough of them."""
    try:
        _count_attempt(f"reset of {user_id}", MOST_LETTERS_PER_ACCOUNT, address, at)
    except TooMany:
        return False
    return True


def forget_attempts(*, user_id: int) -> None:
    """Forget an account's tries: the right password was given."""
    digests = [digest_of(_account_key(user_id)), digest_of(_confirmation_key(user_id))]
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


def start_session(
    *,
    user_id: int,
    at: datetime,
    address: str = "",
    agent: str = "",
    attempt_id: int | None = None,
) -> str:
    """Sign an account in and return the token for its cookie; its failed attempts are forgotten.

    `attempt_id` is what `register_attempt` returned. Who signs in without an attempt has just
    made the account.
    """
    forget_attempts(user_id=user_id)
    session().execute(delete(SignInSession).where(SignInSession.expires_at <= at))
    token = new_token()
    session().add(
        SignInSession(
            token_digest=digest_of(token),
            user_id=user_id,
            started_at=at,
            expires_at=at + SESSION_LASTS,
            address=network_of(address) if address else "",
            agent=short_agent(agent),
        )
    )
    if attempt_id is None:
        _enter(user_id, address, agent, at, succeeded=True)
    else:
        own = (SignIn.id == attempt_id, SignIn.user_id == user_id)
        session().execute(update(SignIn).where(*own).values(succeeded=True))
    session().flush()
    return token


def end_session(*, token: str) -> None:
    """Sign out where this token is used; a copy of the cookie is worth nothing afterwards."""
    session().execute(delete(SignInSession).where(SignInSession.token_digest == digest_of(token)))


def end_session_by_id(*, session_id: int, user_id: int) -> None:
    """Sign an account out in one browser; NotFound if it isn't this account's or has ended."""
    own = (SignInSession.id == session_id, SignInSession.user_id == user_id)
    gone = session().execute(delete(SignInSession).where(*own).returning(SignInSession.id))
    if gone.one_or_none() is None:
        raise NotFound("There is no such session; it may have ended meanwhile.")


def end_sessions(*, user_id: int, but_token: str | None = None) -> None:
    """Sign an account out everywhere, or everywhere but where this token is used."""
    theirs = SignInSession.user_id == user_id
    others = [] if but_token is None else [SignInSession.token_digest != digest_of(but_token)]
    session().execute(delete(SignInSession).where(theirs, *others))


def forget_old(*, at: datetime) -> None:
    """Forget history that is 90 days old, and what has expired: sessions, tokens, invitations."""
    for statement in (
        delete(SignIn).where(SignIn.at <= at - HISTORY_LASTS),
        delete(SignInAttempt).where(SignInAttempt.attempted_at < at - ATTEMPTS_WINDOW),
        delete(SignInSession).where(SignInSession.expires_at <= at),
        delete(AccountToken).where(AccountToken.expires_at <= at),
        delete(Invitation).where(
            Invitation.used_at.is_(None), Invitation.expires_at <= at - HISTORY_LASTS
        ),
    ):
        session().execute(statement)


def forget_ways_in(*, user_id: int) -> None:
    """Forget all of an account's sessions, tokens, tries and history: it is being erased."""
    forget_attempts(user_id=user_id)
    keys = (f"letters {user_id}", f"reset of {user_id}")
    digests = [digest_of(key) for key in keys]
    session().execute(delete(SignInAttempt).where(SignInAttempt.account_digest.in_(digests)))
    for table in (SignInSession, AccountToken, SignIn):
        session().execute(delete(table).where(table.user_id == user_id))


def _enter(user_id: int, address: str, agent: str, at: datetime, *, succeeded: bool) -> int:
    entry = SignIn(
        user_id=user_id,
        at=at,
        address=network_of(address) if address else "",
        agent=short_agent(agent),
        succeeded=succeeded,
    )
    session().add(entry)
    session().flush()
    return entry.id


def _count_attempt(account: str, most: int, address: str, at: datetime) -> None:
    # People type passwords into the wrong field: what was typed is not kept as it was.
    digest, network = digest_of(account), network_of(address)
    _take_turn(digest, network)
    # Those far ahead are of before the clock was set back, and would count for too long.
    session().execute(
        delete(SignInAttempt).where(
            ~SignInAttempt.attempted_at.between(at - ATTEMPTS_WINDOW, at + ATTEMPTS_WINDOW)
        )
    )
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
