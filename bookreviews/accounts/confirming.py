"""Letters that prove something: that an address is one's own, or the right to a new password.

Each holds a link with a token that works once. The doors commit.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts import queries
from bookreviews.accounts.models import CONFIRM, RESET, AccountToken, Credential, User
from bookreviews.accounts.tokens import digest_of, new_token
from bookreviews.accounts.ways_in import (
    end_sessions,
    forget_attempts,
    may_write_reset,
    register_reset,
)
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import session
from bookreviews.mail.services import write_letter

CONFIRMATION_LASTS = timedelta(days=3)
RESET_LASTS = timedelta(hours=1)

USED_UP = queries.USED_UP
_TAKEN = (
    "Another account here has confirmed this address. Sign in to that one, or give this "
    "account another address."
)


def ask_to_confirm(*, user_id: int, at: datetime, email: str | None = None) -> None:
    """Write a letter with a link that confirms an address, in the place of an earlier one.

    Without `email` it goes to the address that waits to be confirmed; Conflict if none does.
    """
    user = session().get_one(User, user_id, populate_existing=True)
    address = email or _unconfirmed_address(user)
    if address is None:
        raise Conflict("Your address is confirmed already.")
    _forget_tokens(user_id, CONFIRM)
    token = _add_token(user_id, CONFIRM, address, at + CONFIRMATION_LASTS)
    # A name may hold an advertisement, and nobody knows whose address it is: letters don't say it.
    details = {"username": user.username, "token": token}
    write_letter(address=address, template="confirm-address", details=details, at=at)


def confirm_email(*, token: str, at: datetime) -> None:
    """Take the address that this token's letter went to for its account's own.

    Conflict if another account has confirmed it: whoever sees that holds the mailbox.
    """
    user, email = _take_token(token, CONFIRM, at)
    _confirm(user, email, at)


def confirm_by_admin(*, user_id: int, at: datetime) -> None:
    """Take an account's present address for its own, since an admin knows that it is."""
    user = _locked(user_id)
    if user.erased_at is not None:
        raise NotFound("There is no such account.")
    _forget_tokens(user_id, CONFIRM)
    _confirm(user, user.email, at)


def ask_for_reset(*, identifier: str, address: str, at: datetime) -> bool:
    """Write a letter with a link to a new password, where there is such an account.

    Letters go to an address that the account has confirmed, or was the first to give while
    nobody has confirmed it: for others it is a stranger's. TooMany if asked too often. Whether one
    was written is for admins: readers must not learn who has an account.
    """
    register_reset(identifier=identifier, address=address, at=at)
    account = queries.find_reset_account(identifier)
    if account is None or not may_write_reset(user_id=account.id, address=address, at=at):
        return False
    token = _add_token(account.id, RESET, account.email, at + RESET_LASTS)
    details = {"username": account.username, "token": token}
    write_letter(address=account.email, template="reset-password", details=details, at=at)
    return True


def reset_password(*, token: str, password_hash: str, at: datetime) -> int:
    """Set the password of the token's account and return its id; its sessions and tokens end.

    Who follows the link reads the address's letters, so that it is confirmed as well, unless
    another account was faster.
    """
    user, _email = _take_token(token, RESET, at)
    credential = session().get_one(Credential, user.id, populate_existing=True)
    credential.password_hash, credential.changed_at = password_hash, at
    end_sessions(user_id=user.id)
    forget_attempts(user_id=user.id)
    _forget_tokens(user.id, RESET)
    if user.email_confirmed_at is None and not _is_confirmed_elsewhere(user):
        user.email_confirmed_at = at
    session().flush()
    return user.id


def forget_pending(user: User) -> None:
    """Let an address that waits to take the place of the present one wait no more."""
    session().execute(
        delete(AccountToken)
        .where(
            AccountToken.user_id == user.id,
            AccountToken.purpose == CONFIRM,
            AccountToken.email != user.email,
        )
        .execution_options(synchronize_session=False)
    )


def forget_resets(user_id: int) -> None:
    """Let links to a new password lead nowhere: the password has just been changed."""
    _forget_tokens(user_id, RESET)


def _unconfirmed_address(user: User) -> str | None:
    """Return the address that waits: one that is to replace the present one, or that itself."""
    waiting = session().scalar(
        select(AccountToken.email).where(
            AccountToken.user_id == user.id, AccountToken.purpose == CONFIRM
        )
    )
    if waiting is None and user.email_confirmed_at is None:
        return user.email
    return waiting


def _confirm(user: User, email: str, at: datetime) -> None:
    if email != user.email:
        user.email, user.email_given_at = email, at
        _forget_tokens(user.id, RESET)
    user.email_confirmed_at = at
    try:
        session().flush()
    except IntegrityError as error:
        raise Conflict(_TAKEN) from error


def _is_confirmed_elsewhere(user: User) -> bool:
    others = exists().where(User.email == user.email, User.email_confirmed_at.is_not(None))
    return bool(session().scalar(select(others)))


def _add_token(user_id: int, purpose: str, email: str, expires_at: datetime) -> str:
    token = new_token()
    session().add(
        AccountToken(
            token_digest=digest_of(token),
            user_id=user_id,
            purpose=purpose,
            email=email,
            expires_at=expires_at,
        )
    )
    return token


def _take_token(token: str, purpose: str, at: datetime) -> tuple[User, str]:
    """Return account and address of a token that is good now, and never again, or raise NotFound.

    One DELETE decides: of two who use it at the same moment, one gets it. The account is locked
    before, as by all who write about both.
    """
    digest = digest_of(token)
    known = select(AccountToken.user_id).where(AccountToken.token_digest == digest)
    user_id = session().scalar(known)
    if user_id is None:
        raise NotFound(USED_UP)
    user = _locked(user_id)
    email = session().scalar(
        delete(AccountToken)
        .where(
            AccountToken.token_digest == digest,
            AccountToken.purpose == purpose,
            AccountToken.expires_at > at,
        )
        .returning(AccountToken.email)
        .execution_options(synchronize_session=False)
    )
    if email is None:
        raise NotFound(USED_UP)
    return user, email


def _forget_tokens(user_id: int, purpose: str) -> None:
    theirs = (AccountToken.user_id == user_id, AccountToken.purpose == purpose)
    session().execute(
        delete(AccountToken).where(*theirs).execution_options(synchronize_session=False)
    )


def _locked(user_id: int) -> User:
    wait = {"key_share": True}
    return session().get_one(User, user_id, with_for_update=wait, populate_existing=True)
