"""Settings that let the site start, and yet are unsafe or leave something out."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from bookreviews.config import Settings
from bookreviews.preflight.findings import Finding

# 32 characters drawn at random have more kinds than this, even where they are hexadecimal digits:
# fewer happen once in half a million keys.
_FEWEST_KINDS = 8
_GUESSABLE = ("changeme", "change-me", "change_me", "secret", "password", "example", "123456789")


def look_at_settings(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is unsafe or missing; BIND is the web server's own, and read from `environ`."""
    is_local = _is_local(settings.site_url)
    if settings.is_development:
        if not is_local:
            yield Finding(
                "BOOKREVIEWS_ENV is development, whose keys are public.",
                "Set BOOKREVIEWS_ENV=production and a SECRET_KEY of your own.",
            )
        return
    if is_weak(settings.secret_key):
        yield Finding(
            "SECRET_KEY can be guessed, and with it anybody is signed in as anybody.",
            "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    yield from look_at_address(settings, environ)
    if not settings.is_https and not is_local:
        yield Finding(
            "SITE_URL begins with http, so passwords and cookies travel in the open.",
            "Serve the site over TLS, and let SITE_URL begin with https.",
        )
    if settings.demo:
        yield Finding(
            "DEMO=1 shows on the sign-in page how to sign in as an admin.",
            "Remove DEMO, and use a database without the demo.",
        )
    yield from _mail(settings)
    if not settings.trusted_proxies and _is_behind_proxy(settings, environ):
        yield Finding(
            "TRUSTED_PROXIES is 0 behind a proxy: all readers look like one, and share its limits.",
            "Set TRUSTED_PROXIES=1 behind nginx.conf, or the number of proxies in front.",
        )


def look_at_address(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding where the site had to guess what readers type."""
    if not (settings.is_development or environ.get("SITE_URL")):
        yield Finding(
            f"SITE_URL is not set: letters and feeds lead to {settings.site_url}, and cookies "
            "travel without TLS.",
            "Set SITE_URL to what readers type, such as https://books.example.",
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.mail_url:
        yield Finding(
            "MAIL_URL is not set: nobody gets mail, nor a new password.",
            "Set MAIL_URL=smtp://user:password@host:587, or MAIL_URL_FILE.",
        )
    elif settings.mail_folder is not None:
        yield Finding(
            "MAIL_URL names a folder: mail is written there, and not sent.",
            "Set MAIL_URL=smtp://user:password@host:587, or MAIL_URL_FILE.",
        )


def _is_behind_proxy(settings: Settings, environ: Mapping[str, str]) -> bool:
    """Tell whether requests come through a proxy; TLS always does, for Gunicorn speaks none."""
    return settings.is_https or environ.get("BIND", "").startswith("unix:")


def is_weak(key: str) -> bool:
    """Tell whether somebody typed this key rather than drew it."""
    return len(set(key)) < _FEWEST_KINDS or any(word in key.lower() for word in _GUESSABLE)


def _is_local(site_url: str) -> bool:
    host = urlsplit(site_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
