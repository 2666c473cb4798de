"""Taking back: what was before is again, summary included, and what came later stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, NotAllowed, NotFound
from bookreviews.extensions import bound
from bookreviews.lib.storage import Folder
from bookreviews.moderation import taking_back
from bookreviews.moderation.subjects import review_subject, work_subject
from bookreviews.reviews import queries as reviews
from bookreviews.transactions import transaction
from tests import stored
from tests.catalog.images.test_covers import BLUE, RED, give, shown
from tests.conftest import any_database
from tests.moderation.scenes import (
    LATER,
    act,
    decide,
    kinds,
    open_cases,
    recounted,
    report_review,
    reverse,
)
from tests.reviews.acts import add_work, post, withdraw

pytestmark = any_database


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    return post(alex, book_id, stars=4.0, body="Buy *now*.")


class TestTakingBack:
    @pytest.mark.parametrize("kind", ["hide", "remove", "ask_change", "mark_spoiler", "exclude"])
    def test_puts_everything_back(
        self, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int, review_id: int, kind: str
    ) -> None:
        before, shown = stored.summary(book_id), reviews.get_review(review_id)
        action = decide(mo, report_review(bo, review_id), kind)
        reverse(ada, action)
        assert stored.summary(book_id) == before
        assert reviews.get_review(review_id) == shown
        assert recounted(book_id)

    def test_happens_once(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        action = decide(mo, report_review(bo, review_id), "hide")
        reverse(mo, action)
        with pytest.raises(Conflict):
            reverse(mo, action)
        assert kinds() == ["hide", "reverse"]

    def test_leaves_what_was_decided_later(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        first = decide(mo, report_review(bo, review_id), "hide")
        act(mo, review_subject(review_id, mo), "remove")
        reverse(mo, first)
        assert reviews.get_review(review_id, mo).concealment == "removed"

    def test_leaves_a_cover_that_was_given_since(
        self, mo: Viewer, book_id: int, tmp_path: Path
    ) -> None:
        folder = Folder(tmp_path)
        give(book_id, RED, mo, folder)
        action = act(mo, work_subject(book_id, kind="cover"), "remove")
        give(book_id, BLUE, mo, folder)
        reverse(mo, action)
        assert kinds() == ["remove", "reverse"]
        assert shown(book_id) == BLUE.name

    def test_does_not_bring_back_a_picture_that_was_against_the_law(
        self, app: Flask, mo: Viewer, book_id: int
    ) -> None:
        media = bound("media")
        other = add_work("Another", authors=["Jane Doe"])
        for work_id in (book_id, other):
            give(work_id, RED, mo, media)
        action = act(mo, work_subject(book_id, kind="cover"), "remove", reason="illegal")
        bound("jobs").do("delete_cover", cover=RED.name)
        assert [media.get(file) for file in RED.files] == [None] * 3
        reverse(mo, action)
        assert (shown(book_id), shown(other)) == (None, None)

    def test_of_a_withdrawn_review_hurts_nobody(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        action = decide(mo, report_review(bo, review_id), "hide")
        withdraw(alex, review_id)
        reverse(mo, action)
        assert stored.summary(book_id)[:2] == (0, 0)
        assert recounted(book_id)

    def test_of_a_taking_back(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        reversal = reverse(mo, decide(mo, report_review(bo, review_id), "hide"))
        with pytest.raises(NotFound), transaction():
            taking_back.undo(moderator=mo, action_id=reversal, at=LATER)

    def test_of_nothing(self, mo: Viewer) -> None:
        with pytest.raises(NotFound):
            reverse(mo, 99)


class TestUndoing:
    def test_puts_back_what_one_decision_did_together(
        self, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        before = stored.summary(book_id)
        case = report_review(bo, review_id)
        action = decide(mo, case, "suspend", until=LATER + timedelta(days=7))
        assert stored.summary(book_id) != before
        with transaction():
            taking_back.undo(moderator=mo, action_id=action, at=LATER)
        assert kinds() == ["hide", "suspend", "reverse", "reverse"]
        assert stored.summary(book_id) == before
        assert open_cases() == [case]

    def test_happens_once_and_to_what_there_is(
        self, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        action = decide(mo, report_review(bo, review_id), "hide")
        with transaction():
            taking_back.undo(moderator=mo, action_id=action, at=LATER)
        with pytest.raises(Conflict), transaction():
            taking_back.undo(moderator=mo, action_id=action, at=LATER)
        with pytest.raises(NotFound), transaction():
            taking_back.undo(moderator=mo, action_id=4711, at=LATER)

    def test_is_not_for_who_it_concerns(self, mo: Viewer, ada: Viewer, book_id: int) -> None:
        own = post(mo, book_id)
        action = act(ada, review_subject(own, ada), "hide")
        with pytest.raises(NotAllowed), transaction():
            taking_back.undo(moderator=mo, action_id=action, at=LATER)

    def test_of_what_was_done_without_a_case_opens_none(self, mo: Viewer, review_id: int) -> None:
        first = act(mo, review_subject(review_id, mo), "hide")
        act(mo, review_subject(review_id, mo), "exclude")
        with transaction():
            taking_back.undo(moderator=mo, action_id=first, at=LATER)
        assert kinds() == ["hide", "exclude", "reverse"]
        assert open_cases() == []
