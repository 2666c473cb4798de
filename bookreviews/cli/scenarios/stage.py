"""Where a story plays: a simulated clock, accounts of its own, and what people do here.

Everything goes through the same services as on the site, each act in a transaction of its own,
with the stage's time. The accounts have no password, so nobody can sign in with them.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bookreviews.accounts import services as accounts
from bookreviews.accounts.queries import find_viewers
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.queries import get_work_id
from bookreviews.errors import Conflict, NotFound
from bookreviews.lib.orm import Record
from bookreviews.moderation import flags, reporting
from bookreviews.moderation.queries import last_action_about
from bookreviews.moderation.subjects import Subject, review_subject
from bookreviews.moderation.vocabulary import REVIEW
from bookreviews.reviews import services as reviews
from bookreviews.reviews.queries import get_review
from bookreviews.reviews.rated_works import get_rated_work_by_id
from bookreviews.reviews.summaries import summary_of
from bookreviews.transactions import transaction

Figures = dict[str, Any]

_COUNTED = (
    *("ratings_count", "reviews_count", "average", "score", "distribution"),
    *("uncounted_count", "young_count", "given_count"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What has just happened, in plain sentences, and the page that shows it."""

    at: datetime
    words: str
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A review on the stage: which rules fired on it, and the case they opened if any."""

    id: int
    work_id: int
    author: Viewer
    rules: tuple[str, ...]
    case_id: int | None
    is_held: bool


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where one story plays once; `run` tells the accounts of its plays apart."""

    at: datetime
    texts: dict[str, Any]
    run: int
    mo: Viewer
    ada: Viewer
    goes_to_the_end: bool
    touched: set[int] = field(default_factory=set)

    def wait(self, **time: float) -> None:
        """Let time pass: `wait(hours=2)`."""
        self.at += timedelta(**time)

    def tell(self, words: str, page: str | None = None) -> Told:
        """Return what has just happened, with the time."""
        return Told(self.at, words, page)

    def join(self, kind: str, number: int, *, before: timedelta) -> Viewer:
        """Let somebody have made an account so long before; it is called after its run too."""
        username = username_of(kind, number, self.run)
        with transaction():
            accounts.sign_up(
                username=username,
                name=f"{self.texts['names'][kind]} {number}",
                email=f"{username}@scenario.example.org",
                password_hash=None,
                at=self.at - before,
            )
        return find_viewers([username])[username]

    def book(self) -> Record:
        """Return the book this run is about: another one each time, as far as there are some."""
        slugs = self.texts["books"]
        turned = [slugs[(self.run - 1 + step) % len(slugs)] for step in range(len(slugs))]
        open_ones = self.open_books(turned)
        if not open_ones:
            raise Conflict("All books of this story are closed to new reviews at the moment.")
        return open_ones[0]

    def open_books(self, slugs: Collection[str]) -> list[Record]:
        """Return those of these books that are here and take new reviews."""
        ids = [work_id for slug in slugs if (work_id := _id_at(slug)) is not None]
        found = [self.summary(work_id) for work_id in ids]
        return [one for one in found if not (one.locked_until and one.locked_until > self.at)]

    def summary(self, work_id: int) -> Record:
        """Return a book with what its page says of its stars now."""
        return get_rated_work_by_id(work_id)

    def post(
        self,
        author: Viewer,
        work_id: int,
        *,
        stars: float | None,
        body: str = "",
        address: str = "",
    ) -> Posted:
        """Let somebody post a review, at which the automatic rules look as on the site."""
        self.touched.add(work_id)
        with transaction():
            review = reviews.post_review(
                author=author,
                work_id=work_id,
                stars=stars,
                body=body,
                language="en",
                address=address,
                at=self.at,
            )
            rules = flags.examine_review(review, at=self.at)
            subject = Subject(REVIEW, review.id, work_id, author.id)
            case = reporting.case_of(subject, at=self.at) if rules else None
            return Posted(
                id=review.id,
                work_id=work_id,
                author=author,
                rules=tuple(rules),
                case_id=case.id if case else None,
                is_held=review.concealment is not None,
            )

    def report(self, reporter: Viewer, review_id: int, *, reason: str, words: str = "") -> int:
        """Let somebody report a review, and return the case."""
        with transaction():
            case = reporting.report(
                reporter=reporter,
                subject=review_subject(review_id, reporter),
                reason=reason,
                words=words,
                at=self.at,
            )
            flags.hold_if_heavy(case, rule=None, at=self.at)
            return case.id

    def is_shown(self, review_id: int) -> bool:
        """Tell whether everyone can read a review."""
        try:
            get_review(review_id, None)
        except NotFound:
            return False
        return True

    def last_action_about(self, review_id: int) -> int:
        """Return the id of the last decision about a review."""
        action = last_action_about(review_id)
        assert action is not None
        return int(action.id)

    def wrong_summaries(self) -> list[str]:
        """Count the stars of every touched book anew; return the books that were wrong before."""
        wrong = []
        for work_id in sorted(self.touched):
            with transaction():
                before = _figures(work_id)
                reviews.recount(work_id=work_id, at=self.at)
                after = _figures(work_id)
            if before != after:
                wrong.append(self.summary(work_id).slug)
        return wrong


def username_of(kind: str, number: int, run: int) -> str:
    """Return what an account of a story is called: bomber7_2 is the seventh of the second run."""
    return f"{kind}{number}_{run}"


def next_run(people: dict[str, int]) -> int:
    """Return the number of the next play: the first one of whose accounts none is there."""
    run = 1
    while find_viewers(
        [username_of(kind, n, run) for kind, most in people.items() for n in range(1, most + 1)]
    ):
        run += 1
    return run


def stars_of(summary: Record) -> str:
    """Return a book's stars in words."""
    average = "no" if summary.average is None else f"{summary.average:.2f}"
    return f"{summary.ratings_count} ratings, {average} stars on average"


def _id_at(slug: str) -> int | None:
    """Return the id of the book at this address, or None where it is gone or has moved."""
    try:
        return get_work_id(slug)
    except NotFound:
        return None


def _figures(work_id: int) -> Figures:
    summary = summary_of(work_id)
    return {name: getattr(summary, name) for name in _COUNTED}
