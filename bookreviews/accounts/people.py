"""What others than its owner do to an account: admins, moderators, the site. The doors commit."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update

from bookreviews.accounts import queries
from bookreviews.accounts.checks import checked_line
from bookreviews.accounts.confirming import forget_resets
from bookreviews.accounts.models import (
    ADMIN,
    LONGEST_NOTE,
    READER,
    ROLES,
    AccountToken,
    Credential,
    Invitation,
    User,
)
from bookreviews.accounts.tokens import digest_of, new_token
from bookreviews.accounts.viewer import Viewer
from bookreviews.accounts.ways_in import end_sessions, forget_attempts, forget_ways_in
from bookreviews.errors import Conflict, Invalid, NotFound
from bookreviews.extensions import session
from bookreviews.lib.orm import Record
from bookreviews.mail.services import forget_address, forget_username

INVITATION_LASTS = timedelta(days=30)

NAME_OF_ERASED = "Former reader"

_WRONG_CODE = (
    "This invitation has been used, is too old, or was never made. Please ask whoever invited you."
)
_LAST_ADMIN = "Somebody must run the site: make another admin first."


def suspend(*, user_id: int, until: datetime) -> None:
    """Let an account read but not write until then; signing in stays possible."""
    _existing(user_id).suspended_until = until
    session().flush()


def lift_suspension(*, user_id: int) -> None:
    """Let an account write again."""
    _existing(user_id).suspended_until = None
    session().flush()


def approve(*, user_id: int, at: datetime) -> None:
    """Let an account in that waits; one that doesn't stays as it is."""
    user = _existing(user_id)
    user.approved_at = user.approved_at or at
    session().flush()


def change_role(*, user_id: int, role: str) -> None:
    """Give an account another role; Conflict if nobody would be left to run the site."""
    if role not in ROLES:
        raise Invalid(role=f"The roles are {', '.join(ROLES)}.")
    admins = _locked_admins()
    user = _existing(user_id)
    if role != ADMIN:
        _refuse_last_admin(user, admins)
    user.role = role
    session().flush()


def set_password(*, user_id: int, password_hash: str, at: datetime) -> None:
    """Give an account this password: the command's way to let somebody back in.

    Its sessions end, and so do the links of letters. The hash comes from `new_password_hash`.
    """
    _existing(user_id)
    credential = session().get(Credential, user_id, populate_existing=True)
    if credential is None:
        session().add(Credential(user_id=user_id, password_hash=password_hash, changed_at=at))
    else:
        credential.password_hash, credential.changed_at = password_hash, at
    end_sessions(user_id=user_id)
    forget_attempts(user_id=user_id)
    forget_resets(user_id)
    session().flush()


def invite(*, made_by: Viewer, note: str, at: datetime) -> str:
    """Make an invitation and return its code, which we don't keep; `note` says whom it is for."""
    code = new_token()
    session().add(
        Invitation(
            code_digest=digest_of(code),
            note=checked_line(note, "note", LONGEST_NOTE),
            made_by_id=made_by.id,
            made_at=at,
            expires_at=at + INVITATION_LASTS,
        )
    )
    session().flush()
    return code


def revoke_invitation(*, code_digest: str) -> None:
    """Take an invitation back; NotFound if there is none, or somebody has used it."""
    unused = (Invitation.code_digest == code_digest, Invitation.used_at.is_(None))
    gone = session().execute(delete(Invitation).where(*unused).returning(Invitation.made_at))
    if gone.one_or_none() is None:
        raise NotFound("There is no such invitation; it may have been used meanwhile.")


def check_invitation(*, code: str | None, at: datetime) -> None:
    """Raise Invalid if this is a code that nobody can use now; None is no code, and needs none."""
    if code is not None and not queries.is_good_invitation(code, now=at):
        raise Invalid(invitation=_WRONG_CODE)


def use_invitation(*, code: str, user_id: int, at: datetime) -> None:
    """Let an account that was just made use an invitation up, or raise Invalid."""
    used = session().execute(
        update(Invitation)
        .where(
            Invitation.code_digest == digest_of(code.strip()),
            Invitation.used_at.is_(None),
            Invitation.expires_at > at,
        )
        .values(used_by_id=user_id, used_at=at)
        .returning(Invitation.made_at)
        .execution_options(synchronize_session=False)
    )
    if used.one_or_none() is None:
        raise Invalid(invitation=_WRONG_CODE)


def erase(*, user_id: int, at: datetime) -> None:
    """Empty an account for ever: nothing that was personal stays, only its number does.

    The row is kept since the ledger and the audit trail point to it. Conflict for the last admin.
    """
    admins = _locked_admins()
    user = _existing(user_id)
    _refuse_last_admin(user, admins)
    _forget_letters_to(user)
    forget_ways_in(user_id=user_id)
    session().execute(delete(Credential).where(Credential.user_id == user_id))
    _empty_notes(user_id)
    user.username, user.name = f"erased-{user_id}", NAME_OF_ERASED
    user.email, user.email_given_at, user.email_confirmed_at = "", at, None
    user.role, user.place, user.about = READER, "", ""
    user.suspended_until, user.mails_about, user.unread_notifications = None, [], 0
    user.erased_at = at
    session().flush()


def count_unread(*, user_id: int) -> Record | None:
    """Count one more unread notification of an account.

    Returns username, name, email, email_confirmed_at and mails_about; None if none is (left).
    """
    counted = session().execute(
        update(User)
        .where(User.id == user_id, User.erased_at.is_(None))
        .values(unread_notifications=User.unread_notifications + 1)
        .returning(User.username, User.name, User.email, User.email_confirmed_at, User.mails_about)
        .execution_options(synchronize_session=False)
    )
    return counted.one_or_none()


def take_turn_on_unread(*, user_id: int) -> None:
    """Let nobody else count this account's notifications until the commit."""
    theirs = select(User.id).where(User.id == user_id)
    session().execute(theirs.with_for_update(key_share=True))


def take_turns_on_people(user_ids: Collection[int]) -> None:
    """Let nobody else write about any of these accounts, each after the one before."""
    theirs = select(User.id).where(User.id.in_(user_ids)).order_by(User.id)
    session().execute(theirs.with_for_update(key_share=True))


def set_unread(*, user_id: int, count: int) -> None:
    """Say how many notifications of an account are unread; we have our turn on it."""
    session().execute(
        update(User)
        .where(User.id == user_id)
        .values(unread_notifications=count)
        .execution_options(synchronize_session=False)
    )


def _existing(user_id: int) -> User:
    user = session().get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None or user.erased_at is not None:
        raise NotFound("There is no such account.")
    return user


def _locked_admins() -> set[int]:
    """Return who runs the site, in our turn: two of them must not step back at the same time."""
    statement = select(User.id).where(User.role == ADMIN, User.erased_at.is_(None))
    return set(session().scalars(statement.order_by(User.id).with_for_update(key_share=True)))


def _refuse_last_admin(user: User, admins: set[int]) -> None:
    if admins == {user.id}:
        raise Conflict(_LAST_ADMIN)


def _forget_letters_to(user: User) -> None:
    """Forget letters to the account, and to its addresses, but for one that another has too."""
    asked = select(AccountToken.email).where(AccountToken.user_id == user.id)
    for address in {user.email, *session().scalars(asked)}:
        others = exists().where(User.email == address, User.id != user.id)
        if not session().scalar(select(others)):
            forget_address(address)
    forget_username(user.username)


def _empty_notes(user_id: int) -> None:
    """Empty what was noted of whom an invitation is for: this person, or by them of others."""
    theirs = or_(Invitation.used_by_id == user_id, Invitation.made_by_id == user_id)
    session().execute(
        update(Invitation)
        .where(theirs)
        .values(note="")
        .execution_options(synchronize_session=False)
    )
