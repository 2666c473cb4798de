"""One book's unusual days, as they are read, and leaving ratings out of its stars together."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Invalid, NotFound
from bookreviews.extensions import session
from bookreviews.moderation import deciding, surges, taking_back, unusual
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import Statement
from bookreviews.moderation.subjects import Subject, review_subject
from bookreviews.moderation.vocabulary import MOST_AT_ONCE, SURGE_WITHIN
from bookreviews.reviews.models import Review
from bookreviews.transactions import transaction
from tests import crowd, stored
from tests.conftest import NOON, any_database
from tests.moderation.scenes import LATER, act, kinds
from tests.reviews.acts import add_work, post, post_each, rate, withdraw

pytestmark = any_database
HOUR = timedelta(hours=1)
EXCLUDE = Decision(kind="exclude", reason="surge", words="A campaign.")


@pytest.fixture
def bomb(book_id: int) -> list[int]:
    """Return fifteen ratings of one hour, after five that are old."""
    rate(book_id, crowd.readers(5), 5.0, 4.5, 4.0, 5.0, 4.0)
    return post_each(
        book_id,
        crowd.readers(15, first=100),
        stars=lambda _: 0.5,
        at=lambda number: LATER - HOUR + timedelta(minutes=number),
    )


def exclude(by: Viewer, work_id: int, ids: list[int]) -> tuple[str, list[Subject]]:
    subjects = unusual.subjects_of(unusual.ratings_by_ids(work_id, ids))
    session().rollback()
    with transaction():
        return deciding.act_on_all(moderator=by, subjects=subjects, decision=EXCLUDE, at=LATER)


class TestWhatIsRead:
    def test_each_day(self, bomb: list[int], book_id: int) -> None:
        per_day = unusual.count_per_day(book_id, LATER - timedelta(days=27))
        assert per_day == {LATER.date(): 15}

    def test_the_stars_of_the_last_day_and_before(self, bomb: list[int], book_id: int) -> None:
        last_day, before = unusual.stars_of_last_day(unusual.get_work(book_id), LATER)
        assert last_day == [15, *[0] * 9]
        assert before == [0, 0, 0, 0, 0, 0, 0, 2, 1, 2]

    def test_what_does_not_count_is_in_the_last_day_alone(
        self, mo: Viewer, bomb: list[int], book_id: int
    ) -> None:
        exclude(mo, book_id, bomb[:10])
        last_day, before = unusual.stars_of_last_day(unusual.get_work(book_id), LATER)
        assert (last_day[0], sum(before)) == (15, 5)

    def test_the_list_newest_first_in_pages(
        self, monkeypatch: pytest.MonkeyPatch, bomb: list[int], book_id: int
    ) -> None:
        monkeypatch.setattr(unusual, "PAGE_SIZE", 10)
        since = LATER - SURGE_WITHIN
        first = unusual.list_ratings(book_id, since, young=False)
        second = unusual.list_ratings(book_id, since, young=False, after=first.older)
        assert [row.id for row in (*first.rows, *second.rows)] == bomb[::-1]
        assert second.older is None

    def test_new_accounts_alone(self, bomb: list[int], alex: Viewer, book_id: int) -> None:
        with transaction():
            for one in session().scalars(select(Review).where(Review.id.in_(bomb[:4]))):
                one.by_new_account = True
        since = LATER - SURGE_WITHIN
        assert unusual.count_ratings(book_id, since) == (15, 4)
        assert unusual.ids_of_ratings(book_id, since, young=True) == bomb[3::-1]
        young = unusual.list_ratings(book_id, since, young=True)
        assert [row.id for row in young.rows] == bomb[3::-1]

    def test_what_is_shared_with_others(self, bomb: list[int], book_id: int) -> None:
        with transaction():
            for one in session().scalars(select(Review).where(Review.id.in_(bomb[:2]))):
                one.posted_from = "192.0.2.0/24"
            session().get_one(Review, bomb[2]).posted_from = "198.51.100.0/24"
            for one in session().scalars(select(Review).where(Review.id.in_(bomb[2:4]))):
                one.words_digest = "the same"
        rows = {row.id: row for row in unusual.ratings_by_ids(book_id, bomb)}
        networks = [bool(rows[one].shares_network) for one in bomb[:4]]
        assert networks == [True, True, False, False]
        assert [bool(rows[one].shares_words) for one in bomb[:4]] == [False, False, True, True]

    def test_nothing_of_what_is_taken_back_or_of_other_books(
        self, alex: Viewer, bomb: list[int], book_id: int
    ) -> None:
        gone = post(alex, book_id, at=LATER)
        withdraw(alex, gone)
        other = post(alex, add_work("Emma"), at=LATER)
        assert unusual.ratings_by_ids(book_id, [gone, other]) == []
        rows = unusual.list_ratings(book_id, LATER - SURGE_WITHIN, young=False).rows
        assert {row.id for row in rows} == set(bomb)

    def test_it_begins_a_day_before_it_was_noticed(self, bomb: list[int], book_id: int) -> None:
        with transaction():
            surges.watch(at=LATER)
        work = unusual.get_work(book_id)
        day = timedelta(days=1)
        assert unusual.began_at(work, LATER + 3 * day) == LATER - SURGE_WITHIN
        long_after = LATER + 100 * day
        assert unusual.began_at(work, long_after) == long_after - SURGE_WITHIN

    def test_no_such_book(self, app: object) -> None:
        with pytest.raises(NotFound):
            unusual.get_work(4711)


class TestLeavingOut:
    def test_does_to_the_stars_what_was_foretold(
        self, mo: Viewer, bomb: list[int], book_id: int
    ) -> None:
        ratings = unusual.ratings_by_ids(book_id, bomb)
        effect = unusual.effect_of(unusual.get_work(book_id), ratings)
        assert (effect.count, effect.count_after, effect.average_after) == (20, 5, 4.5)
        _, left_out = exclude(mo, book_id, bomb)
        assert left_out == []
        assert stored.summary(book_id)[0] == 5
        assert unusual.get_work(book_id).average == effect.average_after
        assert kinds() == ["exclude"] * 15
        told = session().scalars(select(Statement.words)).all()
        assert told == ["A campaign."] * 15

    def test_is_taken_back_as_one_bulk(self, mo: Viewer, bomb: list[int], book_id: int) -> None:
        before = stored.summary(book_id)
        batch, _ = exclude(mo, book_id, bomb)
        with transaction():
            assert taking_back.undo_batch(moderator=mo, batch=batch, at=LATER) == 15
        assert stored.summary(book_id) == before
        assert kinds() == ["exclude"] * 15 + ["reverse"] * 15
        assert unusual.batch_that_left_out(bomb, actor_id=mo.id) is None

    def test_spares_ones_own_and_an_admins(
        self, mo: Viewer, ada: Viewer, bomb: list[int], book_id: int
    ) -> None:
        own, admins = post(mo, book_id, at=LATER), post(ada, book_id, at=LATER)
        _, left_out = exclude(mo, book_id, [*bomb, own, admins])
        assert [one.review_id for one in left_out] == [own, admins]
        assert kinds() == ["exclude"] * 15

    def test_spares_what_is_so_already_or_not_shown_or_without_stars(
        self, mo: Viewer, alex: Viewer, bomb: list[int], book_id: int
    ) -> None:
        words = post(alex, book_id, stars=None, at=LATER)
        exclude(mo, book_id, bomb[:1])
        act(mo, review_subject(bomb[1], mo), "hide")
        _, left_out = exclude(mo, book_id, [*bomb[:3], words])
        assert {one.review_id for one in left_out} == {*bomb[:2], words}
        session().rollback()
        assert session().get_one(Review, bomb[1]).concealment == "hidden"

    def test_what_was_taken_back_meanwhile_stays_gone(
        self, mo: Viewer, alex: Viewer, bomb: list[int], book_id: int
    ) -> None:
        mine = post(alex, book_id, at=LATER)
        subjects = unusual.subjects_of(unusual.ratings_by_ids(book_id, [mine]))
        withdraw(alex, mine)
        with transaction():
            _, left_out = deciding.act_on_all(
                moderator=mo, subjects=subjects, decision=EXCLUDE, at=LATER
            )
        assert left_out == subjects
        assert kinds() == []

    def test_is_of_so_many_at_most(self, mo: Viewer, bomb: list[int], book_id: int) -> None:
        (subject,) = unusual.subjects_of(unusual.ratings_by_ids(book_id, bomb[:1]))
        with pytest.raises(Invalid), transaction():
            deciding.act_on_all(
                moderator=mo, subjects=[subject] * (MOST_AT_ONCE + 1), decision=EXCLUDE, at=NOON
            )

    def test_follows_a_rule(self, mo: Viewer, bomb: list[int], book_id: int) -> None:
        subjects = unusual.subjects_of(unusual.ratings_by_ids(book_id, bomb))
        decision = Decision(kind="exclude", reason="nonsense")
        with pytest.raises(Invalid), transaction():
            deciding.act_on_all(moderator=mo, subjects=subjects, decision=decision, at=LATER)
        assert kinds() == []

    def test_a_second_click_finds_the_bulk(
        self, mo: Viewer, ada: Viewer, bomb: list[int], book_id: int
    ) -> None:
        batch, _ = exclude(mo, book_id, bomb[:5])
        assert unusual.batch_that_left_out(bomb[:5], actor_id=mo.id) == batch
        assert unusual.batch_that_left_out(bomb[:6], actor_id=mo.id) is None
        assert unusual.batch_that_left_out(bomb[:5], actor_id=ada.id) is None
