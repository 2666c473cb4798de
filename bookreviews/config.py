"""Every setting, read from the environment and checked before anything starts.

A setting is one field of `Settings`: its name in capitals is the variable, its metadata says
what it is for. A missing or impossible value stops the start with a sentence that names it.
What holds a secret can be given as a file instead: SECRET_KEY_FILE names one with SECRET_KEY in it.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from datetime import timedelta
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("production", "development", "test")

# Public on purpose, and accepted in development alone: it protects nothing.
_DEVELOPMENT_SECRET = "development only: anyone can read this key in the source"  # noqa: S105
_SHORTEST_SECRET = 32

# Whoever starts the site with no setting at all looks for it here.
OWN_SITE = "http://localhost:8000"

# Scheme, host (a name, or an IPv6 address in brackets) and port.
_SITE = re.compile(r"https?://(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(:[0-9]{1,5})?/?", re.IGNORECASE)

# Where jobs wait that are not kept beside an SQLite database; nobody takes any from memory.
_QUEUE_FILE = "var/queue.sqlite3"
_QUEUE_IN_MEMORY = "memory:"
_QUEUES = ("redis", "rediss", "valkey", "valkeys")

_COLLECTOR = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_SENTRY = re.compile(r"https?://[^\s/?#@]+@[^\s/?#@]+/\S+")

_MEDIA = re.compile(r"folder:.+|s3://[a-z0-9][a-z0-9.-]+(/[\w./-]*)?")
_SENDER = re.compile(r"[^\s@]+@[^\s@]+")
_NAMED_HOST = re.compile(r"^[^:]*[a-z][^:]*$")

# A review of 20,000 characters in a script of four-byte characters, each percent-encoded,
# stays below this; nginx.conf draws the same line (client_max_body_size).
LARGEST_BODY = 1024 * 1024


class WrongSetting(Exception):
    """A variable of the environment is missing or impossible; the message says which and why."""


def _setting(default: Any, meaning: str, *, otherwise: str = "", is_secret: bool = False) -> Any:
    """Return the field of one setting; `otherwise` says what holds where the default is empty.

    A secret is left out of what `repr` shows of the settings, and may be read from a file.
    """
    told = {"meaning": meaning, "otherwise": otherwise, "is_secret": is_secret}
    return field(default=default, repr=not is_secret, metadata=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator may set; see `docs/configuration.md` for the same as a table."""

    bookreviews_env: str = _setting(
        "production",
        "production, development or test; only development has default secrets",
    )
    secret_key: str = _setting(
        "",
        "signs cookies and form tokens; at least 32 characters, the same for all workers",
        otherwise="none (SQLite: the one that `bookreviews serve` has made; development: public)",
        is_secret=True,
    )
    database_url: str = _setting(
        "",
        "sqlite:///… or postgresql://…; by default an SQLite file in var/",
        otherwise="an SQLite file in `var/`",
        is_secret=True,
    )
    database_patience: int = _setting(
        5,
        "seconds that a page waits for PostgreSQL before it answers with 503; from 2 to 25",
    )
    database_pooler: bool = _setting(
        False,
        "1 where DATABASE_URL leads to PgBouncer in transaction mode; see [scaling](scaling.md)",
    )
    replica_url: str = _setting(
        "",
        "postgresql://…, a streaming replica that pages are read from; see [scaling](scaling.md)",
        otherwise="none",
        is_secret=True,
    )
    replica_most_behind: int = _setting(
        10,
        "seconds that the replica may be behind before all is read from the primary",
    )
    site_url: str = _setting(
        "",
        "the public address, such as https://books.example; https makes cookies Secure",
        otherwise="none (development: `http://127.0.0.1:8000`; "
        "where `bookreviews serve` has made the key: `http://localhost:8000`)",
    )
    site_name: str = _setting("BookReviews", "what the site calls itself until its admins name it")
    trusted_proxies: int = _setting(
        0,
        "how many proxies in front may name the client's address (1 behind nginx.conf)",
    )
    kept_pages_mb: int = _setting(
        8,
        "memory of each worker for whole pages of books, in MiB; 0 keeps none",
    )
    mail_url: str = _setting(
        "",
        "smtp://user:password@host:587, smtps://… or folder:…; without it no mail is sent",
        otherwise="none (development: `folder:var/mail`)",
        is_secret=True,
    )
    mail_from: str = _setting(
        "",
        "whom mail comes from: BookReviews <no-reply@books.example>, made from the two above",
        otherwise="`SITE_NAME <no-reply@` host of `SITE_URL` `>`",
    )
    queue_url: str = _setting(
        "",
        "redis://… or sqlite:///…, what wakes the worker; by default a file beside the database",
        otherwise="`<database>-queue` (PostgreSQL: `var/queue.sqlite3`)",
        is_secret=True,
    )
    media_url: str = _setting(
        "folder:var/media",
        "where covers are kept that people give: folder:… or s3://bucket/prefix (the extra s3)",
    )
    open_library_url: str = _setting(
        "",
        "where missing books are looked up by ISBN, such as https://openlibrary.org",
        otherwise="nowhere",
    )
    log_format: str = _setting(
        "",
        "json, one object a line for programs, or text for people",
        otherwise="`json` (development: `text`)",
    )
    operator_token: str = _setting(
        "",
        "opens /metrics and the details of /readyz to who sends it; at least 32 characters",
        otherwise="none",
        is_secret=True,
    )
    operator_networks: str = _setting(
        "",
        "networks that may see the same without it, such as 10.0.7.0/24, separated by commas",
        otherwise="none",
    )
    otel_exporter_otlp_endpoint: str = _setting(
        "",
        "an OpenTelemetry collector that takes traces by HTTP, such as http://collector:4318",
        otherwise="none",
    )
    otel_exporter_otlp_headers: str = _setting(
        "",
        "what that collector wants to see: authorization=Bearer%20…, separated by commas",
        otherwise="none",
        is_secret=True,
    )
    sentry_dsn: str = _setting(
        "",
        "where a Sentry, or what speaks its language, is told of errors that are ours",
        otherwise="none",
        is_secret=True,
    )
    demo: bool = _setting(
        False,
        "show on the sign-in page how to sign in as the demo's reader, moderator and admin",
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check all settings, or raise WrongSetting."""
        texts = {one: _text_of(one, environ) for one in fields(cls)}
        given = {
            one.name: _parse(one.name.upper(), text, type(one.default))
            for one, text in texts.items()
            if text != ""
        }
        return cls(**given).completed()

    def completed(self) -> "Settings":
        """Return these settings checked, with development's defaults where it is development."""
        if self.bookreviews_env not in ENVIRONMENTS:
            raise WrongSetting(
                f"BOOKREVIEWS_ENV is {self.bookreviews_env!r}; it must be one of "
                + ", ".join(ENVIRONMENTS)
            )
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        values["database_url"] = _database_url(self.database_url)
        if self.is_development:
            values["secret_key"] = self.secret_key or _DEVELOPMENT_SECRET
            values["site_url"] = self.site_url or "http://127.0.0.1:8000"
        elif self.bookreviews_env == "production" and not self.secret_key:
            values |= self._on_its_own(values["database_url"])
        if self.replica_url:
            values["replica_url"] = _replica_url(self.replica_url, values["database_url"])
        values["mail_url"] = _mail_url(self.mail_url, self.is_development)
        values["queue_url"] = self._queue_url(values["database_url"])
        complete = Settings(**values)
        complete._check()
        return complete._with_sender()

    @property
    def is_development(self) -> bool:
        """Tell whether defaults that nobody should rely on are allowed."""
        return self.bookreviews_env == "development"

    @property
    def is_https(self) -> bool:
        """Tell whether readers reach the site over TLS."""
        return urlsplit(self.site_url).scheme == "https"

    @property
    def writes_json(self) -> bool:
        """Tell whether the log is for programs."""
        return (self.log_format or ("text" if self.is_development else "json")) == "json"

    @property
    def operators(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Return the networks of those who run the site."""
        named = [name.strip() for name in self.operator_networks.split(",") if name.strip()]
        return tuple(ipaddress.ip_network(name) for name in named)

    @property
    def media_folder(self) -> Path | None:
        """Return the folder of covers, where they are kept in one."""
        folder = self.media_url.removeprefix("folder:")
        return ROOT / folder if folder != self.media_url else None

    @property
    def mail_folder(self) -> Path | None:
        """Return the folder that mail goes into, where it isn't sent."""
        folder = self.mail_url.removeprefix("folder:")
        return Path(folder) if folder != self.mail_url else None

    def _on_its_own(self, database_url: str) -> dict[str, str]:
        """Return key and address of a site that has been given no key, but has made itself one."""
        file = own_key_file(database_url)
        if file is None or not file.exists():
            return {}
        return {
            "secret_key": _secret_in(file, "The file secret_key beside the database"),
            "site_url": self.site_url or OWN_SITE,
        }

    def _with_sender(self) -> "Settings":
        """Return these settings with an address to write from, at the host that readers know."""
        host = urlsplit(self.site_url).hostname or ""
        if not _NAMED_HOST.search(host):  # what has only a number has no mail
            host = "localhost"
        try:
            sender = Address(self.site_name, username="no-reply", domain=host)
        except ValueError as error:
            raise WrongSetting(f"SITE_NAME is {self.site_name!r}; it must be one line.") from error
        return replace(self, mail_from=self.mail_from or str(sender))

    def _queue_url(self, database_url: str) -> str:
        """Return where jobs wait: what is set, or a file that goes with the database."""
        if self.queue_url.startswith("sqlite:///"):
            return f"sqlite:///{ROOT / self.queue_url.removeprefix('sqlite:///')}"
        if self.queue_url:
            return self.queue_url
        database = database_url.removeprefix("sqlite:///")
        if self.bookreviews_env == "test" or database == ":memory:":
            return _QUEUE_IN_MEMORY
        is_file = database != database_url
        return f"sqlite:///{database}-queue" if is_file else f"sqlite:///{ROOT / _QUEUE_FILE}"

    def _check(self) -> None:
        if len(self.secret_key) < _SHORTEST_SECRET:
            raise WrongSetting(
                f"SECRET_KEY must be set to at least {_SHORTEST_SECRET} random characters, for it "
                "signs the cookies of your readers. Make one: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if not self.is_development and self.secret_key == _DEVELOPMENT_SECRET:
            raise WrongSetting("SECRET_KEY is development's public key; make one of your own.")
        if not _SITE.fullmatch(self.site_url):
            raise WrongSetting(
                f"SITE_URL is {self.site_url!r}; it must be the address readers type, a host's "
                "root without a path, such as https://books.example"
            )
        _check_readable(self.database_url)
        _check_mail(self.mail_url, self.mail_from)
        _check_queue(self.queue_url)
        if self.open_library_url and not _SITE.fullmatch(self.open_library_url):
            raise WrongSetting(
                f"OPEN_LIBRARY_URL is {self.open_library_url!r}; it must be a host's root without "
                "a path, such as https://openlibrary.org"
            )
        if not _MEDIA.fullmatch(self.media_url):
            raise WrongSetting(
                f"MEDIA_URL is {self.media_url!r}; its form is folder:var/media or s3://bucket/prefix."
            )
        if not 0 <= self.trusted_proxies <= 9:
            raise WrongSetting("TRUSTED_PROXIES must be a number from 0 to 9.")
        if self.database_patience and not 2 <= self.database_patience <= 25:
            # Less is less than libpq waits for a connection, more than Gunicorn for an answer.
            raise WrongSetting("DATABASE_PATIENCE must be a number of seconds from 2 to 25.")
        if not 0 <= self.kept_pages_mb <= 1024:
            raise WrongSetting("KEPT_PAGES_MB must be a number from 0 to 1024.")
        self._check_telling()

    def _check_telling(self) -> None:
        """Refuse a log in no form, and a door for operators that others would find open."""
        if self.log_format not in ("", "json", "text"):
            raise WrongSetting(f"LOG_FORMAT is {self.log_format!r}; it must be json or text.")
        if self.operator_token and len(self.operator_token) < _SHORTEST_SECRET:
            raise WrongSetting(f"OPERATOR_TOKEN must have at least {_SHORTEST_SECRET} characters.")
        if not self.operator_token.isascii() or not self.operator_token.isprintable():
            raise WrongSetting("OPERATOR_TOKEN must be of letters, digits and signs of ASCII.")
        try:
            _ = self.operators
        except ValueError as error:
            raise WrongSetting(f"OPERATOR_NETWORKS can't be read: {error}.") from None
        _check_listeners(self.otel_exporter_otlp_endpoint, self.sentry_dsn)

    def for_flask(self) -> dict[str, Any]:
        """Return the configuration of Flask and its extensions that follows from these."""
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine_options(),
            "SQLALCHEMY_BINDS": self._binds(),
            "MAX_CONTENT_LENGTH": LARGEST_BODY,
            "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_REFRESH_EACH_REQUEST": False,
            "WTF_CSRF_SSL_STRICT": False,  # SameSite and the token carry it; Referer is often cut
            "WTF_CSRF_TIME_LIMIT": None,  # a form's token ends with its session
            "API_TITLE": f"{self.site_name} API",
            "API_VERSION": "v1",
            "OPENAPI_VERSION": "3.1.0",
            "OPENAPI_URL_PREFIX": "/api/v1",
            "OPENAPI_JSON_PATH": "openapi.json",
        }

    def _engine_options(self) -> dict[str, Any]:
        """Return how to connect; `lib/postgresql.py` says what patience is there beyond this."""
        if not self.database_url.startswith("postgresql"):
            return {}
        # Without an end to patience, for commands, a server that is gone is still noticed.
        patience = self.database_patience or 30
        return {
            "pool_pre_ping": True,
            "pool_timeout": patience,
            "connect_args": {
                "connect_timeout": min(patience, 3),
                "keepalives_idle": 30,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": patience * 1000,
                **self._session_options(),
            },
        }

    def _binds(self) -> dict[str, Any]:
        """Return the databases beside the first one, each with how to connect."""
        if not self.replica_url:
            return {}
        return {"replica": {"url": self.replica_url, **self._engine_options()}}

    def _session_options(self) -> dict[str, Any]:
        """Return what holds for a server's session; behind a pooler nobody has one of their own."""
        if self.database_pooler:
            return {"prepare_threshold": None}
        if not self.database_patience:
            return {}
        limits = {
            "statement_timeout": self.database_patience,
            "idle_in_transaction_session_timeout": 30,
        }
        return {"options": " ".join(f"-c {name}={limit}s" for name, limit in limits.items())}


def own_key_file(database_url: str) -> Path | None:
    """Return where a site on SQLite keeps the key that it has made itself: beside its database."""
    database = database_url.removeprefix("sqlite:///")
    if database in (database_url, ":memory:"):
        return None
    return Path(database).with_name("secret_key")


def secret_files(environ: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """Return the files that hold secrets by the variables that name them."""
    variables = [
        f"{one.name.upper()}_FILE" for one in fields(Settings) if one.metadata["is_secret"]
    ]
    return {name: ROOT / environ[name] for name in variables if environ.get(name)}


def _text_of(setting: "Field[Any]", environ: Mapping[str, str]) -> str:
    """Return what is given for a setting, by its variable or by the file that another names."""
    variable = setting.name.upper()
    file = f"{variable}_FILE"
    text = environ.get(variable, "")
    if not setting.metadata["is_secret"] or not environ.get(file):
        return text
    if text:
        raise WrongSetting(f"{variable} and {file} are both set; keep one of them.")
    # Whoever mixes the two up puts the secret itself where the path belongs: it is not repeated.
    return _secret_in(ROOT / environ[file], f"{file} names a file that")


def _secret_in(file: Path, which: str) -> str:
    """Return the one line of a file; `which` names it where it is refused."""
    try:
        text = file.read_text("utf-8").removesuffix("\n")
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is not text"
        raise WrongSetting(f"{which} can't be read: {reason}.") from None
    if not text:
        raise WrongSetting(f"{which} is empty.")
    return text


def _parse(variable: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in ("0", "1", "false", "true", "no", "yes"):
            raise WrongSetting(f"{variable} is {text!r}; it must be 1 or 0.")
        return text.lower() in ("1", "true", "yes")
    if kind is int:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise WrongSetting(f"{variable} is {text!r}; it must be a whole number.")
        return int(text)
    return text


def _database_url(given: str) -> str:
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


def _replica_url(given: str, database_url: str) -> str:
    """Return the replica's address for SQLAlchemy; only PostgreSQL has replicas of this kind."""
    address = _database_url(given)
    if not (address.startswith("postgresql") and database_url.startswith("postgresql")):
        raise WrongSetting("REPLICA_URL and DATABASE_URL must both start with postgresql://.")
    _check_readable(address, "REPLICA_URL")
    return address


def _check_readable(database_url: str, variable: str = "DATABASE_URL") -> None:
    """Refuse what SQLAlchemy can't take apart; the address holds a password and is not repeated."""
    try:
        make_url(database_url)
    except (ArgumentError, ValueError):
        raise WrongSetting(
            f"{variable} can't be read; its form is postgresql://user:password@host:5432/name, "
            "where the password has its special characters percent-encoded."
        ) from None


def _check_listeners(collector: str, sentry: str) -> None:
    """Refuse addresses at which nobody can be told of traces and errors; a DSN holds a key."""
    if collector and not _COLLECTOR.fullmatch(collector):
        raise WrongSetting(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is {collector!r}; its form is http://collector:4318"
        )
    if sentry and not _SENTRY.fullmatch(sentry):
        raise WrongSetting("SENTRY_DSN can't be read; its form is https://key@sentry.example/1")


def _mail_url(given: str, is_development: bool) -> str:
    """Return how mail goes; where nobody is to be written to, into a folder of the project."""
    url = given or ("folder:var/mail" if is_development else "")
    folder = url.removeprefix("folder:")
    return f"folder:{ROOT / folder}" if folder and folder != url else url


def _check_mail(url: str, sender: str) -> None:
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


def _check_queue(url: str) -> None:
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
