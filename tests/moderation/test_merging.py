"""Two books that are one: nothing is lost, sums are true, and undoing puts back what was."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import isbns, queries, search, turns
from bookreviews.catalog.facts import Thing
from bookreviews.catalog.images import covers
from bookreviews.catalog.loading import bulk
from bookreviews.catalog.models import (
    Author,
    AuthorName,
    CatalogEdit,
    Edition,
    Merge,
    RatingsElsewhere,
    UnverifiedIsbn,
    Work,
)
from bookreviews.catalog.services import NewEdition
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.lib.orm import Base
from bookreviews.lib.storage import Folder
from bookreviews.moderation import merging
from bookreviews.moderation.models import Case, ModerationAction
from bookreviews.moderation.subjects import review_subject, work_subject
from bookreviews.reviews import services as reviewing
from bookreviews.reviews import standing
from bookreviews.reviews.models import EarlierReview, RatingSummary, Review
from bookreviews.transactions import transaction
from tests import crowd, rulings, stored
from tests.catalog.acts import LATER, add_edition_to, edit, facts, merge, revert, trust
from tests.catalog.images.test_covers import BLUE, RED, give, shown, take
from tests.conftest import NOON, any_database
from tests.reviews.acts import add_work, post, withdraw
from tests.stored import Said

# What a merge and its undoing leave as they were; all else is history, or made anew.
PUT_BACK = (
    "works", "reviews", "editions", "authorships", "work_subjects", "former_slugs", "cases",
    "reports", "work_identifiers", "rating_summaries", "listings", "authors",
    "cover_images", "author_names", "former_names", "earlier_reviews", "series", "subjects",
    "unverified_isbns", "edition_identifiers",
)  # fmt: skip
# These rise with every write.
_RISING = {"works": ("version",), "reviews": ("version",), "rating_summaries": ("heat",)}


def undo(by: Viewer, merge_id: int, reason: str = "They are two.") -> None:
    with transaction():
        merging.undo(by=by, merge_id=merge_id, reason=reason, at=LATER)


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Return what must be put back, by table, without what rises with every write."""
    session().rollback()
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in PUT_BACK:
            continue
        found = session().execute(table.select()).mappings().all()
        if table.name == "rating_summaries":  # an empty one says what none says
            found = [row for row in found if row["ratings_count"] or row["reviews_count"]]
        left_out = _RISING.get(table.name, ())
        rows[table.name] = sorted(
            ({k: v for k, v in row.items() if k not in left_out} for row in found), key=repr
        )
    return rows


def review(review_id: int) -> Review:
    session().rollback()
    return session().get_one(Review, review_id, populate_existing=True)


def are_true() -> bool:
    """Tell whether all summaries are what a count of the reviews gives."""
    kept = {row.work_id: stored.summary(row.work_id) for row in session().query(RatingSummary)}
    with transaction():
        standing.recount_all(at=LATER)
    return kept == {work_id: stored.summary(work_id) for work_id in kept}


@pytest.fixture
def other_id(app: Flask, book_id: int) -> int:
    """Return the id of "Python for Beginners" once more, by somebody else, added by mistake."""
    return add_work(
        "Python for Beginers",
        authors=["K. Kaswan"],
        subjects=["Programming", "Snakes"],
        series="Courses",
        series_position=2,
        editions=[NewEdition(isbn="9780306406157", publisher="Wiley")],
    )


@pytest.fixture(autouse=True)
def _sums_stay_true(app: Flask) -> Iterator[None]:
    yield
    assert are_true()


@any_database
class TestBooks:
    def test_become_one_and_two_again(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        post(alex, book_id, stars=5.0, body="First.", at=NOON)  # review 1
        post(alex, other_id, stars=3.0, body="Second thoughts.", at=LATER)  # 2
        post(bo, other_id, stars=4.0, body="Bo's.", at=NOON)  # 3
        for reader in crowd.readers(3):
            post(reader, book_id, stars=2.0)
        rulings.report(bo, work_subject(other_id), reason="wrong_data")
        before = all_rows()

        merge_id = merge(mo, book_id, other_id)

        assert {(s.username, s.body) for s in stored.reviews()} == {
            ("alex", "Second thoughts."), ("bo", "Bo's."), ("reader0", "Good."),
            ("reader1", "Good."), ("reader2", "Good."),
        }  # fmt: skip
        assert review(2).work_id == review(3).work_id == book_id
        assert stored.summary(book_id) == stored.counted(book_id)
        assert stored.summary(other_id)[:2] == (0, 0)
        earlier = session().query(EarlierReview).one()
        assert (earlier.review_id, earlier.was_review_id) == (2, 1)
        assert (earlier.stars, earlier.body_source) == (5.0, "First.")
        assert facts(book_id)["subjects"] == ["Programming", "Snakes"]
        assert facts(book_id)["series"] == "Courses"
        assert other_id not in search.find("beginers").page.rows
        assert isbns.find_slug("9780306406157") == "python-for-beginners"
        with pytest.raises(queries.Moved) as moved:
            queries.get_work_id("python-for-beginers")
        assert moved.value.slug == "python-for-beginners"
        case = session().query(Case).one()
        assert (case.subject_key, case.work_id) == (f"work:{book_id}", book_id)

        undo(mo, merge_id)

        assert all_rows() == before
        session().rollback()
        assert session().get_one(Merge, merge_id).undone_by_id == mo.id

    def test_take_no_ratings_of_others_back(self, mo: Viewer, book_id: int, other_id: int) -> None:
        third = add_work("Another")
        with transaction():
            session().add_all(
                RatingsElsewhere(work_id=one, source="goodreads", ratings_count=9, average=4.0)
                for one in (other_id, third)
            )
        merge_id = merge(mo, book_id, other_id)
        undo(mo, merge_id)
        rated = session().scalars(select(RatingsElsewhere.work_id)).all()
        assert set(rated) == {other_id, third}

    def test_keep_what_was_said_meanwhile(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        post(alex, book_id, body="First.", at=LATER)  # 1, the later
        post(alex, other_id, body="Older.", at=NOON)  # 2
        merge_id = merge(mo, book_id, other_id)
        assert review(1).work_id == book_id
        newcomer = post(bo, other_id, body="Meant for the other.")
        assert review(newcomer).work_id == book_id
        with transaction():
            reviewing.revise_review(
                author=alex, review_id=1, stars=1.0, body="Anew.", has_spoilers=False, at=LATER
            )
        undo(mo, merge_id)
        assert stored.reviews() == [
            Said("alex", 1.0, "Anew."),
            Said("alex", 4.0, "Older."),
            Said("bo", 4.0, "Meant for the other."),
        ]
        assert review(newcomer).work_id == book_id

    def test_forget_what_its_author_withdraws(
        self, alex: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        post(alex, book_id, body="First.", at=LATER)
        post(alex, other_id, body="Older.", at=NOON)
        merge_id = merge(mo, book_id, other_id)
        withdraw(alex, 1)
        assert stored.count_of(EarlierReview) == 0
        undo(mo, merge_id)
        assert stored.reviews() == []

    def test_let_a_withdrawn_review_give_way(
        self, alex: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        withdraw(alex, post(alex, book_id, at=LATER))
        post(alex, other_id, body="Stands.", at=NOON)
        before = all_rows()
        merge_id = merge(mo, book_id, other_id)
        assert (review(2).work_id, review(1).work_id) == (book_id, other_id)
        undo(mo, merge_id)
        assert all_rows() == before

    def test_are_merged_on_and_undone_one_after_the_other(
        self, alex: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        third = add_work("Python")
        for number, work_id in enumerate((book_id, other_id, third)):
            post(alex, work_id, body=f"Version {number}", at=NOON + timedelta(hours=number))
        before = all_rows()
        first = merge(mo, other_id, book_id)
        second = merge(mo, third, other_id)
        assert [said.body for said in stored.reviews()] == ["Version 2"]
        bodies = {row.body_source for row in session().query(EarlierReview)}
        assert bodies == {"Version 0", "Version 1"}
        with pytest.raises(queries.Moved) as moved:
            queries.get_work_id("python-for-beginners")
        assert moved.value.slug == "python"
        with pytest.raises(Conflict, match="itself merged into “Python” since"):
            undo(mo, first)
        undo(mo, second)
        undo(mo, first)
        assert all_rows() == before

    def test_let_reports_about_both_join(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        (other,) = crowd.readers(1)
        for reader, work_id in ((alex, book_id), (alex, other_id), (bo, other_id)):
            rulings.report(reader, work_subject(work_id), reason="wrong_data")
        rulings.report(other, review_subject(post(bo, other_id), other))
        before = all_rows()
        merge_id = merge(mo, book_id, other_id)
        session().rollback()
        open_cases = session().query(Case).filter(Case.closed_at.is_(None)).all()
        assert {case.work_id for case in open_cases} == {book_id}
        about_book = next(case for case in open_cases if case.subject == "work")
        assert about_book.reports_count == 2
        undo(mo, merge_id)
        assert all_rows() == before

    def test_leave_the_ledger_as_it_is(
        self, alex: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        action = rulings.rule_on(post(alex, other_id), mo, "hide")
        merge_id = merge(mo, book_id, other_id)
        assert session().get_one(ModerationAction, action).work_id == other_id
        rulings.take_back(action, mo)
        assert review(1).concealment is None
        undo(mo, merge_id)
        assert review(1).work_id == other_id

    def test_keep_facts_that_were_changed_since(
        self, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        merge_id = merge(mo, book_id, other_id)
        edit(mo, book_id, seen=9, series="Lessons")
        undo(mo, merge_id)
        assert facts(book_id)["series"] == "Lessons"
        assert facts(book_id)["subjects"] == ["Programming"]
        assert facts(other_id)["series"] == "Courses"

    def test_stay_one_where_an_edition_has_gone_elsewhere(
        self, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        merge_id = merge(mo, book_id, other_id)
        third = add_work("A third")
        with transaction():
            session().query(Edition).one().work_id = third
        with pytest.raises(Conflict, match="editions that moved are elsewhere"):
            undo(mo, merge_id)


class TestRefusals:
    def test_name_what_is_wrong(
        self, alex: Viewer, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        trust(alex)
        with pytest.raises(NotAllowed):
            merge(alex, book_id, other_id)
        with pytest.raises(Invalid):
            merge(mo, book_id, book_id)
        with pytest.raises(NotFound):
            merge(mo, book_id, 4711)
        merge_id = merge(mo, book_id, other_id)
        with pytest.raises(Conflict, match="merged with another meanwhile"):
            merge(mo, book_id, other_id)
        with pytest.raises(Invalid):
            undo(mo, merge_id, reason=" ")
        with pytest.raises(NotAllowed):
            undo(alex, merge_id)
        undo(mo, merge_id)
        with pytest.raises(Conflict, match="undone already"):
            undo(mo, merge_id)
        with pytest.raises(NotFound):
            undo(mo, 4711)

    def test_of_a_change_that_came_with_a_merge(
        self, mo: Viewer, book_id: int, other_id: int
    ) -> None:
        merge(mo, book_id, other_id)
        session().rollback()
        (told,) = session().query(CatalogEdit).all()
        with pytest.raises(Conflict, match="undo the merge"):
            revert(mo, told.id)


@any_database
class TestNames:
    def of(self, kind: str, slug: str) -> Thing:
        session().rollback()
        return Thing(kind, queries.get_named(kind, slug).id)

    def test_of_people_become_one_and_two_again(
        self, alex: Viewer, book_id: int, other_id: int
    ) -> None:
        trust(alex)
        edit(alex, book_id, authors=["Kuldeep Singh Kaswan", "K. Kaswan"])
        winner, loser = self.of("author", "kuldeep-singh-kaswan"), self.of("author", "k-kaswan")
        before = all_rows()
        merge_id = merge(alex, winner, loser)
        assert facts(book_id)["authors"] == facts(other_id)["authors"] == ["Kuldeep Singh Kaswan"]
        assert session().get_one(Work, other_id).byline == "Kuldeep Singh Kaswan"
        with pytest.raises(queries.Moved):
            queries.get_author("k-kaswan")
        third = add_work("Another", authors=["K. Kaswan"])  # a name that was merged means the other
        assert facts(third)["authors"] == ["Kuldeep Singh Kaswan"]
        assert session().query(Author).count() == 2
        assert session().get_one(Work, third).byline == "Kuldeep Singh Kaswan"
        undo(alex, merge_id)
        assert facts(other_id)["authors"] == ["K. Kaswan"]
        assert facts(book_id)["authors"] == ["Kuldeep Singh Kaswan", "K. Kaswan"]
        after = all_rows()
        for table in ("author_names", "former_names", "authors"):
            assert after[table] == before[table]

    @pytest.mark.parametrize("kind", ["series", "subject"])
    def test_of_series_and_subjects_too(
        self, mo: Viewer, book_id: int, other_id: int, kind: str
    ) -> None:
        edit(mo, book_id, series="Lessons", series_position=1, subjects=["Coding"])
        pairs = {"series": ("lessons", "courses"), "subject": ("programming", "coding")}
        winner, loser = (self.of(kind, slug) for slug in pairs[kind])
        before = all_rows()
        merge_id = merge(mo, winner, loser)
        if kind == "series":
            assert facts(other_id)["series"] == "Lessons"
        else:
            assert facts(book_id)["subjects"] == ["Programming"]
            assert session().get_one(Work, book_id).main_subject == "programming"
        with pytest.raises(queries.Moved):
            queries.get_named(kind, pairs[kind][1])
        undo(mo, merge_id)
        assert all_rows() == before

    def test_take_nothing_of_others_back(self, mo: Viewer, book_id: int, other_id: int) -> None:
        """What moved is known by its book or its name alone, which others have as well."""
        edit(mo, other_id, authors=["K. Kaswan", "Sam"], subjects=["Coding", "Snakes"])
        with transaction():
            namesake = Author(slug="k-kaswan-2", name="K. Kaswan")
            session().add(namesake)
            session().flush()
            session().add(AuthorName(author_id=namesake.id, name="K. Kaswan", key="k kaswan"))
        before = all_rows()
        pairs = (("author", "kuldeep-singh-kaswan", "k-kaswan"), ("subject", "snakes", "coding"))
        for kind, winner, loser in pairs:
            merge_id = merge(mo, self.of(kind, winner), self.of(kind, loser))
            undo(mo, merge_id)
        assert all_rows() == before

    def test_that_more_books_share_than_change_at_once_stay(
        self, mo: Viewer, book_id: int, other_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit(mo, book_id, subjects=["Coding"])
        winner, loser = self.of("subject", "programming"), self.of("subject", "coding")
        monkeypatch.setattr(turns, "MOST_AT_ONCE", 1)
        with pytest.raises(Conflict, match="2 books would change"):
            merge(mo, winner, loser)
        monkeypatch.setattr(turns, "MOST_AT_ONCE", 0)
        with pytest.raises(Conflict, match="1 books would change"):
            edit(mo, winner, name="Programmes")


@any_database
class TestCovers:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Folder:
        return Folder(tmp_path / "media")

    def test_one_goes_where_there_is_none_and_back(
        self, mo: Viewer, book_id: int, other_id: int, folder: Folder
    ) -> None:
        give(other_id, BLUE, mo, folder)
        give(other_id, RED, mo, folder)
        before = all_rows()
        merge_id = merge(mo, book_id, other_id)
        assert shown(book_id) == RED.name
        undo(mo, merge_id)
        assert all_rows() == before
        assert (shown(book_id), shown(other_id)) == (None, RED.name)

    def test_none_goes_where_there_is_one(
        self, mo: Viewer, book_id: int, other_id: int, folder: Folder
    ) -> None:
        give(book_id, BLUE, mo, folder)
        give(other_id, RED, mo, folder)
        before = all_rows()
        merge_id = merge(mo, book_id, other_id)
        assert shown(book_id) == BLUE.name
        undo(mo, merge_id)
        assert all_rows() == before

    def test_one_that_was_replaced_goes_back_and_the_new_one_stays(
        self, mo: Viewer, book_id: int, other_id: int, folder: Folder
    ) -> None:
        give(other_id, RED, mo, folder)
        merge_id = merge(mo, book_id, other_id)
        give(book_id, BLUE, mo, folder)
        undo(mo, merge_id)
        assert (shown(book_id), shown(other_id)) == (BLUE.name, RED.name)

    def test_one_that_was_taken_away_shows_nowhere(
        self, mo: Viewer, book_id: int, other_id: int, folder: Folder
    ) -> None:
        give(other_id, RED, mo, folder)
        merge_id = merge(mo, book_id, other_id)
        take(book_id)
        give(book_id, BLUE, mo, folder, at=LATER)
        undo(mo, merge_id)
        assert (shown(book_id), shown(other_id)) == (BLUE.name, None)

    def test_one_that_was_given_to_both_stays_with_both(
        self, mo: Viewer, book_id: int, other_id: int, folder: Folder
    ) -> None:
        give(other_id, RED, mo, folder)
        merge_id = merge(mo, book_id, other_id)
        for made in (BLUE, RED):
            give(book_id, made, mo, folder)
        undo(mo, merge_id)
        assert (shown(book_id), shown(other_id)) == (RED.name, RED.name)

    def test_one_that_is_against_the_law_goes_nowhere(
        self, mo: Viewer, book_id: int, other_id: int, folder: Folder
    ) -> None:
        give(other_id, RED, mo, folder)
        merge_id = merge(mo, book_id, other_id)
        with transaction():
            covers.erase_cover(work_id=book_id, at=LATER)
        undo(mo, merge_id)
        assert (shown(book_id), shown(other_id)) == (None, None)


class TestEditions:
    def test_become_one_and_two_again(self, mo: Viewer, book_id: int) -> None:
        add_edition_to(book_id, mo, isbn="9780306406157", publisher="", pages="")
        add_edition_to(book_id, mo, publisher="Wiley", pages="474")
        one, two = (Thing("edition", number, book_id) for number in (1, 2))
        before = all_rows()
        merge_id = merge(mo, one, two)
        assert facts(one)["pages"] == 474
        assert facts(one)["isbn"] == "9780306406157"
        assert stored.count_of(Edition) == 1
        undo(mo, merge_id)
        assert all_rows() == before

    def test_that_are_gone_leave_their_number_to_none(self, mo: Viewer, book_id: int) -> None:
        for publisher in ("Wiley", ""):
            add_edition_to(book_id, mo, publisher=publisher)
        one, two = (Thing("edition", number, book_id) for number in (1, 2))
        merge_id = merge(mo, one, two)
        add_edition_to(book_id, mo, publisher="Another")
        assert session().scalars(select(Edition.id).order_by(Edition.id)).all() == [1, 3]
        with transaction():
            assert bulk.new_ids(Edition, 2) == [4, 5]
        undo(mo, merge_id)
        assert session().scalars(select(Edition.id).order_by(Edition.id)).all() == [1, 2, 3]

    def test_of_the_same_misprint_each_has_it_again(self, mo: Viewer, book_id: int) -> None:
        for publisher in ("Wiley", ""):
            add_edition_to(book_id, mo, publisher=publisher)
        with transaction():
            for edition_id in (1, 2):
                session().add(UnverifiedIsbn(edition_id=edition_id, value="9780306406158"))
        before = all_rows()
        undo(mo, merge(mo, *(Thing("edition", number, book_id) for number in (1, 2))))
        assert all_rows() == before

    def test_with_an_isbn_each_are_two(self, mo: Viewer, book_id: int) -> None:
        add_edition_to(book_id, mo, isbn="9780306406157")
        add_edition_to(book_id, mo, isbn="9783161484100")
        with pytest.raises(Conflict, match="an ISBN of its own"):
            merge(mo, Thing("edition", 1, book_id), Thing("edition", 2, book_id))
