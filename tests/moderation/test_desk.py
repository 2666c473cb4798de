"""The reads of the desk: what stands beside a case, and what else waits."""

from datetime import timedelta

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import NotFound
from bookreviews.moderation import desk, surges
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import any_database
from tests.moderation.scenes import (
    LATER,
    appeal,
    decide,
    from_network,
    report_profile,
    report_review,
    reverse,
)
from tests.reviews.acts import add_work, post, post_each

pytestmark = any_database

SAID = "The very same words, letter by letter, about every single book."


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    return post(alex, book_id)


class TestBesideACase:
    def test_stands_all_of_its_subject(self, alex: Viewer, bo: Viewer, review_id: int) -> None:
        case = desk.get_case(report_review(bo, review_id, words="Look!"))
        assert (case.person_name, case.work_title) == ("Alex", "Python for Beginners")
        assert (case.body_source, case.stars, case.excluded_at) == ("Good.", 4.0, None)
        (report,) = desk.reports_of(case.id)
        assert (report.words, report.reporter_username, report.rule) == ("Look!", "bo", None)
        with pytest.raises(NotFound):
            desk.get_case(4711)

    def test_stands_what_was_decided_before(
        self, alex: Viewer, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        first = report_review(bo, review_id)
        hidden = decide(mo, first, "hide")
        reverse(mo, hidden)
        second = desk.get_case(report_review(bo, review_id))
        reversal, decision = desk.earlier_decisions(second)
        assert (reversal.kind, reversal.case_id) == ("reverse", first)
        assert (decision.kind, decision.actor_id) == ("hide", mo.id)
        assert decision.reversed_by_id == reversal.id
        assert [(row.kind, row.count) for row in desk.record_of(alex.id)] == [("hide", 1)]
        assert desk.record_of(None) == []
        other = desk.get_case(report_profile(bo, alex.id))
        assert desk.earlier_decisions(other) == []

    def test_stand_reviews_like_it(self, bo: Viewer, mo: Viewer, book_id: int) -> None:
        one, two, three, four = crowd.readers(4)
        first = from_network(one, book_id, "192.0.2.7", SAID)
        same_words = from_network(two, book_id, "198.51.100.1", SAID)
        same_place = from_network(three, book_id, "192.0.2.7", "Something else.")
        post(four, book_id)
        case = desk.get_case(report_review(bo, first))
        found = {
            row.id: (bool(row.has_same_text), bool(row.is_from_same_network))
            for row in desk.related_reviews(case)
        }
        assert found == {same_words: (True, False), same_place: (False, True)}
        alone = desk.get_case(report_profile(bo, one.id))
        assert desk.related_reviews(alone) == []


class TestAppealsAndBooks:
    def test_open_appeals_wait(self, alex: Viewer, bo: Viewer, mo: Viewer, review_id: int) -> None:
        made = appeal(alex, decide(mo, report_review(bo, review_id), "hide"))
        (row,) = desk.open_appeals()
        assert (row.id, row.person_name, row.acted_by_id, row.kind) == (
            made, "Alex", mo.id, "hide",
        )  # fmt: skip
        assert desk.count_open_appeals() == 1

    def test_surges_wait_and_locks_run_out(self, mo: Viewer) -> None:
        work_id = add_work("Emma")
        post_each(work_id, crowd.readers(15), at=lambda _: LATER)
        with transaction():
            surges.watch(at=LATER)
        (row,) = desk.open_surges()
        assert (row.work_id, row.seen, row.title) == (work_id, 15, "Emma")
        until = LATER + timedelta(days=3)
        with transaction():
            surges.lock(actor=mo, work_id=work_id, until=until, at=LATER)
        assert desk.open_surges() == []
        assert [row.id for row in desk.locked_works(LATER)] == [work_id]
        assert desk.locked_works(until) == []
