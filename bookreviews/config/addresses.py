"""Addresses of what the site talks to, completed and checked: database, queue, mail, listeners.

An address may hold a password: a refusal says which forms there are, and never repeats it.
"""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bookreviews.config.refusing import ROOT, WrongSetting

# Where jobs wait that are not kept beside an SQLite database; nobody takes any from memory.
_QUEUE_FILE = "var/queue.sqlite3"
_QUEUE_IN_MEMORY = "memory:"
_QUEUES = ("redis", "rediss", "valkey", "valkeys")

_COLLECTOR = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_SENTRY = re.compile(r"https?://[^\s/?#@]+@[^\s/?#@]+/\S+")
_SENDER = re.compile(r"[^\s@]+@[^\s@]+")


def database_url(given: str) -> str:
    """Return the address for SQLAlchemy: our default file, and psycopg 3 for PostgreSQL."""
    url = given or f"sqlite:///{ROOT / 'var' / 'bookreviews.sqlite3'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    file = url.removeprefix("sqlite:///")
    if url.startswith("sqlite:///") and file != ":memory:":
        return f"sqlite:///{ROOT / file}"  # an absolute path stays as it is
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        scheme, colon, _rest = url.partition("://")  # what has none may be a password by mistake
        starts = f"it starts with {scheme!r}" if colon else "it has no ://"
        raise WrongSetting(f"DATABASE_URL must start with sqlite:/// or postgresql://; {starts}.")
    return url


def replica_url(given: str, primary: str) -> str:
    """Return the replica's address for SQLAlchemy; only PostgreSQL has replicas of this kind."""
    address = database_url(given)
    if not (address.startswith("postgresql") and primary.startswith("postgresql")):
        raise WrongSetting("REPLICA_URL and DATABASE_URL must both start with postgresql://.")
    check_readable(address, "REPLICA_URL")
    return address


def check_readable(url: str, variable: str = "DATABASE_URL") -> None:
    """Refuse what SQLAlchemy can't take apart; the address holds a password and is not repeated."""
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise WrongSetting(
            f"{variable} can't be read; its form is postgresql://user:password@host:5432/name, "
            "where the password has its special characters percent-encoded."
        ) from None


def check_listeners(collector: str, sentry: str) -> None:
    """Refuse addresses at which nobody can be told of traces and errors; a DSN holds a key."""
    if collector and not _COLLECTOR.fullmatch(collector):
        raise WrongSetting(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is {collector!r}; its form is http://collector:4318"
        )
    if sentry and not _SENTRY.fullmatch(sentry):
        raise WrongSetting("SENTRY_DSN can't be read; its form is https://key@sentry.example/1")


def mail_url(given: str, is_development: bool) -> str:
    """Return how mail goes; where nobody is to be written to, into a folder of the project."""
    url = given or ("folder:var/mail" if is_development else "")
    folder = url.removeprefix("folder:")
    return f"folder:{ROOT / folder}" if folder and folder != url else url


def check_mail(url: str, sender: str) -> None:
    """Refuse an address that mail can't go to or come from; the former may hold a password."""
    if url and not (url.startswith("folder:/") or _is_server(url, ("smtp", "smtps"))):
        raise WrongSetting(
            "MAIL_URL can't be read; its form is smtp://user:password@host:587, smtps://… for "
            "TLS from the start, or folder:var/mail. In a password, percent-encode special "
            "characters."
        )
    if sender and (not sender.isprintable() or not _SENDER.fullmatch(parseaddr(sender)[1])):
        raise WrongSetting(
            f"MAIL_FROM is {sender!r}; its form is BookReviews <no-reply@books.example>"
        )


def queue_url(given: str, database: str, *, is_test: bool) -> str:
    """Return where jobs wait: what is given, or a file that goes with the database."""
    if given.startswith("sqlite:///"):
        return f"sqlite:///{ROOT / given.removeprefix('sqlite:///')}"
    if given:
        return given
    file = database.removeprefix("sqlite:///")
    if is_test or file == ":memory:":
        return _QUEUE_IN_MEMORY
    return f"sqlite:///{ROOT / _QUEUE_FILE}" if file == database else f"sqlite:///{file}-queue"


def check_queue(url: str) -> None:
    """Refuse a place for jobs that is neither a server that keeps them nor an SQLite file."""
    if url != _QUEUE_IN_MEMORY and not (
        url.startswith("sqlite:////") or _is_server(url, _QUEUES, needs_root=False)
    ):
        raise WrongSetting(
            "QUEUE_URL can't be read; its form is redis://user:password@host:6379/0 or "
            "sqlite:///file. In a password, percent-encode special characters."
        )


def _is_server(url: str, schemes: tuple[str, ...], *, needs_root: bool = True) -> bool:
    """Tell whether this names a host by one of these schemes."""
    try:
        parts = urlsplit(url)
        readable = parts.port != 0 and bool(parts.hostname) and parts.scheme in schemes
    except ValueError:
        return False
    return readable and url.isprintable() and (not needs_root or parts.path in ("", "/"))
