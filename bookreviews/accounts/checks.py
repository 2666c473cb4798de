"""What an account's facts must look like, and their one spelling. Pure: asks no database."""

import re
import string
from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email

from bookreviews.accounts import passwords
from bookreviews.accounts.demo import DEMO_PASSWORD
from bookreviews.accounts.models import LONGEST_NAME
from bookreviews.errors import Invalid
from bookreviews.lib import text

_USERNAME = re.compile(r"[a-z0-9][a-z0-9_]{0,28}[a-z0-9]")
# Names that would read as the site speaking.
_RESERVED = frozenset(
    {
        *("admin", "administrator", "moderator", "moderation", "staff", "support", "root"),
        *("system", "bookreviews", "security", "help", "anonymous", "everyone", "null"),
    }
)

# What whoever guesses passwords begins with, and people put digits behind. A list of all passwords
# that have leaked would cost each worker more memory than the pages that it keeps.
_TRIED_FIRST = (
    *("password", "passwort", "passw", "welcome", "letmein", "iloveyou", "sunshine", "princess"),
    *("football", "baseball", "superman", "dragon", "monkey", "master", "admin", "login", "secret"),
    *("qwertyuiop", "qwertzuiop", "azertyuiop", "qwerty", "qwertz", "azerty", "asdfghjkl", "asdf"),
    *("zxcvbnm", "yxcvbnm", "qazwsxedc", "qazwsx", "qwert", "abcdefghij", "abcdef", "abcd", "abc"),
    *("bookreviews", "books", "book", "reviews", "review", "reading", "reader", "hello", "test"),
)
_DIGITS_AND_SIGNS = string.digits + string.punctuation + " "
_LETTERS_FOR = str.maketrans("@4301!5$7", "aaeoiisst")


def checked_email(email: str) -> str:
    """Return the address in its one spelling, or raise Invalid."""
    try:
        checked = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid(email="That is not an e-mail address.") from error
    return str(checked.normalized).lower()


def checked_username(username: str) -> str:
    """Return the username in its one spelling, or raise Invalid."""
    wanted = username.strip().lower()
    if not _USERNAME.fullmatch(wanted):
        raise Invalid(
            username="Usernames have 2 to 30 letters a to z, digits and underscores, and begin "
            "and end with a letter or digit."
        )
    if wanted in _RESERVED:
        raise Invalid(username="This username is reserved; please choose another.")
    return wanted


def checked_name(name: str) -> str:
    """Return the name that others see, or raise Invalid."""
    checked = checked_line(name, "name", LONGEST_NAME)
    if text.is_blank(checked):
        raise Invalid(name="Please give a name for others to see.")
    return checked


def checked_line(value: str, field: str, longest: int) -> str:
    """Return one tidy line, or raise Invalid that names the field."""
    if not text.is_readable(value) or text.has_hidden_characters(value):
        raise Invalid(**{field: "Some characters can't be seen or read; please retype this."})
    tidied = text.tidy(" ".join(value.split()))
    if len(tidied) > longest:
        raise Invalid(**{field: f"Please use at most {longest} characters."})
    return tidied


def check_new_password(password: str, *, username: str, email: str) -> None:
    """Raise Invalid if this is no password that somebody should have."""
    if len(password) < passwords.SHORTEST:
        raise Invalid(password=f"Please use at least {passwords.SHORTEST} characters.")
    if len(password) > passwords.LONGEST:
        raise Invalid(password=f"Please use at most {passwords.LONGEST} characters.")
    known = {username.lower(), email.lower(), DEMO_PASSWORD}
    if password.lower() in known or len(set(password)) < 4 or _is_common(password, username):
        raise Invalid(password="That is too easy to guess; please choose another.")  # noqa: S106


def _is_common(password: str, username: str) -> bool:
    """Tell whether it is but what others try first, or the username; digits and signs aside."""
    words = sorted({*_TRIED_FIRST, *_plain(username)}, key=len, reverse=True)
    return any(_is_made_of(words, plain) for plain in _plain(password))


def _plain(written: str) -> tuple[str, str]:
    """Return the letters alone, and with those that digits and signs among them stand for."""
    lower = written.lower()
    letters = "".join(letter for letter in lower if letter.isalpha())
    return letters, lower.strip(_DIGITS_AND_SIGNS).translate(_LETTERS_FOR)


def _is_made_of(words: Sequence[str], plain: str) -> bool:
    for word in words:
        plain = plain.replace(word, "")
    return not plain
