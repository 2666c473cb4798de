"""Reports: who may make them, how they gather and weigh, and what comes of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Invalid, NotAllowed, NotFound, TooMany
from bookreviews.extensions import session
from bookreviews.moderation import desk, flags, queue, reporting
from bookreviews.moderation.models import Case, Report
from bookreviews.moderation.subjects import profile_subject, review_subject, work_subject
from bookreviews.moderation.vocabulary import HASTE, LONGEST_REPORT, NEW_REPORTERS_SHARE
from bookreviews.notifications.queries import notifications_of
from bookreviews.reviews import queries as reviews
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import NOON, any_database
from tests.moderation.scenes import LATER, decide, open_cases, report_profile, report_review
from tests.reviews.acts import post

pytestmark = any_database


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    return post(alex, book_id, body="Buy now.")


def case_with(case_id: int) -> Case:
    session().rollback()
    return session().get_one(Case, case_id)


class TestReporting:
    def test_gathers_in_one_case(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        case = report_review(bo, review_id, reason="off_topic")
        assert report_review(mo, review_id, reason="hate") == case
        found = case_with(case)
        assert (found.reports_count, found.reason, found.weight) == (2, "hate", 2.0)
        assert found.due_at == found.opened_at - 2.0 * HASTE

    def test_once_for_each_reader_while_it_is_open(
        self, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        case = report_review(bo, review_id)
        with pytest.raises(reporting.AlreadyReported):
            report_review(bo, review_id, reason="hate")
        decide(mo, case, "keep")
        assert report_review(bo, review_id) != case

    def test_is_acknowledged_and_later_answered(
        self, bo: Viewer, mo: Viewer, review_id: int
    ) -> None:
        case = report_review(bo, review_id)
        decide(mo, case, "hide")
        told = [(one.kind, one.details) for one in notifications_of(bo).rows]
        assert [kind for kind, _ in told] == ["report_decided", "report_received"]
        assert told[0][1]["outcome"] == "upheld"
        assert "Python for Beginners" in told[0][1]["subject"]

    def test_is_not_for_ones_own(self, alex: Viewer, review_id: int) -> None:
        with pytest.raises(NotAllowed):
            report_review(alex, review_id)
        with pytest.raises(NotAllowed):
            report_profile(alex, alex.id)

    @pytest.mark.parametrize(
        ("reason", "words", "field"),
        [
            ("taste", "", "reason"),
            ("wrong_data", "", "reason"),
            ("other", " ", "words"),
            ("spam", "x" * (LONGEST_REPORT + 1), "words"),
            ("spam", "\x00", "words"),
        ],
    )
    def test_names_what_is_wrong_with_it(
        self, bo: Viewer, review_id: int, reason: str, words: str, field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            report_review(bo, review_id, reason=reason, words=words)
        assert list(refused.value.fields) == [field]
        assert open_cases() == []

    def test_of_nothing(self, bo: Viewer) -> None:
        with pytest.raises(NotFound):
            report_review(bo, 99)
        with pytest.raises(NotFound):
            report_profile(bo, 99)

    def test_of_what_one_may_not_see(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        decide(mo, report_review(bo, review_id), "hide")
        with pytest.raises(NotFound):
            report_review(bo, review_id)

    def test_of_data_and_cover_of_a_book(self, bo: Viewer, book_id: int) -> None:
        for kind in ("work", "cover"):
            with transaction():
                reporting.report(
                    reporter=bo,
                    subject=work_subject(book_id, kind=kind),
                    reason="wrong_data",
                    at=LATER,
                )
        assert len(open_cases()) == 2

    def test_not_of_everything_at_once(
        self, alex: Viewer, bo: Viewer, review_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reporting, "MOST_REPORTS", 1)
        report_profile(bo, alex.id)
        with pytest.raises(TooMany):
            report_review(bo, review_id)
        report_review(bo, review_id, at=LATER + timedelta(days=1))


class TestWeight:
    def test_grows_and_shrinks_with_the_record(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
    ) -> None:
        assert reporting.trust_in(f"user:{bo.id}") == 1.0
        review = post(alex, book_id)
        decide(mo, report_review(bo, review), "keep")
        assert reporting.trust_in(f"user:{bo.id}") == pytest.approx(2 / 3)
        decide(mo, report_review(bo, review), "mark_spoiler")
        assert reporting.trust_in(f"user:{bo.id}") == 1.0
        decide(mo, report_review(bo, review), "hide")
        assert reporting.trust_in(f"user:{bo.id}") == pytest.approx(6 / 5)

    def test_a_new_account_weighs_little(self, app: object, review_id: int) -> None:
        (newcomer,) = crowd.readers(1)
        case = report_review(newcomer, review_id, at=NOON + timedelta(days=1))
        assert case_with(case).weight == NEW_REPORTERS_SHARE

    def test_each_further_new_account_weighs_less(self, app: object, review_id: int) -> None:
        for newcomer in crowd.readers(3):
            case = report_review(newcomer, review_id, at=NOON + timedelta(days=1))
        weights = [NEW_REPORTERS_SHARE / number for number in (1, 2, 3)]
        assert case_with(case).weight == pytest.approx(sum(weights))

    def test_a_mob_of_new_accounts_hides_nothing(self, alex: Viewer, review_id: int) -> None:
        for newcomer in crowd.readers(8):
            case = report_review(newcomer, review_id, reason="off_topic", at=NOON)
        with transaction():
            flags.hold_if_heavy(session().get_one(Case, case), rule=None, at=NOON)
        assert reviews.get_review(review_id).concealment is None

    def test_above_the_threshold_it_is_held(self, alex: Viewer, bo: Viewer, review_id: int) -> None:
        for reader in crowd.readers(3):
            case = report_review(reader, review_id)
        with transaction():
            flags.hold_if_heavy(session().get_one(Case, case), rule=None, at=LATER)
        with pytest.raises(NotFound):
            reviews.get_review(review_id, bo)
        assert reviews.get_review(review_id, alex).concealment == "held"
        told = [one.kind for one in notifications_of(alex).rows]
        assert told == ["statement"]

    def test_what_a_person_kept_is_not_held_again(
        self, alex: Viewer, mo: Viewer, review_id: int
    ) -> None:
        mob = crowd.readers(6)
        for reader in mob[:3]:
            case = report_review(reader, review_id)
        decide(mo, case, "keep")
        for reader in mob[3:]:
            case = report_review(reader, review_id, reason="illegal")
        with transaction():
            flags.hold_if_heavy(session().get_one(Case, case), rule=None, at=LATER)
        assert reviews.get_review(review_id).concealment is None

    def test_keeping_shows_what_was_held(self, bo: Viewer, mo: Viewer, review_id: int) -> None:
        for reader in crowd.readers(3):
            case = report_review(reader, review_id)
        with transaction():
            flags.hold_if_heavy(session().get_one(Case, case), rule=None, at=LATER)
        decide(mo, case, "keep")
        assert reviews.get_review(review_id, bo).concealment is None


class TestTheQueue:
    def test_is_oldest_first_and_heavy_ones_sooner(
        self, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        first, second, third = (post(reader, book_id) for reader in crowd.readers(3))
        light = report_review(bo, first, reason="off_topic", at=LATER)
        heavy = report_review(bo, second, reason="illegal", at=LATER + timedelta(hours=5))
        late = report_review(bo, third, reason="off_topic", at=LATER + timedelta(hours=9))
        rows = queue.list_cases(queue.Filter()).rows
        assert [row.id for row in rows] == [heavy, light, late] == open_cases()

    def test_is_filtered(self, alex: Viewer, bo: Viewer, review_id: int) -> None:
        case, other = report_review(bo, review_id), report_profile(bo, alex.id, reason="hate")
        for wanted, found in (
            (queue.Filter(reason="spam"), [case]),
            (queue.Filter(subject="profile"), [other]),
            (queue.Filter(reason="spam", subject="profile"), []),
            (queue.Filter(same="person", like=case), [case, other]),
            (queue.Filter(same="text", like=case), []),
        ):
            assert sorted(row.id for row in queue.list_cases(wanted).rows) == found
            assert sorted(queue.ids_of_cases(wanted)) == found

    def test_says_who_reported_and_why(self, bo: Viewer, review_id: int) -> None:
        case = report_review(bo, review_id, words="An advertisement.")
        (told,) = desk.reports_of(case)
        assert (told.reporter_username, told.reason, told.words) == (
            "bo",
            "spam",
            "An advertisement.",
        )
        assert desk.get_case(case).body_source == "Buy now."


def test_an_automatic_rule_reports_once(app: object, bo: Viewer, review_id: int) -> None:
    for _ in range(2):
        with transaction():
            subject = review_subject(review_id, bo)
            reporting.flag(subject=subject, rule="burst", words="12 reviews", at=LATER)
    assert session().scalars(select(Report.rule)).all() == ["burst"]


def test_a_profile_is_one_subject(bo: Viewer) -> None:
    assert profile_subject(bo.id).key == f"profile:{bo.id}"
