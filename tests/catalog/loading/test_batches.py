"""What becomes of entries: who and what is one and the same, and what a file may change."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import queries, search, services
from bookreviews.catalog.loading import batches, loads
from bookreviews.catalog.loading.entries import (
    Book,
    Entry,
    Person,
    Publication,
    Rating,
    Redirect,
    Tally,
)
from bookreviews.catalog.loading.redirects import BOTH_HERE
from bookreviews.catalog.models import (
    Author,
    AuthorName,
    Authorship,
    Edition,
    EditionIdentifier,
    RatingsElsewhere,
    Series,
    Subject,
    UnverifiedIsbn,
    Work,
    WorkIdentifier,
)
from bookreviews.catalog.search.indexing import unindexed_after
from bookreviews.catalog.services import NewEdition, NewWork
from bookreviews.extensions import engine, session
from bookreviews.reviews import lists
from bookreviews.reviews import services as reviews
from bookreviews.transactions import transaction
from tests.catalog.loading.files import csv_file
from tests.conftest import NOON, any_database

HOBBIT, HOBBIT_AGAIN = "9780261102217", "9780547928227"


@pytest.fixture
def load_id(app: Flask, tmp_path: Path) -> int:
    return new_load(tmp_path)


def new_load(folder: Path, *, of: str = "a file") -> int:
    examined = loads.examine(csv_file(folder, ("title", of)))
    with transaction():
        load_id = loads.start(examined, rejects_file=None, again=True, at=NOON).id
        loads.finish(load_id, at=NOON)
    return load_id


def load(load_id: int, *contents: Any) -> list[str]:
    """Load contents as one batch; return what became of each."""
    with transaction():
        entries = [Entry(at, b"", content) for at, content in enumerate(contents, start=1)]
        written = batches.write(entries, load_id=load_id, at=NOON)
    return [outcome for _entry, outcome, _reasons in written.outcomes]


def load_while_somebody_describes(title: str, load_id: int, told: Book) -> None:
    """Load a book, and let a reader describe one after the batch has looked at what is here."""
    description = {"description": "A reader's.", "version": Work.version + 1}
    with transaction():
        batch = batches._Batch([Entry(1, b"", told)], load_id=load_id, at=NOON)
        with engine().begin() as another:
            another.execute(update(Work).where(Work.title == title).values(description))
        batch.written()


def works() -> list[Work]:
    return list(session().scalars(select(Work).order_by(Work.id)))


def titles() -> list[str]:
    return [work.title for work in works()]


def names() -> list[str]:
    return list(session().scalars(select(Author.name).order_by(Author.id)))


def book(title: str, *authors: str, **facts: Any) -> Book:
    return Book(title=title, authors=tuple(Person(name=name) for name in authors), **facts)


def known(number: int, letter: str = "W") -> tuple[tuple[str, str]]:
    return (("openlibrary", f"OL{number}{letter}"),)


class TestBooks:
    @any_database
    def test_all_that_is_told_is_kept_and_found(self, load_id: int) -> None:
        told = book(
            "The Hobbit",
            "J. R. R. Tolkien",
            subtitle="or, There and Back Again",
            subjects=("Fantasy", "Dragons"),
            series="Middle-earth",
            series_position=1,
            description="In a hole.",
            language="en",
            first_published=1937,
            identifiers=known(1),
            publications=(
                Publication(
                    isbns=(HOBBIT, HOBBIT_AGAIN),
                    doubtful_isbns=("812971060",),
                    identifiers=known(2, "M"),
                    publisher="Allen & Unwin",
                    published=1937,
                    pages=310,
                    format="hardcover",
                    language="en-GB",
                ),
            ),
            tally=Tally(source="goodreads", counts=(0, 0, 1, 1, 2), ratings_count=4, average=4.25),
        )
        assert load(load_id, told) == ["added"]
        (work,) = works()
        assert (work.slug, work.byline, work.main_subject) == (
            "the-hobbit",
            "J. R. R. Tolkien",
            "fantasy",
        )
        assert (work.subtitle, work.description) == ("or, There and Back Again", "In a hole.")
        assert (work.language, work.first_published, work.version) == ("en", 1937, 1)
        assert (work.added_at, work.series_position) == (NOON, 1)
        assert session().get_one(Series, work.series_id).name == "Middle-earth"
        authors, subjects = queries.authors_and_subjects_of(work.id)
        assert [row.slug for row in authors] == ["j-r-r-tolkien"]
        assert [row.name for row in subjects] == ["Fantasy", "Dragons"]
        (edition,) = queries.editions_of(work.id)
        assert (edition.isbn13, edition.publisher, edition.published) == (
            HOBBIT,
            "Allen & Unwin",
            1937,
        )
        assert (edition.pages, edition.format, edition.language) == (310, "hardcover", "en-GB")
        identifiers = select(EditionIdentifier.scheme, EditionIdentifier.value)
        assert {tuple(row) for row in session().execute(identifiers)} == {
            ("openlibrary", "OL2M"),
            ("isbn", HOBBIT_AGAIN),
        }
        assert session().scalars(select(UnverifiedIsbn.value)).all() == ["812971060"]
        rated = session().scalars(select(RatingsElsewhere)).one()
        assert (rated.source, rated.ratings_count, rated.average, rated.fives) == (
            "goodreads",
            4,
            4.25,
            2,
        )
        with transaction():
            search.index_works(unindexed_after(0))  # as a load does at its end
        assert search.find("hobbit tolkien").page.rows == [work.id]
        load(load_id, Person(name="J. R. R. Tolkien", other_names=("Ronald",)))
        assert search.find("hobbit ronald").page.rows == [work.id]  # what it knows, it knows anew
        session().rollback()
        assert load(load_id, told) == ["unchanged"]
        assert session().get_one(Work, work.id).version == 1

    @any_database
    def test_editions_of_one_work_are_grouped(self, load_id: int) -> None:
        first = book("The Hobbit", "J.R.R. Tolkien", publications=(Publication(isbns=(HOBBIT,)),))
        second = book(
            "THE HOBBIT", "J. R. R. Tolkien", publications=(Publication(isbns=(HOBBIT_AGAIN,)),)
        )
        by_isbn = book("Der Hobbit", "Tolkien", publications=(Publication(isbns=(HOBBIT,)),))
        assert load(load_id, first) == ["added"]
        assert load(load_id, second, by_isbn) == ["added", "unchanged"]
        assert names() == ["J.R.R. Tolkien"]
        assert titles() == ["The Hobbit"]
        assert len(queries.editions_of(works()[0].id)) == 2
        assert works()[0].version == 2

    def test_other_keys_of_one_catalogue_are_other_works(self, load_id: int) -> None:
        one = book("Poems", "John Keats", identifiers=known(1))
        other = book("Poems", "John Keats", identifiers=known(2))
        without = book("Poems", "John Keats")
        assert load(load_id, one, other, without) == ["added", "added", "unchanged"]
        assert load(load_id, other, without) == ["unchanged", "unchanged"]
        assert [work.slug for work in works()] == ["poems", "poems-john-keats"]

    def test_a_title_without_author_is_not_that_of_any_author(self, load_id: int) -> None:
        assert load(load_id, book("Poems", "John Keats"), book("Poems")) == ["added", "added"]
        assert load(load_id, book("Poems"), book("Poems", "W. B. Yeats")) == ["unchanged", "added"]
        assert [work.slug for work in works()] == ["poems", "poems-2", "poems-w-b-yeats"]

    def test_what_readers_added_is_found_again(self, load_id: int) -> None:
        with transaction():
            work_id = services.add_work(
                NewWork(
                    title="The Hobbit",
                    authors=["J.R.R. Tolkien"],
                    editions=[NewEdition(isbn=HOBBIT, pages=300)],
                ),
                at=NOON,
            ).id
        told = book(
            "The hobbit",
            "J. R. R. Tolkien",
            first_published=1937,
            publications=(Publication(isbns=(HOBBIT,), pages=310, publisher="Unwin"),),
        )
        assert load(load_id, told) == ["changed"]
        (work,) = works()
        assert (work.id, work.title, work.first_published) == (work_id, "The Hobbit", 1937)
        (edition,) = queries.editions_of(work_id)
        assert (edition.pages, edition.publisher) == (300, "Unwin")

    def test_files_fill_gaps_and_overwrite_nothing(self, load_id: int) -> None:
        load(load_id, book("The Hobbit", description="Mine.", identifiers=known(1)))
        told = book(
            "Hobbit",
            "J. R. R. Tolkien",
            description="Theirs.",
            subjects=("Fantasy",),
            series="Middle-earth",
            language="en",
            identifiers=known(1),
        )
        assert load(load_id, told) == ["changed"]
        (work,) = works()
        assert (work.title, work.description, work.byline) == (
            "The Hobbit",
            "Mine.",
            "J. R. R. Tolkien",
        )
        assert (work.main_subject, work.language, work.series_position) == ("fantasy", "en", None)
        assert load(load_id, told) == ["unchanged"]

    @pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # where two can write
    def test_what_a_reader_fills_in_meanwhile_is_not_overwritten(self, load_id: int) -> None:
        load(load_id, book("Emma", "Jane Austen"), book("Persuasion", "Jane Austen"))
        told = book("Emma", "Jane Austen", description="A file's.")
        with pytest.raises(batches.Overtaken):
            load_while_somebody_describes("Emma", load_id, told)
        assert load(load_id, told) == ["unchanged"]
        more = book("Emma", "Jane Austen", subtitle="A Novel")
        load_while_somebody_describes("Persuasion", load_id, more)
        assert {work.description for work in works()} == {"A reader's."}
        assert {work.subtitle for work in works()} == {"A Novel", ""}

    @pytest.mark.parametrize(
        ("title", "original", "kept"),
        [
            ("The Girl with the Dragon Tattoo", "Män som hatar kvinnor", "Män som hatar kvinnor"),
            ("Twilight", "Twilight: A Novel", ""),
            ("Emma", "EMMA", ""),
            ("!!!", "???", "???"),
        ],
    )
    def test_an_original_title_is_kept_where_it_is_another(
        self, load_id: int, title: str, original: str, kept: str
    ) -> None:
        load(load_id, book(title, original_title=original))
        assert load(load_id, book(title, original_title=original)) == ["unchanged"]
        assert [work.original_title for work in works()] == [kept]

    def test_no_work_is_first_published_after_an_edition(self, load_id: int) -> None:
        def edition(year: int, key: int) -> Book:
            publication = Publication(identifiers=known(key, "M"), published=year)
            return book(
                "T", identifiers=known(1), first_published=year, publications=(publication,)
            )

        load(load_id, edition(1999, 1), edition(1950, 2))
        load(load_id, edition(1937, 3), edition(2001, 4))
        assert [work.first_published for work in works()] == [1937]

    def test_an_isbn_belongs_to_one_edition(self, load_id: int) -> None:
        one = book("One", identifiers=known(1), publications=(Publication(isbns=(HOBBIT,)),))
        other = book("Other", identifiers=known(2), publications=(Publication(isbns=(HOBBIT,)),))
        with transaction():
            written = batches.write(
                [Entry(1, b"", one), Entry(2, b"", other)], load_id=load_id, at=NOON
            )
        assert [reasons for _e, _o, reasons in written.outcomes] == [[], [batches.OTHER_WORK]]
        assert session().scalars(select(Edition.isbn13)).all() == [HOBBIT]
        assert titles() == ["One", "Other"]

    def test_an_unverified_isbn_finds_its_edition_again(self, load_id: int) -> None:
        def row(**facts: Any) -> Book:
            told = Publication(doubtful_isbns=("9780000000003",), published=1999, **facts)
            return book("Only Bad Check", "Yan Zan", publications=(told,))

        assert load(load_id, row(), row()) == ["added", "unchanged"]
        assert load(load_id, row()) == ["unchanged"]
        assert load(load_id, row(pages=90)) == ["changed"]
        assert load(load_id, row(identifiers=known(1, "M"))) == ["changed"]
        assert load(load_id, row(identifiers=known(2, "M"))) == ["added"]  # its key contradicts
        assert session().scalars(select(Edition.pages)).all() == [90, None]

    def test_an_unverified_isbn_is_no_claim_on_another_book(self, load_id: int) -> None:
        told = (Publication(doubtful_isbns=("9780000000003",)),)
        one = book("One", "Yan Zan", publications=told)
        other = book("Other", "Zan Yan", publications=told)
        for _ in range(2):
            with transaction():
                entries = [Entry(1, b"", one), Entry(2, b"", other)]
                written = batches.write(entries, load_id=load_id, at=NOON)
            assert [reasons for _e, _o, reasons in written.outcomes] == [[], []]
        assert session().scalars(select(Edition.work_id).order_by(Edition.work_id)).all() == [1, 2]

    @any_database
    def test_an_edition_without_a_name_is_added_once(self, load_id: int) -> None:
        def row(title: str = "Poems", **facts: Any) -> Book:
            return book(title, "John Keats", publications=(Publication(**facts),))

        def editions() -> list[tuple[str, int | None, int | None]]:
            rows = select(Edition.publisher, Edition.published, Edition.pages).order_by(Edition.id)
            return [tuple(row) for row in session().execute(rows)]

        first = row(publisher="Taylor and Hessey", published=1817)
        second = row(publisher="Taylor and Hessey", published=1820)
        assert load(load_id, first, second, first) == ["added", "added", "unchanged"]
        assert load(load_id, second, first) == ["unchanged", "unchanged"]
        assert load(load_id, row("Letters", publisher="Taylor and Hessey")) == ["added"]
        more = row(publisher="Taylor and Hessey", published=1817, pages=121)
        assert load(load_id, more) == ["changed"]
        assert load(load_id, more, first) == ["unchanged", "unchanged"]
        assert load(load_id, row(publisher="Penguin", published=1817)) == ["added"]
        assert editions() == [
            ("Taylor and Hessey", 1817, 121),
            ("Taylor and Hessey", 1820, None),
            ("Taylor and Hessey", None, None),
            ("Penguin", 1817, None),
        ]

    def test_an_edition_that_says_all_a_file_says_is_the_one(self, load_id: int) -> None:
        def row(**facts: Any) -> Book:
            return book("Poems", "John Keats", publications=(Publication(**facts),))

        load(load_id, row(isbns=(HOBBIT,), publisher="Penguin", published=1999, pages=200))
        assert load(load_id, row(publisher="Penguin", published=1999)) == ["unchanged"]
        assert load(load_id, row(publisher="Penguin", format="ebook")) == ["added"]  # it may be

    def test_a_nameless_edition_is_found_again_when_it_was_set_right(self, load_id: int) -> None:
        told = (Publication(publisher="Pengiun", published=1999),)
        load(load_id, book("Poems", "John Keats", publications=told))
        with transaction():
            session().scalars(select(Edition)).one().publisher = "Penguin"
        assert load(load_id, book("Poems", "John Keats", publications=told)) == ["unchanged"]
        assert session().scalars(select(Edition.publisher)).all() == ["Penguin"]

    def test_an_isbn_of_an_altogether_different_book_is_noted(self, load_id: int) -> None:
        edition = (Publication(isbns=(HOBBIT,)),)
        load(load_id, book("To Kill a Mockingbird", "Harper Lee", publications=edition))
        other = Entry(1, b"", book("To kill a moose", "Harper M", publications=edition))
        for _ in range(2):
            with transaction():
                written = batches.write([other], load_id=load_id, at=NOON)
            reason = f"{batches.STRANGE_ISBN}: To Kill a Mockingbird"
            assert written.outcomes == [(other, "rejected", [reason])]
        assert (titles(), names()) == (["To Kill a Mockingbird"], ["Harper Lee"])

    def test_no_author_is_added_for_a_book_that_has_its_own(self, load_id: int) -> None:
        edition = (Publication(isbns=(HOBBIT,)),)
        load(load_id, book("To Kill a Mockingbird", "Harper Lee", publications=edition))
        told = book("To Kill a Mockingbird: A Novel", "N. Lee Harper-Jones", publications=edition)
        load(load_id, told)
        assert load(load_id, told) == ["unchanged"]
        assert names() == ["Harper Lee"]

    def test_slugs_are_unlike_each_other_and_those_that_were(self, load_id: int) -> None:
        with transaction():
            work = services.add_work(NewWork(title="It"), at=NOON)
            services.retitle_work(work_id=work.id, title="This")
        told = [book("It", identifiers=known(number)) for number in range(3)]
        load(load_id, *told)
        assert [work.slug for work in works()] == ["this", "it-2", "it-3"]

    def test_slugs_leave_our_own_addresses_free(self, load_id: int) -> None:
        load(load_id, book("New", identifiers=known(1), subjects=("By name",)))
        assert [work.slug for work in works()] == ["new-1"]
        assert session().scalars(select(Subject.slug)).all() == ["by-name-1"]


class TestPeople:
    @any_database
    def test_an_identifier_makes_one_person_of_two_spellings(self, load_id: int) -> None:
        tolkien = Person(
            name="J. R. R. Tolkien",
            other_names=("Tolkien, John Ronald Reuel",),
            identifiers=(*known(1, "A"), ("viaf", "95218067")),
        )
        russian = Person(name="Джон Толкин", identifiers=(("viaf", "95218067"),))
        assert load(load_id, tolkien, russian) == ["added", "changed"]
        assert load(load_id, tolkien, russian) == ["unchanged", "unchanged"]
        assert names() == ["J. R. R. Tolkien"]
        assert set(session().scalars(select(AuthorName.name))) == {
            "J. R. R. Tolkien",
            "Tolkien, John Ronald Reuel",
            "Джон Толкин",
        }

    def test_a_name_makes_one_person_unless_keys_contradict(self, load_id: int) -> None:
        load(load_id, book("One", "J.R.R. Tolkien"))
        first = Person(name="J. R. R. Tolkien", identifiers=known(1, "A"))
        second = Person(name="J. R. R. Tolkien", identifiers=known(2, "A"))
        assert load(load_id, first, second) == ["changed", "added"]
        load(load_id, book("Two", "JRR Tolkien"))
        assert names() == ["J.R.R. Tolkien", "J. R. R. Tolkien"]
        assert set(session().scalars(select(Authorship.author_id))) == {1}

    def test_works_name_authors_by_their_keys(self, load_id: int) -> None:
        by_key = Book(
            title="The Hobbit",
            authors=(Person(identifiers=known(1, "A")), Person(identifiers=known(9, "A"))),
            identifiers=known(1),
        )
        tolkien = Person(name="J. R. R. Tolkien", identifiers=known(1, "A"))
        with transaction():
            entries = [Entry(1, b"", by_key), Entry(2, b"", tolkien)]
            written = batches.write(entries, load_id=load_id, at=NOON)
        assert written.outcomes[0][2] == [batches.UNKNOWN_AUTHOR]
        assert works()[0].byline == "J. R. R. Tolkien"
        found = select(WorkIdentifier.scheme).where(WorkIdentifier.scheme == "title")
        assert session().scalars(found).all() == ["title"]
        assert load(load_id, book("The Hobbit", "J.R.R. Tolkien")) == ["changed"]  # a spelling more
        assert titles() == ["The Hobbit"]

    def test_people_of_one_name_have_addresses_of_their_own(self, load_id: int) -> None:
        people = [Person(name="John Smith", identifiers=known(n, "A")) for n in range(3)]
        assert load(load_id, *people) == ["added"] * 3
        slugs = list(session().scalars(select(Author.slug).order_by(Author.id)))
        assert slugs == ["john-smith", "john-smith-2", "john-smith-3"]


class TestRedirects:
    @any_database
    def test_they_lead_what_comes_later_to_their_target(self, load_id: int) -> None:
        moved = Redirect(identifier=known(1)[0], target="OL2W")
        again = Redirect(identifier=known(2)[0], target="OL3W")
        load(load_id, book("The Hobbit", identifiers=known(3)))
        assert load(load_id, moved, again) == ["changed", "changed"]
        assert load(load_id, moved, book("Hobbit", identifiers=known(1))) == ["unchanged"] * 2
        assert titles() == ["The Hobbit"]

    def test_what_is_here_goes_by_its_new_key(self, load_id: int) -> None:
        tolkien = Person(name="J. R. R. Tolkien", identifiers=known(1, "A"))
        load(load_id, tolkien, book("Old", identifiers=known(1)))
        load(
            load_id,
            Redirect(identifier=known(1, "A")[0], target="OL2A"),
            Redirect(identifier=known(1)[0], target="OL2W"),
        )
        renamed = Person(name="John Tolkien", identifiers=known(2, "A"))
        assert load(load_id, renamed, book("New", identifiers=known(2))) == ["changed", "unchanged"]
        assert (names(), titles()) == (["J. R. R. Tolkien"], ["Old"])

    def test_two_that_are_here_are_left_to_a_moderator(self, load_id: int) -> None:
        load(load_id, book("One", identifiers=known(1)), book("Two", identifiers=known(2)))
        entry = Entry(1, b"", Redirect(identifier=known(1)[0], target="OL2W"))
        with transaction():
            written = batches.write([entry], load_id=load_id, at=NOON)
        assert written.outcomes[0][2] == [BOTH_HERE]
        assert titles() == ["One", "Two"]


class TestRatings:
    def rated(self) -> list[tuple[int, float]]:
        rows = session().execute(select(RatingsElsewhere.ratings_count, RatingsElsewhere.average))
        return [tuple(row) for row in rows]

    def rating(self, stars: int, work: int = 1) -> Rating:
        return Rating(source="openlibrary", work=known(work)[0], stars=stars)

    @any_database
    def test_lines_are_counted_once_for_each_load(self, load_id: int, tmp_path: Path) -> None:
        load(load_id, book("The Hobbit", identifiers=known(1)))
        assert load(load_id, self.rating(5), self.rating(4), self.rating(3, work=9)) == [
            "added",
            "added",
            "skipped",
        ]
        load(load_id, self.rating(1))
        assert self.rated() == [(3, pytest.approx(3.3333))]
        session().rollback()
        load(new_load(tmp_path, of="next month"), self.rating(5))
        assert self.rated() == [(1, 5.0)]

    def test_the_very_same_file_changes_nothing(self, load_id: int, tmp_path: Path) -> None:
        load(load_id, book("The Hobbit", identifiers=known(1)), self.rating(5))
        load(load_id, self.rating(4), self.rating(3, work=2), book("Dune", identifiers=known(2)))
        again = new_load(tmp_path)
        told = load(again, self.rating(5)), load(again, self.rating(4), self.rating(3, work=2))
        assert told == (["unchanged"], ["unchanged", "added"])
        assert self.rated() == [(2, 4.5), (1, 3.0)]

    def test_they_rank_what_our_own_readers_have_not_rated(
        self, load_id: int, alex: Viewer
    ) -> None:
        def read(title: str, count: int) -> Book:
            tally = Tally(source="goodreads", ratings_count=count, average=4.0)
            return book(title, "A. Uthor", tally=tally, subjects=("Fiction",))

        load(load_id, read("Much", 1_000_000), read("Some", 900), read("Rated here", 5), book("No"))
        _much, _some, rated, _no = works()
        session().rollback()
        with transaction():
            reviews.post_review(author=alex, work_id=rated.id, stars=1.0, body="", at=NOON)
        expected = ["Rated here", "Much", "Some", "No"]
        assert [row.title for row in lists.works(sort="popular").rows] == expected
        subject_id = session().scalars(select(Subject.id)).one()
        listed = lists.works_of_subject(subject_id, sort="popular").rows
        assert [row.title for row in listed] == expected[:3]
        session().rollback()
        load(
            load_id,
            book(
                "Some",
                "A. Uthor",
                tally=Tally(source="other", ratings_count=9_000_000, average=4.0),
            ),
        )
        assert [row.title for row in lists.works(sort="popular").rows][1] == "Some"

    def test_they_are_kept_apart_by_source_and_never_ours(self, load_id: int) -> None:
        tally = Tally(source="goodreads", counts=(0, 0, 0, 0, 9), ratings_count=9, average=5.0)
        load(load_id, book("The Hobbit", identifiers=known(1), tally=tally), self.rating(1))
        assert sorted(self.rated()) == [(1, 1.0), (9, 5.0)]
        assert load(load_id, book("T", identifiers=known(1), tally=tally)) == ["unchanged"]
