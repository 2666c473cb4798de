"""Changing what the catalogue says: who may, what is kept, what clashes, what is put back."""

from datetime import timedelta

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions, editing, queries, search
from bookreviews.catalog.editing import ChangedSince, DecidedAlready, EditConflict
from bookreviews.catalog.facts import Thing
from bookreviews.catalog.models import CatalogEdit, Edition, Work
from bookreviews.catalog.permissions import MOST_CHANGES
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests import stored
from tests.catalog.acts import LATER, add, confirm, decline, edit, facts, revert, state, trust
from tests.conftest import any_database


def edit_of(edit_id: int | None) -> CatalogEdit:
    session().rollback()
    return session().get_one(CatalogEdit, edit_id)


@any_database
class TestChanging:
    def test_by_who_is_trusted_holds_at_once_and_is_kept(self, mo: Viewer, book_id: int) -> None:
        made = edit_of(
            edit(mo, book_id, why="  A  typo. ", subtitle="Slowly", first_published=2024)
        )
        assert (made.state, made.number, made.editor_id) == ("applied", 1, mo.id)
        assert made.summary == "A typo."
        assert made.before == {"subtitle": "", "first_published": 2023}
        assert made.after == {"subtitle": "Slowly", "first_published": 2024}
        assert facts(book_id)["subtitle"] == "Slowly"

    def test_moves_all_that_repeats_the_facts(self, mo: Viewer, book_id: int) -> None:
        edit(
            mo,
            book_id,
            title="Python at Last",
            authors=["Jane Doe", "Kuldeep Singh Kaswan"],
            subjects=["Snakes", "Programming"],
            series="Courses",
            series_position=3,
        )
        work = session().get_one(Work, book_id, populate_existing=True)
        assert (work.byline, work.slug) == ("Jane Doe and Kuldeep Singh Kaswan", "python-at-last")
        assert work.main_subject == "snakes"
        assert facts(book_id)["series"] == "Courses"
        assert search.find("jane python").page.rows == [book_id]
        with pytest.raises(queries.Moved):
            queries.get_work_id("python-for-beginners")

    def test_by_others_waits(self, alex: Viewer, mo: Viewer, book_id: int) -> None:
        made = edit(alex, book_id, subtitle="Slowly")
        assert made is not None
        assert state(made) == "suggested"
        assert facts(book_id)["subtitle"] == ""
        assert edit(alex, book_id, subtitle="Slowly") == made  # the form was sent twice
        confirm(mo, made)
        assert facts(book_id)["subtitle"] == "Slowly"
        assert (edit_of(made).number, edit_of(made).decided_by_id) == (1, mo.id)
        with pytest.raises(DecidedAlready):
            confirm(mo, made)

    def test_of_nothing_is_nothing(self, mo: Viewer, book_id: int) -> None:
        assert (
            edit(mo, book_id, title="Python  for Beginners", authors=["Kuldeep Singh Kaswan"])
            is None
        )
        assert stored.count_of(CatalogEdit) == 0

    def test_at_once_keeps_both_where_they_touch_different_facts(
        self, mo: Viewer, ada: Viewer, book_id: int
    ) -> None:
        page = facts(book_id)
        edit(mo, book_id, **{**page, "subtitle": "Slowly"})
        made = edit_of(edit(ada, book_id, seen=0, **{**page, "description": "Better."}))
        assert made.after == {"description": "Better."}
        assert facts(book_id) == {**page, "subtitle": "Slowly", "description": "Better."}

    def test_at_once_of_the_same_fact_is_a_conflict(
        self, mo: Viewer, ada: Viewer, book_id: int
    ) -> None:
        edit(mo, book_id, subtitle="Slowly")
        with pytest.raises(EditConflict) as refused:
            edit(ada, book_id, seen=0, subtitle="Quickly", description="Better.")
        (clash,) = refused.value.clashes
        assert (clash.label, clash.theirs, clash.mine) == ("Subtitle", "Slowly", "Quickly")
        assert refused.value.number == 1
        assert facts(book_id)["description"] == "A first course."
        edit(ada, book_id, seen=1, subtitle="Quickly")
        assert facts(book_id)["subtitle"] == "Quickly"
        assert edit(ada, book_id, seen=0, subtitle="Quickly") is None  # they agree


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"title": " "}, "title"),
            ({"title": "x" * 301}, "title"),
            ({"title": "a\u202eb"}, "title"),
            ({"authors": ["x" * 201]}, "authors"),
            ({"authors": [f"Author {n}" for n in range(21)]}, "authors"),
            ({"subjects": ["a\0b"]}, "subjects"),
            ({"first_published": "soon"}, "first_published"),
            ({"first_published": 9999}, "first_published"),
            ({"language": "English"}, "language"),
            ({"description": "x" * 10_001}, "description"),
            ({"series": "One", "series_position": "-1"}, "series_position"),
        ],
    )
    def test_is_refused_by_field(
        self, mo: Viewer, book_id: int, said: dict[str, object], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            edit(mo, book_id, **said)
        assert list(refused.value.fields) == [field]
        assert stored.count_of(CatalogEdit) == 0

    def test_of_subjects_must_be_on_the_list(self, alex: Viewer, book_id: int) -> None:
        trust(alex)
        with pytest.raises(Invalid, match="isn’t on the list"):
            edit(alex, book_id, subjects=["Snakes"])
        assert edit(alex, book_id, subjects=["PROGRAMMING"]) is None

    def test_may_say_why_in_a_few_words(self, mo: Viewer, book_id: int) -> None:
        for why in ("x" * 301, "a\0b"):
            with pytest.raises(Invalid):
                edit(mo, book_id, subtitle="Slowly", why=why)

    def test_of_a_name_moves_what_shows_it(self, mo: Viewer, book_id: int) -> None:
        author = queries.get_author("kuldeep-singh-kaswan")
        edit(mo, Thing("author", author.id), name="Kuldeep S. Kaswan")
        assert (
            session().get_one(Work, book_id, populate_existing=True).byline == "Kuldeep S. Kaswan"
        )
        assert queries.get_author("kuldeep-s-kaswan").id == author.id
        with pytest.raises(queries.Moved) as moved:
            queries.get_author("kuldeep-singh-kaswan")
        assert moved.value.slug == "kuldeep-s-kaswan"

    def test_of_a_name_that_is_here_is_refused_but_for_people(
        self, mo: Viewer, book_id: int
    ) -> None:
        edit(mo, book_id, authors=["Kuldeep Singh Kaswan", "Jane Doe"], subjects=["Snakes"])
        subject = queries.get_subject("snakes")
        with pytest.raises(Conflict, match="merge them instead"):
            edit(mo, Thing("subject", subject.id), name="Programming")
        author = queries.get_author("jane-doe")
        edit(mo, Thing("author", author.id), name="Kuldeep Singh Kaswan")
        edit(mo, book_id, seen=1, authors=["Kuldeep Singh Kaswan"])
        byline = session().get_one(Work, book_id, populate_existing=True).byline
        assert byline == "Kuldeep Singh Kaswan"


class TestEditions:
    def test_are_added_at_once_or_suggested(self, alex: Viewer, mo: Viewer, book_id: int) -> None:
        said = {"isbn": "978-0-306-40615-7", "pages": "474", "language": "en"}
        with transaction():
            made = editing.add_to_work(
                editor=alex, work_id=book_id, wanted=said, summary="", at=LATER
            ).id
        assert stored.count_of(Edition) == 0
        confirm(mo, made)
        edition_id = edit_of(made).thing_id
        assert edition_id is not None
        edition = Thing("edition", edition_id, book_id)
        assert facts(edition)["isbn"] == "9780306406157"
        revised = edit(mo, edition, seen=1, pages=475)
        assert revised is not None
        assert edit_of(revised).work_id == book_id
        revert(mo, revised)
        assert facts(edition)["pages"] == 474

    def test_need_something_to_be_known_by(self, mo: Viewer, book_id: int) -> None:
        with pytest.raises(Invalid), transaction():
            editing.add_to_work(
                editor=mo, work_id=book_id, wanted={"language": "de"}, summary="", at=LATER
            )


class TestDeciding:
    def test_is_for_others_who_are_trusted(
        self, alex: Viewer, bo: Viewer, mo: Viewer, book_id: int
    ) -> None:
        made = edit(alex, book_id, subtitle="Slowly")
        assert made is not None
        with pytest.raises(NotAllowed):
            confirm(bo, made)
        trust(alex)
        with pytest.raises(NotAllowed, match="their own"):
            confirm(alex, made)
        trust(bo)
        confirm(bo, made)
        assert contributions.find(alex).confirmed == 1  # type: ignore[union-attr]

    def test_turns_a_suggestion_down_with_a_reason(
        self, alex: Viewer, mo: Viewer, book_id: int
    ) -> None:
        made = edit(alex, book_id, subtitle="Slowly")
        assert made is not None
        with pytest.raises(Invalid):
            decline(mo, made, reason=" ")
        decline(mo, made)
        assert state(made) == "declined"
        with pytest.raises(DecidedAlready):
            decline(mo, made)

    def test_lets_who_suggested_it_take_it_back(
        self, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        made = edit(alex, book_id, subtitle="Slowly")
        assert made is not None
        with pytest.raises(NotAllowed):
            decline(bo, made)
        decline(alex, made)
        assert state(made) == "declined"

    def test_of_what_changed_since_is_refused(self, alex: Viewer, mo: Viewer, book_id: int) -> None:
        made = edit(alex, book_id, subtitle="Slowly")
        assert made is not None
        edit(mo, book_id, subtitle="Quickly")
        with pytest.raises(ChangedSince, match="subtitle"):
            confirm(mo, made)

    def test_of_nothing_finds_nothing(self, mo: Viewer) -> None:
        with pytest.raises(NotFound):
            confirm(mo, 4711)


@any_database
class TestReverting:
    def test_puts_back_what_was(self, mo: Viewer, ada: Viewer, book_id: int) -> None:
        before = facts(book_id)
        made = edit(mo, book_id, title="Python at Last", subjects=["Snakes"])
        assert made is not None
        edit(mo, book_id, seen=1, description="Better.")
        reversal = edit_of(revert(ada, made, "No snakes in it."))
        assert facts(book_id) == {**before, "description": "Better."}
        assert (reversal.reverts_id, reversal.summary) == (made, "No snakes in it.")
        assert state(made) == "reverted"
        with pytest.raises(DecidedAlready):
            revert(ada, made)
        assert queries.get_work_id("python-for-beginners") == book_id

    def test_is_refused_where_the_same_fact_was_changed_since(
        self, mo: Viewer, ada: Viewer, book_id: int
    ) -> None:
        made = edit(mo, book_id, subtitle="Slowly")
        assert made is not None
        edit(mo, book_id, seen=1, subtitle="Quickly")
        with pytest.raises(ChangedSince) as refused:
            revert(ada, made)
        assert refused.value.names == ["subtitle"]
        assert facts(book_id)["subtitle"] == "Quickly"

    def test_costs_trust_unless_it_is_ones_own(
        self, alex: Viewer, mo: Viewer, book_id: int
    ) -> None:
        trust(alex)
        for by in (alex, mo):
            made = edit(alex, book_id, seen=9, subtitle=f"For {by.name}")
            assert made is not None
            revert(by, made)
            reverted = contributions.find(alex).last_reverted_at  # type: ignore[union-attr]
            assert (reverted is not None) == (by is mo)


def test_what_an_erased_reader_said_of_their_changes_is_gone(mo: Viewer, book_id: int) -> None:
    made = edit(mo, book_id, subtitle="Slowly", why="I, Mo, own it.")
    with transaction():
        contributions.forget(user_id=mo.id)
    assert edit_of(made).summary == ""
    assert edit_of(made).after == {"subtitle": "Slowly"}


class TestWhoMayNot:
    def test_is_suspended_or_not_approved_or_did_too_much(self, alex: Viewer, book_id: int) -> None:
        for away in (
            Viewer(alex.id, "alex", "Alex", "reader", suspended_until=LATER + timedelta(days=1)),
            Viewer(alex.id, "alex", "Alex", "reader", is_approved=False),
        ):
            with pytest.raises(NotAllowed):
                edit(away, book_id, subtitle="Slowly")
            with pytest.raises(NotAllowed):
                add(away, "Emma")
        for number in range(MOST_CHANGES):
            edit(alex, book_id, subtitle=f"{number}")
        with pytest.raises(TooMany):
            edit(alex, book_id, subtitle="One more")
        with pytest.raises(TooMany):
            add(alex, "Emma")
        assert add(alex, "Emma", at=LATER + timedelta(days=1))
