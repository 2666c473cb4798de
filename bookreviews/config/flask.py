"""What follows from the settings for Flask, its extensions and the database's connections."""

from datetime import timedelta
from typing import Any

from bookreviews.config.settings import LARGEST_BODY, Settings


def for_flask(settings: Settings) -> dict[str, Any]:
    """Return the configuration of Flask and its extensions that follows from `settings`."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SQLALCHEMY_BINDS": _binds(settings),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_SSL_STRICT": False,  # SameSite and the token carry it; Referer is often cut
        "WTF_CSRF_TIME_LIMIT": None,  # a form's token ends with its session
        "API_TITLE": f"{settings.site_name} API",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    """Return how to connect; `lib/postgresql.py` says what patience is there beyond this."""
    if not settings.database_url.startswith("postgresql"):
        return {}
    # Without an end to patience, for commands, a server that is gone is still noticed.
    patience = settings.database_patience or 30
    return {
        "pool_pre_ping": True,
        "pool_timeout": patience,
        "connect_args": {
            "connect_timeout": min(patience, 3),
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": patience * 1000,
            **_session_options(settings),
        },
    }


def _binds(settings: Settings) -> dict[str, Any]:
    """Return the databases beside the first one, each with how to connect."""
    if not settings.replica_url:
        return {}
    return {"replica": {"url": settings.replica_url, **_engine_options(settings)}}


def _session_options(settings: Settings) -> dict[str, Any]:
    """Return what holds for a server's session; behind a pooler nobody has one of their own."""
    if settings.database_pooler:
        return {"prepare_threshold": None}
    if not settings.database_patience:
        return {}
    limits = {
        "statement_timeout": settings.database_patience,
        "idle_in_transaction_session_timeout": 30,
    }
    return {"options": " ".join(f"-c {name}={limit}s" for name, limit in limits.items())}
