"""What can go wrong in the domain, in words a reader can act on.

Services and queries raise these; the doors translate them once each: `web/errors.py` into
pages, `api/problems.py` into problem+json. Each kind carries the HTTP status it means in both.
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal with its reason; `str(error)` is fit to show to the person who caused it."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "That didn't work"
    retry_after: int | None = None  # seconds, where it may work then


class Invalid(DomainError):
    """The input breaks a rule; `fields` names each field with what to do about it."""

    status = 422
    title = "Please check what you entered"

    def __init__(self, **fields: str) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class NotFound(DomainError):
    """It isn't there, or this viewer may not know that it is."""

    status = 404
    title = "Not found"


class NotAllowed(DomainError):
    """The viewer may see it, but not do this to it."""

    status = 403
    title = "Not allowed"


class Conflict(DomainError):
    """It clashes with what has been saved meanwhile."""

    status = 409
    title = "This clashes with something already saved"


class TooMany(DomainError):
    """Tried too often; `retry_after` is in seconds."""

    status = 429
    title = "Too many attempts"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """What the site stands on can't be reached, or takes nothing more; it passes by itself."""

    status = 503
    title = "Back in a moment"

    def __init__(self) -> None:
        super().__init__(
            "Our database is out of service for a moment. The site goes on by itself as soon as it "
            "is back: please try again in a few seconds."
        )
        self.retry_after = 5
