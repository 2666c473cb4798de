"""Decisions: what they do to a review and its book, who may make them, and taking them back."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import claims, deciding, queries, taking_back
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import ModerationAction, Report, ReportingRecord, Statement
from bookreviews.moderation.subjects import profile_subject, review_subject, work_subject
from bookreviews.moderation.vocabulary import KINDS_FOR, LONGEST_WORDS, MOST_AT_ONCE
from bookreviews.reviews import queries as reviews
from bookreviews.reviews import services
from bookreviews.reviews.models import Review
from bookreviews.transactions import transaction
from tests import crowd, stored
from tests.conftest import any_database
from tests.moderation.scenes import (
    LATER,
    act,
    appeal,
    decide,
    kinds,
    open_cases,
    recounted,
    report_profile,
    report_review,
    reverse,
)
from tests.reviews.acts import add_work, post, withdraw

pytestmark = any_database


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    return post(alex, book_id, stars=4.0, body="Buy *now*.")


class TestWhatADecisionDoes:
    @pytest.mark.parametrize("kind", ["hide", "remove", "ask_change"])
    def test_concealing_takes_a_review_out_of_sight_and_sum(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int, kind: str
    ) -> None:
        post(bo, book_id, stars=2.0, body="Fine.")
        decide(mo, report_review(bo, review_id), kind)
        assert stored.summary(book_id)[:3] == (1, 1, 2.0)
        with pytest.raises(NotFound):
            reviews.get_review(review_id, bo)
        assert reviews.get_review(review_id, alex).concealment is not None
        assert reviews.get_review(review_id, mo).body_source == "Buy *now*."
        assert [row.id for row in reviews.reviews_by(alex.id, bo).rows] == []
        assert [row.id for row in reviews.reviews_by(alex.id, alex).rows] == [review_id]
        assert recounted(book_id)

    def test_keeping_changes_nothing(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        before = stored.summary(book_id)
        decide(mo, report_review(bo, review_id), "keep")
        assert stored.summary(book_id) == before
        assert reviews.get_review(review_id).concealment is None
        assert session().scalars(select(Statement.action_id)).all() == []

    def test_a_spoiler_is_folded_and_stays(
        self, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        decide(mo, report_review(bo, review_id, reason="spoiler"), "mark_spoiler")
        assert reviews.get_review(review_id).has_spoilers
        assert recounted(book_id)

    def test_excluded_stars_leave_the_words(
        self, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        decide(mo, report_review(bo, review_id, reason="undisclosed"), "exclude")
        assert stored.summary(book_id)[:2] == (0, 1)
        assert reviews.get_review(review_id).uncounted_because == "excluded"
        act(mo, review_subject(review_id, mo), "include")
        assert stored.summary(book_id)[:2] == (1, 1)
        assert recounted(book_id)

    def test_a_suspended_reader_counts_nowhere_until_it_ends(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
    ) -> None:
        other = add_work("Another")
        post(alex, book_id, stars=5.0), post(alex, other, stars=1.0)
        until = LATER + timedelta(days=7)
        action = decide(mo, report_profile(bo, alex.id), "suspend", until=until)
        assert stored.summary(book_id)[0] == stored.summary(other)[0] == 0
        assert stored.summary(book_id)[1] == 1  # the words stay
        reverse(mo, action)
        assert stored.summary(book_id)[0] == stored.summary(other)[0] == 1
        assert recounted(book_id)
        assert recounted(other)

    def test_suspending_for_a_review_hides_it(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        until = LATER + timedelta(days=7)
        decide(mo, report_review(bo, review_id), "suspend", until=until)
        assert kinds() == ["hide", "suspend"]
        assert reviews.get_review(review_id, mo).concealment == "hidden"

    def test_a_locked_book_takes_nothing_new(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        until = LATER + timedelta(days=1)
        act(mo, work_subject(book_id), "lock", reason="surge", until=until)
        with pytest.raises(services.WorkLocked):
            post(bo, book_id, at=LATER)
        with pytest.raises(services.WorkLocked), transaction():
            services.revise_review(
                author=alex, review_id=review_id, stars=1.0, body="Buy *now*.",
                has_spoilers=False, at=LATER,
            )  # fmt: skip
        with transaction():  # words are no rating
            services.revise_review(
                author=alex, review_id=review_id, stars=4.0, body="Sorry.",
                has_spoilers=False, at=LATER,
            )  # fmt: skip
        post(bo, book_id, at=until)

    def test_each_kind_of_each_subject_can_be_decided(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
    ) -> None:
        for kind in KINDS_FOR["review"]:
            written = post(alex, add_work(f"Book to {kind}"))
            until = LATER + timedelta(days=1) if kind == "suspend" else None
            decide(mo, report_review(bo, written), kind, until=until)
        for kind in KINDS_FOR["profile"]:
            until = LATER + timedelta(days=1) if kind == "suspend" else None
            decide(mo, report_profile(bo, alex.id), kind, until=until)
        assert open_cases() == []


class TestWhoMayDecide:
    def test_nobody_about_their_own(self, bo: Viewer, mo: Viewer, book_id: int) -> None:
        case = report_review(bo, post(mo, book_id))
        with pytest.raises(NotAllowed):
            decide(mo, case, "keep")

    def test_no_moderator_about_what_an_admin_wrote(
        self, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int
    ) -> None:
        case = report_review(bo, post(ada, book_id))
        with pytest.raises(NotAllowed):
            decide(mo, case, "hide")

    def test_no_reader_at_all(self, alex: Viewer, bo: Viewer, review_id: int) -> None:
        case = report_review(bo, review_id)
        with pytest.raises(NotAllowed):
            decide(bo, case, "hide")

    @pytest.mark.parametrize("kind", ["warn", "suspend"])
    def test_the_database_spares_admins(self, mo: Viewer, ada: Viewer, kind: str) -> None:
        with pytest.raises(IntegrityError), transaction():
            session().execute(insert(ModerationAction).values(row(mo, ada, kind)))

    def test_the_database_lets_nobody_act_on_themselves(self, mo: Viewer) -> None:
        with pytest.raises(IntegrityError), transaction():
            session().execute(insert(ModerationAction).values(row(mo, mo, "hide")))


def row(actor: Viewer, person: Viewer, kind: str) -> dict[str, object]:
    return {
        "at": LATER,
        "kind": kind,
        "reason": "spam",
        "subject": "profile",
        "is_automatic": False,
        "actor_id": actor.id,
        "person_id": person.id,
        "change": {},
    }


class TestTheLedger:
    def test_is_never_changed_nor_deleted(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        decide(mo, report_review(bo, review_id), "hide")
        for statement in (
            update(ModerationAction).values(kind="keep"),
            delete(ModerationAction),
        ):
            with pytest.raises(IntegrityError), transaction():
                session().execute(statement)
        assert kinds() == ["hide"]

    def test_counts_each_action_once(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        case = report_review(bo, review_id)
        decide(mo, case, "hide", at=LATER + timedelta(hours=3))
        months, reasons, all_together = queries.figures()
        assert [(one.name, one.actions) for one in months] == [("2026-05", 1)]
        assert [(one.name, one.actions) for one in reasons] == [("spam", 1)]
        assert all_together.median_wait == timedelta(hours=4)
        assert all_together.overturn_rate is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("kind", "more", "field"),
        [
            ("burn", {}, "kind"),
            ("lock", {"until": LATER + timedelta(days=1)}, "kind"),
            ("hide", {"reason": "taste"}, "reason"),
            ("hide", {"reason": "other"}, "words"),
            ("ask_change", {"words": " "}, "words"),
            ("hide", {"words": "x" * (LONGEST_WORDS + 1)}, "words"),
            ("hide", {"words": "\x00"}, "words"),
            ("suspend", {}, "until"),
            ("suspend", {"until": LATER}, "until"),
            ("suspend", {"until": LATER + timedelta(days=4000)}, "until"),
        ],
    )
    def test_names_the_field(
        self,
        bo: Viewer,
        mo: Viewer,
        review_id: int,
        kind: str,
        more: dict[str, object],
        field: str,
    ) -> None:
        case = report_review(bo, review_id)
        with pytest.raises(Invalid) as refused:
            decide(mo, case, kind, **more)
        assert list(refused.value.fields) == [field]
        assert kinds() == []
        assert open_cases() == [case]

    def test_there_is_no_such_case(self, mo: Viewer) -> None:
        with pytest.raises(NotFound):
            decide(mo, 99, "keep")

    def test_too_many_at_once(self, mo: Viewer) -> None:
        decision = Decision(kind="hide", reason="spam")
        with pytest.raises(Invalid), transaction():
            deciding.decide_all(
                moderator=mo, case_ids=range(MOST_AT_ONCE + 1), decision=decision, at=LATER
            )


class TestTwoModerators:
    def test_one_wins_and_the_other_is_told(
        self, bo: Viewer, mo: Viewer, ada: Viewer, review_id: int
    ) -> None:
        case = report_review(bo, review_id)
        decide(mo, case, "keep")
        with pytest.raises(claims.DecidedMeanwhile):
            decide(ada, case, "remove")
        assert kinds() == ["keep"]

    def test_at_the_same_moment(
        self, app: Flask, bo: Viewer, mo: Viewer, ada: Viewer, review_id: int
    ) -> None:
        case, told = report_review(bo, review_id), []
        start = threading.Barrier(2)

        def sit_at_the_desk(moderator: Viewer, kind: str) -> None:
            with app.app_context():
                start.wait()
                try:
                    decide(moderator, case, kind)
                except claims.DecidedMeanwhile:
                    told.append(moderator)

        desks = [
            threading.Thread(target=sit_at_the_desk, args=args)
            for args in ((mo, "hide"), (ada, "remove"))
        ]
        for desk in desks:
            desk.start()
        for desk in desks:
            desk.join()
        assert len(told) == len(kinds()) == 1

    def test_a_claim_keeps_others_away_for_a_while(
        self, bo: Viewer, mo: Viewer, ada: Viewer, review_id: int
    ) -> None:
        case = report_review(bo, review_id)
        with transaction():
            claims.claim(moderator=mo, case_id=case, at=LATER)
        with pytest.raises(Conflict, match="Mo is looking"):
            decide(ada, case, "hide")
        with pytest.raises(Conflict, match="Mo is looking"), transaction():
            claims.claim(moderator=ada, case_id=case, at=LATER)
        decide(ada, case, "hide", at=LATER + timedelta(minutes=15))

    def test_a_case_can_be_given_back(
        self, bo: Viewer, mo: Viewer, ada: Viewer, review_id: int
    ) -> None:
        case = report_review(bo, review_id)
        with transaction():
            claims.claim(moderator=mo, case_id=case, at=LATER)
            claims.release(moderator=ada, case_id=case)  # not hers to give
        with transaction():
            claims.release(moderator=mo, case_id=case)
        decide(ada, case, "hide")


class TestManyAtOnce:
    def spam(self, bo: Viewer, book_id: int, count: int = 12) -> list[int]:
        spammers = crowd.readers(count)
        crowd.review_by_each(spammers, book_id)
        found = {row.author_id: row.id for row in reviews.reviews_of(book_id).rows}
        return [report_review(bo, found[one.id]) for one in spammers]

    def test_all_are_decided_and_all_are_undone(self, bo: Viewer, mo: Viewer, book_id: int) -> None:
        cases = self.spam(bo, book_id)
        before = stored.summary(book_id)
        decision = Decision(kind="remove", reason="spam")
        with transaction():
            batch, left_out = deciding.decide_all(
                moderator=mo, case_ids=cases, decision=decision, at=LATER
            )
        assert left_out == open_cases() == []
        assert stored.summary(book_id)[0] == 0
        with transaction():
            undone = taking_back.undo_batch(moderator=mo, batch=batch, at=LATER)
        assert undone == len(cases)
        assert stored.summary(book_id) == before
        assert sorted(open_cases()) == cases
        assert recounted(book_id)
        assert {one.outcome for one in session().scalars(select(Report))} == {None}
        assert session().scalar(select(ReportingRecord.upheld)) == 0

    def test_what_others_decided_meanwhile_is_left_out(
        self, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int
    ) -> None:
        first, *others = self.spam(bo, book_id)
        decide(ada, first, "keep")
        decision = Decision(kind="remove", reason="spam")
        with transaction():
            _, left_out = deciding.decide_all(
                moderator=mo, case_ids=[first, *others], decision=decision, at=LATER
            )
        assert left_out == [first]
        assert kinds().count("remove") == len(others)

    def test_only_its_own_moderator_undoes_a_bulk(
        self, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int
    ) -> None:
        cases = self.spam(bo, book_id, 2)
        decision = Decision(kind="remove", reason="spam")
        with transaction():
            batch, _ = deciding.decide_all(
                moderator=mo, case_ids=cases, decision=decision, at=LATER
            )
        with pytest.raises(NotFound), transaction():
            taking_back.undo_batch(moderator=ada, batch=batch, at=LATER)


class TestSuspendingMany:
    UNTIL = LATER + timedelta(days=30)

    def suspend(self, mo: Viewer, cases: list[int]) -> tuple[str, list[int]]:
        decision = Decision(kind="suspend", reason="spam", words="No.", until=self.UNTIL)
        with transaction():
            return deciding.decide_all(moderator=mo, case_ids=cases, decision=decision, at=LATER)

    def wave(self, alex: Viewer, bo: Viewer, count: int = 3) -> list[int]:
        books = crowd.books(count)
        return [report_review(bo, post(alex, one)) for one in books]

    def test_is_once_for_each_person(self, alex: Viewer, bo: Viewer, mo: Viewer) -> None:
        cases = self.wave(alex, bo)
        other = report_review(alex, post(bo, crowd.books(1, subject="Other")[0]))
        _, left_out = self.suspend(mo, [*cases, other])
        assert left_out == open_cases() == []
        assert kinds() == ["hide", "suspend", "hide", "hide", "hide", "suspend"]
        told = select(Statement.action_id).where(Statement.person_id == alex.id)
        assert len(session().scalars(told).all()) == 4

    def test_is_for_the_profile_where_that_is_reported(
        self, alex: Viewer, bo: Viewer, mo: Viewer
    ) -> None:
        cases = self.wave(alex, bo, 2)
        profile = report_profile(bo, alex.id)
        self.suspend(mo, [*cases, profile])
        assert kinds() == ["suspend", "hide", "hide"]
        suspension = session().scalars(select(ModerationAction)).first()
        assert suspension is not None
        assert suspension.case_id == profile
        assert {one.outcome for one in session().scalars(select(Report))} == {"upheld"}

    def test_is_undone_as_a_whole(self, alex: Viewer, bo: Viewer, mo: Viewer) -> None:
        cases = [*self.wave(alex, bo, 2), report_profile(bo, alex.id)]
        batch, _ = self.suspend(mo, cases)
        with transaction():
            assert taking_back.undo_batch(moderator=mo, batch=batch, at=LATER) == 3
        assert sorted(open_cases()) == sorted(cases)
        assert session().get_one(User, alex.id).suspended_until is None
        shown = select(Review.id).where(Review.concealment.is_(None))
        assert len(session().scalars(shown).all()) == 2

    def test_is_done_for_the_next_case_where_another_has_the_first(
        self, alex: Viewer, bo: Viewer, mo: Viewer, ada: Viewer
    ) -> None:
        first, *others = self.wave(alex, bo)
        with transaction():
            claims.claim(moderator=ada, case_id=first, at=LATER)
        _, left_out = self.suspend(mo, [first, *others])
        assert left_out == [first]
        assert kinds() == ["hide", "suspend", "hide"]

    def test_leaves_removed_what_was_removed(
        self, alex: Viewer, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        case = report_review(bo, review_id)
        act(mo, review_subject(review_id, mo), "remove")
        self.suspend(mo, [case])
        assert kinds() == ["remove", "suspend"]
        assert session().get_one(Review, review_id).concealment == "removed"


def test_hiding_never_shows_more_of_what_was_removed(mo: Viewer, review_id: int) -> None:
    act(mo, review_subject(review_id, mo), "remove")
    hiding = act(mo, review_subject(review_id, mo), "hide")
    assert session().get_one(Review, review_id).concealment == "removed"
    assert session().get(Statement, hiding) is None, "nothing was done to its author"


class TestWhatTheAuthorDoesMeanwhile:
    def test_revising_a_hidden_review_leaves_it_hidden(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        version = reviews.get_review(review_id, alex).version
        decide(mo, report_review(bo, review_id), "hide")
        revise(alex, review_id, version)
        assert reviews.get_review(review_id, alex).concealment == "hidden"
        assert stored.summary(book_id)[:2] == (0, 0)
        assert recounted(book_id)

    def test_changing_what_was_asked_for_shows_it_again(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        decide(mo, report_review(bo, review_id), "ask_change")
        revise(alex, review_id)
        assert reviews.get_review(review_id, bo).concealment is None
        assert stored.summary(book_id)[:2] == (1, 1)

    def test_what_was_removed_is_not_changed(
        self, alex: Viewer, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        decide(mo, report_review(bo, review_id), "remove")
        with pytest.raises(NotAllowed, match="removed"):
            revise(alex, review_id)

    def test_removed_and_posted_again_it_waits_for_a_person(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        decide(mo, report_review(bo, review_id), "remove")
        withdraw(alex, review_id)
        post(alex, book_id, at=LATER)
        assert reviews.get_review(review_id, alex).concealment == "held"

    def test_a_suspended_reader_writes_nothing(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, review_id: int
    ) -> None:
        until = LATER + timedelta(days=7)
        act(mo, profile_subject(alex.id), "suspend", until=until)
        with pytest.raises(services.NotNow, match="suspended until 20 May 2026"):
            post(alex, add_work("Another"), at=LATER)
        with pytest.raises(services.NotNow):
            revise(alex, review_id)
        with pytest.raises(NotAllowed):
            report_review(session_of(alex), post(bo, book_id))
        appeal(alex, 1)  # but may defend themselves


def revise(author: Viewer, review_id: int, version: int | None = None) -> None:
    with transaction():
        services.revise_review(
            author=author,
            review_id=review_id,
            stars=3.0,
            body="Other words.",
            has_spoilers=False,
            version=version,
            at=LATER,
        )


def session_of(viewer: Viewer) -> Viewer:
    """Return who is signed in as the next request would."""
    row = session().execute(
        select(User.id, User.username, User.name, User.role, User.suspended_until).where(
            User.id == viewer.id
        )
    )
    return Viewer(*row.one())
