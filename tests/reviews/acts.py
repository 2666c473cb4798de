"""What readers do to books, each in a transaction of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.reviews import services
from bookreviews.transactions import transaction
from tests.conftest import NOON


def add_work(title: str, **facts: Any) -> int:
    """Add a work and return its id."""
    with transaction():
        return catalog.add_work(catalog.NewWork(title=title, **facts), at=NOON).id


def post(
    author: Viewer,
    work_id: int,
    *,
    stars: float | None = 4.0,
    body: str = "Good.",
    at: datetime = NOON,
) -> int:
    """Post a review and return its id."""
    with transaction():
        return services.post_review(
            author=author, work_id=work_id, stars=stars, body=body, at=at
        ).id


def post_each(
    work_id: int,
    readers: Sequence[Viewer],
    *,
    stars: Callable[[int], float | None] = lambda number: 4.0,
    at: Callable[[int], datetime] = lambda number: NOON,
) -> list[int]:
    """Let each reader write about a work, the first one first; return the reviews' ids."""
    with transaction():
        return [
            services.post_review(
                author=reader, work_id=work_id, stars=stars(number), body="Good.", at=at(number)
            ).id
            for number, reader in enumerate(readers)
        ]


def rate(work_id: int, readers: Sequence[Viewer], *stars: float) -> None:
    """Let the first readers give these stars, one each, without words."""
    with transaction():
        for reader, given in zip(readers, stars, strict=False):
            services.post_review(author=reader, work_id=work_id, stars=given, body="", at=NOON)


def withdraw(author: Viewer, review_id: int) -> None:
    """Let the author take a review back."""
    with transaction():
        services.withdraw_review(author=author, review_id=review_id, at=NOON)
