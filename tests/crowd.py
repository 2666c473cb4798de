"""Many readers at once, and what they say: for tests of long lists."""

from datetime import timedelta
from itertools import cycle

from bookreviews.accounts import services as accounts
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.reviews import scores, services
from bookreviews.transactions import transaction
from tests.conftest import NOON


def readers(count: int, *, first: int = 0) -> list[Viewer]:
    """Return so many new readers, who can't sign in with a password."""
    made = []
    with transaction():
        for number in range(first, first + count):
            user = accounts.sign_up(
                username=f"reader{number}",
                name=f"Reader {number}",
                email=f"reader{number}@example.org",
                password_hash=None,
                at=NOON,
            )
            made.append(Viewer(user.id, user.username, user.name, user.role))
    return made


def review_by_each(of: list[Viewer], work_id: int) -> None:
    """Let each say something in words, a minute apart, with all numbers of stars in turn."""
    with transaction():
        for number, (reader, stars) in enumerate(zip(of, cycle(scores.STARS), strict=False)):
            services.post_review(
                author=reader,
                work_id=work_id,
                stars=stars,
                body=f"Said by {reader.name}.",
                at=NOON + timedelta(minutes=number),
            )


def books(count: int, *, subject: str = "Fiction", series: str | None = None) -> list[int]:
    """Return the ids of so many new books by one author, of one subject."""
    with transaction():
        return [
            catalog.add_work(
                catalog.NewWork(
                    title=f"Volume {number:03}",
                    authors=["Octavia Butler"],
                    subjects=[subject],
                    language="en",
                    first_published=1900 + number,
                    series=series,
                    series_position=number + 1 if series else None,
                ),
                at=NOON,
            ).id
            for number in range(count)
        ]
