"""Every setting, read from the environment and checked before anything starts.

A setting is one field of `Settings`: its name in capitals is the variable, its metadata says
what it is for. A missing or impossible value stops the start with a sentence that names it.
What holds a secret can be given as a file instead: SECRET_KEY_FILE names one with SECRET_KEY in it.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bookreviews.config import addresses
from bookreviews.config.reading import parsed, secret_in, text_of
from bookreviews.config.refusing import ROOT, WrongSetting

ENVIRONMENTS = ("production", "development", "test")

# Public on purpose, and accepted in development alone: it protects nothing.
_DEVELOPMENT_SECRET = "development only: anyone can read this key in the source"  # noqa: S105
_SHORTEST_SECRET = 32

# Whoever starts the site with no setting at all looks for it here.
OWN_SITE = "http://localhost:8000"

# Scheme, host (a name, or an IPv6 address in brackets) and port.
_SITE = re.compile(r"https?://(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(:[0-9]{1,5})?/?", re.IGNORECASE)

_MEDIA = re.compile(r"folder:.+|s3://[a-z0-9][a-z0-9.-]+(/[\w./-]*)?")
_NAMED_HOST = re.compile(r"^[^:]*[a-z][^:]*$")

# A review of 20,000 characters in a script of four-byte characters, each percent-encoded,
# stays below this; nginx.conf draws the same line (client_max_body_size).
LARGEST_BODY = 1024 * 1024


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
        "seconds that the replica may be behind before all is read from the primary; at most 900",
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
        texts = {one: text_of(one, environ) for one in fields(cls)}
        given = {
            one.name: parsed(one.name.upper(), text, type(one.default))
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
        values["database_url"] = addresses.database_url(self.database_url)
        if self.is_development:
            values["secret_key"] = self.secret_key or _DEVELOPMENT_SECRET
            values["site_url"] = self.site_url or "http://127.0.0.1:8000"
        elif self.bookreviews_env == "production" and not self.secret_key:
            values |= self._on_its_own(values["database_url"])
        if self.replica_url:
            values["replica_url"] = addresses.replica_url(self.replica_url, values["database_url"])
        values["mail_url"] = addresses.mail_url(self.mail_url, self.is_development)
        values["queue_url"] = addresses.queue_url(
            self.queue_url, values["database_url"], is_test=self.bookreviews_env == "test"
        )
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
            "secret_key": secret_in(file, "The file secret_key beside the database"),
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
        addresses.check_readable(self.database_url)
        addresses.check_mail(self.mail_url, self.mail_from)
        addresses.check_queue(self.queue_url)
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
        if not 0 <= self.replica_most_behind <= 900:  # `lib/replica.py` looks back no further
            raise WrongSetting("REPLICA_MOST_BEHIND must be a number of seconds from 0 to 900.")
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
        addresses.check_listeners(self.otel_exporter_otlp_endpoint, self.sentry_dsn)


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
