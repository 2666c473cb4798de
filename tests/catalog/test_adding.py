"""Adding a missing book: likely duplicates first, marked until somebody has looked."""

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions, duplicates, isbns, queries
from bookreviews.catalog.adding import Alike
from bookreviews.catalog.models import CatalogEdit, Edition, Work
from bookreviews.catalog.services import IsbnTaken
from bookreviews.errors import Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from tests import stored
from tests.catalog.acts import add, confirm, decline, edit, facts, state, trust
from tests.conftest import any_database
from tests.reviews.acts import add_work

ISBN = "978-0-306-40615-7"


def work_of(edit_id: int) -> Work:
    session().rollback()
    made = session().get_one(CatalogEdit, edit_id)
    return session().get_one(Work, made.thing_id, populate_existing=True)


def books() -> list[str]:
    session().rollback()
    return [row.title for row in queries.list_additions().rows]


@any_database
class TestAdding:
    def test_by_a_new_reader_is_marked_until_somebody_else_confirms_it(
        self, alex: Viewer, mo: Viewer
    ) -> None:
        made = add(alex, "Emma", authors=["Jane Austen"], isbn=ISBN, pages="474", language="fr")
        assert work_of(made).unconfirmed_since is not None
        assert state(made) == "unconfirmed"
        edition = session().query(Edition).one()
        assert (edition.isbn13, edition.pages, edition.language) == ("9780306406157", 474, "fr")
        confirm(mo, made)
        assert work_of(made).unconfirmed_since is None
        assert contributions.find(alex).confirmed == 1  # type: ignore[union-attr]

    def test_by_who_is_trusted_is_not_marked(self, alex: Viewer, mo: Viewer) -> None:
        trust(alex)
        for editor, title in ((alex, "Emma"), (mo, "Persuasion")):
            assert work_of(add(editor, title)).unconfirmed_since is None

    def test_of_what_is_here_asks_first(self, alex: Viewer) -> None:
        add(alex, "Emma", authors=["Jane Austen"])
        with pytest.raises(Alike) as asked:
            add(alex, "EMMA: A Novel", authors=["J. Austen"])
        assert [work.slug for work in asked.value.works] == ["emma"]
        assert add(alex, "EMMA: A Novel", authors=["J. Austen"], is_new=True)
        assert len(books()) == 2

    def test_of_an_isbn_that_is_here_is_refused(self, alex: Viewer, bo: Viewer) -> None:
        add(alex, "Emma", isbn=ISBN)
        with pytest.raises(IsbnTaken) as taken:
            add(bo, "Persuasion", isbn="0-306-40615-2")
        assert isbns.find_slug(taken.value.isbn13) == "emma"
        assert books() == ["Emma"]

    def test_twice_adds_one_book(self, alex: Viewer, bo: Viewer) -> None:
        made = add(alex, "Emma", authors=["Jane Austen"], is_new=True)
        assert add(alex, "Emma", authors=["Jane Austen"], is_new=True) == made
        assert add(bo, "Emma", authors=["Jane Austen"], is_new=True) != made

    def test_names_all_that_can_not_be_so(self, alex: Viewer) -> None:
        with pytest.raises(Invalid) as refused:
            add(alex, "", pages="0", isbn="123", first_published="soon", subjects=["Nonsense"])
        assert set(refused.value.fields) == {
            "title", "pages", "isbn", "first_published", "subjects"
        }  # fmt: skip
        assert stored.count_of(Work) == 0


class TestDeclining:
    def test_takes_the_book_away_and_frees_its_isbn(self, alex: Viewer, mo: Viewer) -> None:
        made = add(alex, "Buy pills", isbn=ISBN)
        decline(mo, made, "Not a book.")
        assert books() == []
        with pytest.raises(NotFound):
            queries.get_work_id("buy-pills")
        assert duplicates.likely("Buy pills") == []
        assert add(alex, "Emma", isbn=ISBN)

    def test_can_be_thought_over_by_moderators(self, alex: Viewer, bo: Viewer, mo: Viewer) -> None:
        made = add(alex, "Emma")
        decline(mo, made)
        trust(bo)
        with pytest.raises(Exception, match="decided already"):
            confirm(bo, made)
        confirm(mo, made)
        assert books() == ["Emma"]

    def test_that_was_thought_over_gives_the_isbn_back_if_it_is_free(
        self, alex: Viewer, mo: Viewer
    ) -> None:
        made = add(alex, "Emma", isbn=ISBN)
        decline(mo, made)
        confirm(mo, made)
        assert isbns.find_slug(ISBN.replace("-", "")) == "emma"
        other = add(alex, "Persuasion")
        decline(mo, other)
        confirm(mo, other)
        assert sorted(books()) == ["Emma", "Persuasion"]

    def test_a_reader_sets_right_what_they_added_until_then(
        self, alex: Viewer, bo: Viewer, mo: Viewer
    ) -> None:
        made = add(alex, "Ema")
        work_id = work_of(made).id
        edit(alex, work_id, seen=1, title="Emma")
        assert facts(work_id)["title"] == "Emma"
        suggested = edit(bo, work_id, seen=2, title="Emma!")
        assert suggested is not None
        assert state(suggested) == "suggested"
        with pytest.raises(NotAllowed):
            confirm(bo, made)
        confirm(mo, made)
        later = edit(alex, work_id, seen=2, title="Ema")
        assert later is not None
        assert state(later) == "suggested"


class TestLikelyDuplicates:
    @pytest.mark.parametrize(
        "title",
        ["Emma", "emma", "  EMMA ", "Emma: A Novel", "Émma"],
    )
    def test_are_spellings_of_the_title(self, app: object, title: str) -> None:
        add_work("Emma", authors=["Jane Austen"])
        add_work("Emmanuelle", authors=["Somebody"])
        assert [work.slug for work in duplicates.likely(title)] == ["emma"]

    @pytest.mark.parametrize("title", ["", "?!", "a\0b", "Nothing like it", "x" * 10_000])
    def test_are_none_where_there_are_none(self, app: object, title: str) -> None:
        add_work("Emma", authors=["Jane Austen"])
        assert duplicates.likely(title) == []

    def test_are_books_that_were_called_so_first(self, mo: Viewer) -> None:
        add(mo, "Midnight Riot", original_title="Rivers of London")
        assert [work.slug for work in duplicates.likely("rivers of London")] == ["midnight-riot"]
