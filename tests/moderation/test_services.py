"""What happens to accounts: suspensions end by themselves, erasing leaves no trace."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import desk, queries, services
from bookreviews.moderation.models import Appeal, ModerationAction, Report, Statement
from bookreviews.notifications.queries import notifications_of
from bookreviews.reviews import queries as reviews
from bookreviews.transactions import transaction
from tests import stored
from tests.conftest import any_database
from tests.moderation.scenes import LATER, appeal, decide, report_profile, report_review
from tests.reviews.acts import post

pytestmark = any_database


def suspend(actor: Viewer | None, person: Viewer) -> None:
    with transaction():
        services.suspend(
            actor=actor,
            user_id=person.id,
            reason="spam",
            until=LATER + timedelta(days=7),
            at=LATER,
        )


def test_a_suspension_ends_by_itself(alex: Viewer, mo: Viewer, book_id: int) -> None:
    post(alex, book_id, stars=5.0)
    suspend(mo, alex)
    for waited, ended, counted in ((6, 0, 0), (7, 1, 1), (8, 0, 1)):
        at = LATER + timedelta(days=waited)
        over = services.suspensions_over(at=at)
        assert list(over) == [alex.id] * ended
        for user_id in over:
            with transaction():
                assert services.end_suspension(user_id=user_id, at=at)
        assert stored.summary(book_id)[0] == counted


def test_lifting_needs_a_suspension(alex: Viewer, mo: Viewer, book_id: int) -> None:
    post(alex, book_id, stars=5.0)
    suspend(mo, alex)
    for _ in range(2):
        with transaction():
            services.lift(actor=mo, user_id=alex.id, reason="spam", at=LATER)
        assert stored.summary(book_id)[0] == 1
        with pytest.raises(Conflict), transaction():
            services.lift(actor=mo, user_id=alex.id, reason="spam", at=LATER)
        break


def test_nobody_suspends_an_admin(mo: Viewer, ada: Viewer) -> None:
    for actor in (mo, ada):
        with pytest.raises(NotAllowed):
            suspend(actor, ada)
    with pytest.raises(Conflict):  # the command line meets the database's own rule
        suspend(None, ada)


def test_the_ledger_survives_everyone_it_is_about(
    alex: Viewer, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int
) -> None:
    review = post(alex, book_id, stars=1.0, body="Secret words.")
    action = decide(mo, report_review(bo, review, words="Bo says so."), "remove", words="To Alex.")
    appeal(alex, action, words="Alex answers.")
    with transaction():
        session().get_one(User, mo.id).role = "reader"
    for person in (alex, bo, mo):
        with transaction():
            services.erase_person(actor=ada, user_id=person.id, at=LATER)
    session().rollback()
    entry = queries.get_entry(action)
    assert (entry.kind, entry.reason, entry.actor_name) == ("remove", "spam", "Former reader")
    assert stored.summary(book_id)[:2] == (0, 0)
    kept = [
        *session().execute(select(Statement.words, Statement.quoted)),
        *session().execute(select(Appeal.words, Appeal.answer)),
        *session().execute(select(Report.words)),
    ]
    assert {text for row in kept for text in row} == {""}
    assert session().scalars(select(ModerationAction.kind)).all() == ["remove"]
    with pytest.raises(NotFound):
        reviews.get_review(review, ada)


def test_who_cannot_be_erased(alex: Viewer, ada: Viewer) -> None:
    with pytest.raises(NotAllowed), transaction():
        services.erase_person(actor=ada, user_id=ada.id, at=LATER)
    with pytest.raises(NotAllowed), transaction():
        services.erase_person(actor=None, user_id=ada.id, at=LATER)
    with transaction():
        services.erase_person(actor=ada, user_id=alex.id, at=LATER)
    with pytest.raises(NotFound), transaction():
        services.erase_person(actor=ada, user_id=alex.id, at=LATER)


def test_the_record_of_a_person_counts_what_was_done(
    alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
) -> None:
    decide(mo, report_review(bo, post(alex, book_id)), "hide")
    decide(mo, report_profile(bo, alex.id), "warn")
    assert {row.kind: row.count for row in desk.record_of(alex.id)} == {"hide": 1, "warn": 1}


def test_a_suspension_that_was_renewed_goes_on(alex: Viewer, mo: Viewer) -> None:
    suspend(mo, alex)
    over = LATER + timedelta(days=7)
    assert services.suspensions_over(at=over) == [alex.id]
    with transaction():
        services.suspend(
            actor=mo, user_id=alex.id, reason="spam", until=over + timedelta(days=1), at=over
        )
    with transaction():
        assert not services.end_suspension(user_id=alex.id, at=over)
    session().rollback()
    assert session().get_one(User, alex.id).suspended_until == over + timedelta(days=1)


def test_moderators_are_reminded_of_what_waits_too_long(
    alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
) -> None:
    report_review(bo, post(alex, book_id))
    for hours, waiting, told in ((23, 0, []), (24, 1, ["case_waiting"])):
        with transaction():
            assert services.remind_moderators(at=LATER + timedelta(hours=hours)) == waiting
        assert [one.kind for one in notifications_of(mo).rows] == told
    assert [one.kind for one in notifications_of(bo).rows] == ["report_received"]


def test_what_waits_about_somebody_erased_waits_no_more(
    alex: Viewer, bo: Viewer, mo: Viewer, ada: Viewer, book_id: int
) -> None:
    other = post(bo, book_id)
    cases = [report_review(bo, post(alex, book_id)), report_profile(bo, alex.id)]
    kept = report_review(alex, other)
    appeal(bo, decide(mo, kept, "hide"))
    assert len(desk.open_appeals()) == desk.count_open_appeals() == 1
    for person in (alex, bo):
        with transaction():
            services.erase_person(actor=ada, user_id=person.id, at=LATER)
    assert [desk.get_case(case).closed_at for case in cases] == [LATER, LATER]
    assert desk.open_appeals() == []
    assert desk.count_open_appeals() == 0
