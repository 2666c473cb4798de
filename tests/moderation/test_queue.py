"""The queue: its order and parts, and which case stands next to another."""

from datetime import timedelta

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.pagination import BrokenCursor
from bookreviews.moderation import claims, desk, queue, reporting
from bookreviews.moderation.models import Case
from bookreviews.moderation.queue import Filter
from bookreviews.moderation.subjects import work_subject
from bookreviews.moderation.vocabulary import CLAIM_LASTS
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import any_database
from tests.moderation.scenes import (
    LATER,
    decide,
    from_network,
    open_cases,
    report_profile,
    report_review,
)
from tests.reviews.acts import post, post_each

pytestmark = any_database

SAID = "The very same words, letter by letter, about every single book."


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    return post(alex, book_id)


def shown(wanted: Filter) -> list[int]:
    """Return the cases of a part of the queue, and hold other reads of it against that."""
    ids = [row.id for row in queue.list_cases(wanted).rows]
    assert queue.ids_of_cases(wanted) == ids
    assert queue.count_cases(wanted) == len(ids)
    return ids


class TestTheQueue:
    def test_is_empty_at_first(self, book_id: int) -> None:
        assert shown(Filter()) == []
        assert queue.count_open_cases() == desk.count_open_appeals() == 0
        assert queue.oldest_open_case() is None
        assert queue.cases_by_ids([]) == []

    def test_has_the_oldest_first_unless_others_weigh_more(
        self, bo: Viewer, mo: Viewer, book_id: int
    ) -> None:
        first, second, third = post_each(book_id, crowd.readers(3))
        old = report_review(bo, first, at=LATER)
        young = report_review(bo, second, at=LATER + timedelta(hours=1))
        heavy = report_review(bo, third, reason="illegal", at=LATER + timedelta(hours=2))
        assert shown(Filter()) == [heavy, old, young] == open_cases()
        assert queue.oldest_open_case() == LATER

    def test_goes_on_after_a_page(
        self, bo: Viewer, book_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queue, "PAGE_SIZE", 2)
        cases = [report_review(bo, one) for one in post_each(book_id, crowd.readers(5))]
        seen, after = [], None
        while True:
            page = queue.list_cases(Filter(), after=after)
            seen += [row.id for row in page.rows]
            if page.older is None:
                break
            after = page.older
        assert seen == cases
        with pytest.raises(BrokenCursor):
            queue.list_cases(Filter(), after="nonsense")

    def test_has_parts(self, alex: Viewer, bo: Viewer, review_id: int, book_id: int) -> None:
        spam = report_review(bo, review_id)
        hate = report_profile(bo, alex.id, reason="hate")
        with transaction():
            data = reporting.report(
                reporter=bo, subject=work_subject(book_id), reason="wrong_data", at=LATER
            ).id
        assert shown(Filter(reason="spam")) == [spam]
        assert shown(Filter(subject="profile")) == [hate]
        assert shown(Filter(reason="hate", subject="review")) == []
        assert shown(Filter(same="person", like=spam)) == [hate, spam]
        assert shown(Filter(same="person", like=data)) == []
        assert Filter(reason="hate", same="person", like=7).query == {
            "reason": "hate",
            "same": "person",
            "like": "7",
        }

    @pytest.mark.parametrize("same", ["text", "network"])
    def test_has_what_is_like_one(self, bo: Viewer, book_id: int, same: str) -> None:
        one, two, three = crowd.readers(3)
        reviews = [
            from_network(one, book_id, "192.0.2.7", SAID),
            from_network(two, book_id, "192.0.2.7", SAID.upper()),
            from_network(three, book_id, "198.51.100.1", "Something else, and from elsewhere."),
        ]
        cases = [report_review(bo, review) for review in reviews]
        assert shown(Filter(same=same, like=cases[0])) == cases[:2]
        assert shown(Filter(same=same, like=cases[2])) in ([cases[2]], [])

    def test_counts_no_further_than_a_bulk_reaches(
        self, bo: Viewer, book_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queue, "MOST_AT_ONCE", 2)
        for one in post_each(book_id, crowd.readers(5)):
            report_review(bo, one)
        assert queue.count_cases(Filter()) == 3
        assert len(queue.ids_of_cases(Filter())) == 2
        assert queue.count_open_cases() == 5

    def test_gives_cases_by_their_ids(self, bo: Viewer, mo: Viewer, book_id: int) -> None:
        cases = [report_review(bo, one) for one in post_each(book_id, crowd.readers(3))]
        decide(mo, cases[0], "keep")
        assert [row.id for row in queue.cases_by_ids([cases[2], cases[0]])] == [cases[2]]
        both = queue.cases_by_ids([cases[2], cases[0]], even_closed=True)
        assert [row.id for row in both] == [cases[0], cases[2]]

    def test_counts_the_days(self, bo: Viewer, book_id: int) -> None:
        one, two = post_each(book_id, crowd.readers(2))
        report_review(bo, one, at=LATER)
        report_review(bo, two, at=LATER + timedelta(days=2))
        assert queue.cases_opened_per_day(LATER - timedelta(days=1)) == {
            LATER.date(): 1,
            (LATER + timedelta(days=2)).date(): 1,
        }


class TestNeighbours:
    @pytest.fixture
    def cases(self, bo: Viewer, book_id: int) -> list[int]:
        return [
            report_review(bo, one, reason=reason)
            for one, reason in zip(
                post_each(book_id, crowd.readers(4)),
                ["spam", "spam", "undisclosed", "spam"],
                strict=True,
            )
        ]

    def of(
        self, case_id: int, mo: Viewer, wanted: Filter | None = None
    ) -> tuple[int | None, int | None]:
        case = desk.get_case(case_id)
        before, after = (
            queue.neighbour(case, wanted or Filter(), forward=forward, viewer_id=mo.id, now=LATER)
            for forward in (False, True)
        )
        return before, after

    def test_stand_in_the_order_of_the_queue(self, mo: Viewer, cases: list[int]) -> None:
        one, two, three, four = cases
        assert self.of(one, mo) == (None, two)
        assert self.of(three, mo) == (two, four)
        assert self.of(four, mo) == (three, None)

    def test_stay_within_the_part(self, mo: Viewer, cases: list[int]) -> None:
        one, two, three, four = cases
        assert self.of(two, mo, Filter(reason="spam")) == (one, four)
        assert self.of(two, mo, Filter(subject="profile")) == (None, None)
        assert self.of(two, mo, Filter(same="person", like=three)) == (None, three)

    def test_are_free_and_open(self, mo: Viewer, ada: Viewer, cases: list[int]) -> None:
        one, two, three, four = cases
        with transaction():
            claims.claim(moderator=ada, case_id=two, at=LATER)
            claims.claim(moderator=mo, case_id=three, at=LATER)
        decide(mo, one, "keep")
        assert self.of(three, mo) == (None, four)
        assert self.of(four, mo) == (three, None)
        assert self.of(four, ada) == (two, None)
        with transaction():
            session().get_one(Case, three).claimed_at = LATER - CLAIM_LASTS - timedelta(minutes=1)
        assert self.of(four, ada) == (three, None)
