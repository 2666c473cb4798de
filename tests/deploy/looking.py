"""Two ways to see what a site holds: as any program may, and in its database."""

import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple, Protocol

from sqlalchemy import select

from bookreviews import create_app
from bookreviews.accounts.models import User
from bookreviews.extensions import engine, session
from bookreviews.lib import markdown, text
from bookreviews.reviews import scores
from bookreviews.reviews.models import RatingSummary, Review
from tests.conftest import settings_for
from tests.walkthrough.visitor import Visitor

_MOST_PAGES = 500
_TAGS = re.compile(r"<[^>]+>")


class Stands(NamedTuple):
    """A review that is there."""

    author: str
    stars: float | None
    body: str


class Look(Protocol):
    """A way to see what the site holds."""

    def reviews_of(self, work_id: int) -> list[Stands]:
        """Return all reviews of a book in words."""

    def trouble_with(self, work_id: int) -> str | None:
        """Return what is wrong with a book's summary, or None."""


class TheApi:
    """Looks by the JSON door, as somebody signed in, so that no cache answers.

    The door lists no ratings without words; these are taken to be the same as in the beginning.
    """

    def __init__(self, visitor: Visitor, work_ids: Iterable[int]) -> None:
        self._visitor = visitor
        self._wordless = {work_id: self._rest(work_id) for work_id in work_ids}

    def reviews_of(self, work_id: int) -> list[Stands]:
        """Return all reviews of a book that are shown."""
        found, after = [], ""
        for _ in islice(iter(int, 1), _MOST_PAGES):
            page = self._get(f"/api/v1/works/{work_id}/reviews{after}")
            found += [_as_shown(one) for one in page["reviews"]]
            if page["next"] is None:
                return found
            after = f"?after={page['next']}"
        raise AssertionError(f"the list of reviews of book {work_id} has no end")

    def trouble_with(self, work_id: int) -> str | None:
        """Say so if the summary is not what it was and the reviews since."""
        before, after = self._wordless[work_id], self._rest(work_id)
        return None if before == after else f"beside the reviews in words {before}, then {after}"

    def _rest(self, work_id: int) -> tuple[int, list[int]]:
        """Return what the summary counts beyond the reviews that are shown."""
        rating = self._get(f"/api/v1/works/{work_id}")["rating"]
        shown = self.reviews_of(work_id)
        counted = _distribution(one.stars for one in shown)
        rest = [kept - seen for kept, seen in zip(rating["distribution"], counted, strict=True)]
        assert rating["count"] == sum(rating["distribution"])
        return rating["reviews_count"] - len(shown), rest

    def _get(self, path: str) -> dict:
        answer = self._visitor.get(path)
        assert answer.status == 200, (path, answer.status)
        return json.loads(answer.text)


class TheDatabase:
    """Looks into the tables, past everything that pages and programs are told."""

    def __init__(self, url: str) -> None:
        self._app = create_app(settings_for(url))

    def reviews_of(self, work_id: int) -> list[Stands]:
        """Return all reviews of a book in words; none may be half of one."""
        statement = (
            select(User.username, Review)
            .join(User, User.id == Review.author_id)
            .where(Review.work_id == work_id, Review.body_source.is_not(None))
        )
        with self._app.app_context():
            rows = session().execute(statement).all()
            engine().dispose()
        for _author, review in rows:
            assert review.body_html == markdown.render(review.body_source)
            assert review.words_digest == text.digest_of_words(review.body_source)
        return [Stands(author, review.stars, review.body_source) for author, review in rows]

    def trouble_with(self, work_id: int) -> str | None:
        """Say so if the summary is not a count of the reviews that count."""
        with self._app.app_context():
            kept = session().get(RatingSummary, work_id)
            reviews = session().scalars(select(Review).where(Review.work_id == work_id)).all()
            engine().dispose()
        in_words = [one for one in reviews if one.body_source and one.concealment is None]
        counted = [one.stars for one in reviews if one.uncounted_because is None]
        recount = (len(in_words), _distribution(counted))
        found = (kept.reviews_count, list(kept.distribution)) if kept else (0, scores.empty())
        return None if found == recount else f"kept {found}, counted {recount}"


def _as_shown(review: dict) -> Stands:
    words = _TAGS.sub("", review["body_html"]).strip()
    return Stands(review["author"]["username"], review["stars"], words)


def _distribution(stars: Iterable[float | None]) -> list[int]:
    given = list(stars)
    return [given.count(value) for value in scores.STARS]
