"""The one place that asks what time it is; doors call it and pass the answer in."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
