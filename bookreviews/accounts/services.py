"""Every write that makes an account or is its owner's, and its rules. The doors commit.

What else writes to accounts has rooms of its own, whose functions are here as well: signing in
and out is in `ways_in`, letters with links in `confirming`, what others than the owner do in
`people`, and how facts must look in `checks`.
"""

from collections.abc import Sequence
from datetime import datetime
from types import EllipsisType

from sqlalchemy.exc import IntegrityError

from bookreviews.accounts import passwords
from bookreviews.accounts.checks import (
    check_new_password,
    checked_email,
    checked_line,
    checked_name,
    checked_username,
)
from bookreviews.accounts.confirming import (
    CONFIRMATION_LASTS,
    RESET_LASTS,
    ask_for_reset,
    ask_to_confirm,
    confirm_by_admin,
    confirm_email,
    forget_pending,
    forget_resets,
    reset_password,
)
from bookreviews.accounts.models import (
    LONGEST_ABOUT,
    LONGEST_PLACE,
    MAILED_GROUPS,
    READER,
    ROLES,
    Credential,
    User,
)
from bookreviews.accounts.people import (
    INVITATION_LASTS,
    approve,
    change_role,
    check_invitation,
    erase,
    invite,
    lift_suspension,
    revoke_invitation,
    suspend,
    use_invitation,
)
from bookreviews.accounts.tokens import digest_of
from bookreviews.accounts.viewer import Viewer
from bookreviews.accounts.ways_in import (
    ATTEMPTS_WINDOW,
    HISTORY_LASTS,
    MOST_ATTEMPTS_PER_ACCOUNT,
    MOST_ATTEMPTS_PER_ADDRESS,
    MOST_LETTERS_PER_ACCOUNT,
    MOST_SIGN_UPS_PER_ADDRESS,
    SESSION_LASTS,
    check_password,
    end_session,
    end_session_by_id,
    end_sessions,
    forget_attempts,
    forget_old,
    register_attempt,
    register_confirmation,
    register_letter,
    register_sign_up,
    start_session,
)
from bookreviews.errors import Invalid, NotAllowed
from bookreviews.extensions import session
from bookreviews.mail.services import write_letter

__all__ = [
    "ATTEMPTS_WINDOW",
    "CONFIRMATION_LASTS",
    "HISTORY_LASTS",
    "INVITATION_LASTS",
    "MOST_ATTEMPTS_PER_ACCOUNT",
    "MOST_ATTEMPTS_PER_ADDRESS",
    "MOST_LETTERS_PER_ACCOUNT",
    "MOST_SIGN_UPS_PER_ADDRESS",
    "RESET_LASTS",
    "SESSION_LASTS",
    "approve",
    "ask_for_reset",
    "ask_to_confirm",
    "change_email",
    "change_mails",
    "change_password",
    "change_profile",
    "change_role",
    "check_invitation",
    "check_password",
    "check_sign_up",
    "checked_email",
    "confirm_by_admin",
    "confirm_email",
    "digest_of",
    "end_session",
    "end_session_by_id",
    "end_sessions",
    "erase",
    "forget_attempts",
    "forget_old",
    "invite",
    "lift_suspension",
    "new_password_hash",
    "register_attempt",
    "register_confirmation",
    "register_letter",
    "register_sign_up",
    "reset_password",
    "revoke_invitation",
    "sign_up",
    "start_session",
    "suspend",
]


def sign_up(
    *,
    username: str,
    name: str,
    email: str,
    password_hash: str | None,
    role: str = READER,
    place: str = "",
    about: str = "",
    approved_at: datetime | EllipsisType | None = ...,
    invitation: str | None = None,
    at: datetime,
) -> User:
    """Make an account. The hash comes from `new_password_hash`; without one nobody can sign in.

    It is approved from the start unless `approved_at` is None: then it waits for an admin. The
    code of an `invitation` is used up by it.
    """
    if role not in ROLES:
        raise Invalid(role=f"The roles are {', '.join(ROLES)}.")
    user = User(
        username=checked_username(username),
        name=checked_name(name or username),
        email=checked_email(email),
        email_given_at=at,
        role=role,
        place=checked_line(place, "place", LONGEST_PLACE),
        about=checked_line(about, "about", LONGEST_ABOUT),
        joined_at=at,
        approved_at=at if approved_at is ... else approved_at,
    )
    _add(user)
    if password_hash is not None:
        session().add(Credential(user_id=user.id, password_hash=password_hash, changed_at=at))
    if invitation is not None:
        use_invitation(code=invitation, user_id=user.id, at=at)
    return user


def _add(user: User) -> None:
    session().add(user)
    try:
        session().flush()
    except IntegrityError as error:
        raise Invalid(username="This username is taken; please choose another.") from error


def check_sign_up(*, username: str, name: str, email: str, password: str) -> None:
    """Raise one Invalid that names everything `sign_up` would refuse but a taken username."""
    problems: dict[str, str] = {}
    for check in (
        lambda: checked_name(name or username),
        lambda: checked_username(username),
        lambda: checked_email(email),
        lambda: check_new_password(password, username=username, email=email),
    ):
        try:
            check()
        except Invalid as error:
            problems |= error.fields
    if problems:
        raise Invalid(**problems)


def new_password_hash(password: str, *, username: str, email: str) -> str:
    """Check a password that someone wants to have, and return its hash. Slow: no transaction."""
    check_new_password(password, username=username, email=email)
    return passwords.hash_password(password)


def change_profile(*, viewer: Viewer, name: str, place: str, about: str, at: datetime) -> None:
    """Change what others read about oneself; whoever is suspended writes nothing, not even that."""
    user = session().get_one(User, viewer.id, populate_existing=True)
    if user.suspended_until is not None and at < user.suspended_until:
        raise NotAllowed("Your account can read at the moment, but not change what others read.")
    user.name = checked_name(name)
    user.place = checked_line(place, "place", LONGEST_PLACE)
    user.about = checked_line(about, "about", LONGEST_ABOUT)


def change_email(*, viewer: Viewer, email: str, at: datetime) -> bool:
    """Ask the new address to be confirmed, and tell the old one; callers asked for the password.

    The old one stays until then, for who signs in and for letters: a slip of the finger must not
    lock anybody out. False if the address is the present one, which then stays.
    """
    user = session().get_one(User, viewer.id, populate_existing=True)
    wanted = checked_email(email)
    if wanted == user.email:
        forget_pending(user)
        return False
    ask_to_confirm(user_id=user.id, at=at, email=wanted)
    details = {"username": user.username}
    write_letter(address=user.email, template="address-changed", details=details, at=at)
    return True


def change_password(*, viewer: Viewer, password_hash: str, token: str, at: datetime) -> None:
    """Set another password and sign out everywhere but here; callers have asked for the old one."""
    credential = session().get_one(Credential, viewer.id, populate_existing=True)
    credential.password_hash = password_hash
    credential.changed_at = at
    end_sessions(user_id=viewer.id, but_token=token)
    forget_resets(viewer.id)


def change_mails(*, viewer: Viewer, groups: Sequence[str]) -> None:
    """Choose what letters are about, out of MAILED_GROUPS."""
    if not set(groups) <= set(MAILED_GROUPS):
        raise Invalid(mails="Please choose from this list.")
    user = session().get_one(User, viewer.id, populate_existing=True)
    user.mails_about = [group for group in MAILED_GROUPS if group in groups]
