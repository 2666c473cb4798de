"""The rules of the catalogue: addresses, titles, bylines and ISBNs, each with its refusal."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bookreviews.catalog import isbns, queries, search, services
from bookreviews.catalog.models import Author, Edition, FormerSlug, Series, Subject, Work
from bookreviews.catalog.queries import Moved
from bookreviews.catalog.services import NewEdition, NewWork
from bookreviews.errors import Conflict, Invalid, NotFound
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


def add(title: str, *authors: str, **facts: Any) -> Work:
    with transaction():
        work = services.add_work(NewWork(title=title, authors=authors, **facts), at=NOON)
        work_id = work.id
    return session().get_one(Work, work_id)


def add_edition(work: Work, isbn: str | None, **facts: Any) -> Edition:
    with transaction():
        work = session().get_one(Work, work.id)
        edition_id = services.add_edition(work=work, new=NewEdition(isbn=isbn, **facts)).id
    return session().get_one(Edition, edition_id)


def retitle(work: Work, title: str) -> str:
    with transaction():
        return services.retitle_work(work_id=work.id, title=title).slug


def count(kind: type) -> int:
    return session().scalar(select(func.count()).select_from(kind)) or 0


class TestAdding:
    @any_database
    def test_keeps_all_that_is_said(self, app: Flask) -> None:
        work = add(
            "  The  Left Hand\nof Darkness ",
            "Ursula K. Le Guin",
            subtitle=" A novel ",
            subjects=["Science fiction", "Classics"],
            series="Hainish Cycle",
            series_position=4,
            description="An envoy\r\nand a king.",
            language="en-US",
            first_published=1969,
            editions=[NewEdition(isbn="978-0-441-47812-5", pages=304, publisher="Ace")],
        )
        assert (work.title, work.subtitle) == ("The Left Hand of Darkness", "A novel")
        assert (work.slug, work.byline) == ("the-left-hand-of-darkness", "Ursula K. Le Guin")
        assert (work.main_subject, work.language) == ("science-fiction", "en-US")
        assert (work.description, work.first_published) == ("An envoy\nand a king.", 1969)
        assert (work.series_position, work.added_at) == (4, NOON)
        authors, subjects = queries.authors_and_subjects_of(work.id)
        assert [author.name for author in authors] == ["Ursula K. Le Guin"]
        assert [subject.slug for subject in subjects] == ["science-fiction", "classics"]
        (edition,) = queries.editions_of(work.id)
        assert (edition.isbn13, edition.pages, edition.publisher) == ("9780441478125", 304, "Ace")

    def test_needs_a_title_alone(self, app: Flask) -> None:
        work = add("Beowulf")
        assert (work.byline, work.main_subject, work.series_id) == ("", None, None)
        assert queries.authors_and_subjects_of(work.id) == ([], [])
        assert queries.editions_of(work.id) == []

    def test_shares_authors_subjects_and_series_by_name(self, app: Flask) -> None:
        shared: dict[str, Any] = {"subjects": ["Fantasy"], "series": "Earthsea"}
        one = add("A Wizard of Earthsea", "Ursula K. Le Guin", **shared)
        two = add("The Tombs of Atuan", "Ursula K. Le Guin", **shared)
        assert (count(Author), count(Subject), count(Series)) == (1, 1, 1)
        assert one.series_id == two.series_id

    def test_links_who_is_named_twice_once(self, app: Flask) -> None:
        work = add("Emma", "Jane Austen", "Jane Austen", subjects=["Classics", "Classics"])
        authors, subjects = queries.authors_and_subjects_of(work.id)
        assert (len(authors), len(subjects)) == (1, 1)

    def test_takes_names_that_are_written_alike_apart(self, app: Flask) -> None:
        authors = ("C. J. Box", "C.J. Box", "王", "王小波")
        work = add("Anthology", *authors)
        linked, _ = queries.authors_and_subjects_of(work.id)
        assert [author.name for author in linked] == list(authors)
        assert [author.slug for author in linked[:2]] == ["c-j-box", "c-j-box-2"]
        assert len({author.slug for author in linked}) == 4

    @pytest.mark.parametrize("name", ["", "x" * 201])
    def test_refuses_what_is_no_name(self, app: Flask, name: str) -> None:
        with pytest.raises(Invalid) as refusal:
            add("Emma", name)
        assert list(refusal.value.fields) == ["name"]
        assert count(Work) == 0

    def test_keeps_authors_in_their_order(self, app: Flask) -> None:
        add("Other", "Zadie", "Adam")
        work = add("This", "Adam", "Mia", "Zadie")
        authors, _ = queries.authors_and_subjects_of(work.id)
        assert [author.name for author in authors] == ["Adam", "Mia", "Zadie"]

    @pytest.mark.parametrize("title", ["", "  ", "\u200b", "\u2800\u3164", "a\x00b", "caf\ufffd"])
    def test_refuses_what_is_no_title(self, title: str) -> None:
        with pytest.raises(Invalid) as refusal:
            services.add_work(NewWork(title=title), at=NOON)
        assert list(refusal.value.fields) == ["title"]

    def test_takes_the_longest_title_and_refuses_longer(self, app: Flask) -> None:
        with pytest.raises(Invalid, match="up to 300"):
            add("x" * 301)
        assert add("x" * 300).title == "x" * 300

    def test_the_database_refuses_an_empty_title(self, app: Flask) -> None:
        session().add(Work(slug="x", title="", added_at=NOON))
        with pytest.raises(IntegrityError, match="title_is_given"):
            session().flush()


class TestByline:
    @pytest.mark.parametrize(
        ("authors", "byline"),
        [
            ([], ""),
            (["A"], "A"),
            (["A", "B"], "A and B"),
            (["A", "B", "C"], "A, B and C"),
            (["A", "B", "C", "D"], "A, B, C and D"),
            (["x" * 150, "y" * 145], f"{'x' * 150} and {'y' * 145}"),
            (["x" * 150, "y" * 146], f"{'x' * 150} et al."),
            ([f"Author {number}" for number in range(40)], "Author 0 et al."),
        ],
    )
    def test_reads_as_on_a_title_page(self, app: Flask, authors: list[str], byline: str) -> None:
        assert add("Emma", *authors).byline == byline

    def test_names_translators_alike(self, app: Flask) -> None:
        edition = add_edition(add("Война и мир"), None, translators=["Richard", "Larissa"])
        assert edition.translators == "Richard and Larissa"


class TestSlug:
    def test_is_the_title_then_the_author_then_a_number(self, app: Flask) -> None:
        slugs = [add("Emma", "Jane Austen", "Another").slug for _ in range(4)]
        assert slugs == ["emma", "emma-jane-austen", "emma-2", "emma-3"]

    def test_of_one_without_an_author_has_a_number(self, app: Flask) -> None:
        assert [add("Poems").slug for _ in range(3)] == ["poems", "poems-2", "poems-3"]

    @pytest.mark.parametrize("title", ["!!!", "🎉", "—"])
    def test_of_a_title_without_letters_is_book(self, app: Flask, title: str) -> None:
        assert [add(title).slug for _ in range(2)] == ["book", "book-2"]

    def test_of_long_titles_stays_short_and_different(self, app: Flask) -> None:
        slugs = {add("word " * 50, "Jane Austen").slug for _ in range(4)}
        assert len(slugs) == 4
        assert max(map(len, slugs)) <= 80

    def test_that_another_work_once_had_is_not_free(self, app: Flask) -> None:
        first = add("Emma", "Jane Austen")
        retitle(first, "Emma Woodhouse")
        assert add("Emma", "Alexander McCall Smith").slug == "emma-alexander-mccall-smith"
        assert _leads_to("emma") == "emma-woodhouse"


def _leads_to(slug: str) -> str:
    with pytest.raises(Moved) as moved:
        queries.get_work_id(slug)
    return moved.value.slug


class TestRetitling:
    def test_keeps_the_old_address(self, app: Flask) -> None:
        work = add("First Impressions", "Jane Austen")
        assert retitle(work, "Pride and Prejudice") == "pride-and-prejudice"
        assert queries.get_work_id("pride-and-prejudice") == work.id
        assert _leads_to("first-impressions") == "pride-and-prejudice"

    def test_leads_all_former_addresses_to_the_present_one(self, app: Flask) -> None:
        work = add("One")
        for title in ("Two", "Three", "Four"):
            retitle(work, title)
        assert [_leads_to(slug) for slug in ("one", "two", "three")] == ["four"] * 3

    @any_database
    def test_leads_back_again(self, app: Flask) -> None:
        work = add("Sense", "Jane Austen")
        for _ in range(2):
            assert retitle(work, "Sensibility") == "sensibility"
            assert _leads_to("sense") == "sensibility"
            assert retitle(work, "Sense") == "sense"
            assert _leads_to("sensibility") == "sense"
        assert queries.get_work_id("sense") == work.id
        assert count(FormerSlug) == 1

    @pytest.mark.parametrize("title", ["Emma", "EMMA!", "  emma "])
    def test_to_the_same_letters_changes_no_address(self, app: Flask, title: str) -> None:
        work = add("Emma")
        assert retitle(work, title) == "emma"
        assert session().get_one(Work, work.id).title == title.strip()
        assert count(FormerSlug) == 0

    def test_to_the_same_title_keeps_an_address_with_the_author(self, app: Flask) -> None:
        add("Emma", "Jane Austen")
        work = add("Emma", "Clare Kipps")
        assert retitle(work, "Emma") == "emma-clare-kipps"
        assert count(FormerSlug) == 0
        assert retitle(work, "Clarence") == "clarence"
        assert _leads_to("emma-clare-kipps") == "clarence"

    def test_takes_no_address_of_another_work(self, app: Flask) -> None:
        emma, other = add("Emma", "Jane Austen"), add("Persuasion", "Clare Kipps")
        assert retitle(other, "Emma") == "emma-clare-kipps"
        assert queries.get_work_id("emma") == emma.id

    def test_takes_no_former_address_of_another_work(self, app: Flask) -> None:
        emma, other = add("Emma", "Jane Austen"), add("Persuasion", "Clare Kipps")
        retitle(emma, "Emma Woodhouse")
        assert retitle(other, "Emma") == "emma-clare-kipps"
        assert _leads_to("emma") == "emma-woodhouse"

    def test_is_found_by_its_new_title_alone(self, app: Flask) -> None:
        work = add("First Impressions", "Jane Austen")
        retitle(work, "Pride and Prejudice")
        assert search.find("prejudice austen").page.rows == [work.id]
        assert search.find("impressions").page.rows == []

    @pytest.mark.parametrize("title", ["", "\u200b", "a\x00b", "x" * 301])
    def test_refuses_what_adding_refuses(self, app: Flask, title: str) -> None:
        work = add("Emma")
        with pytest.raises(Invalid):
            retitle(work, title)
        assert session().get_one(Work, work.id).title == "Emma"

    def test_of_nothing_is_not_found(self, app: Flask) -> None:
        with pytest.raises(NotFound):
            services.retitle_work(work_id=4711, title="Emma")


class TestEdition:
    @pytest.mark.parametrize(
        "isbn", ["9780141439587", "978-0-14-143958-7", "978 0141439587", "0141439580"]
    )
    def test_is_known_by_its_isbn_in_any_spelling(self, app: Flask, isbn: str) -> None:
        edition = add_edition(add("Emma"), isbn)
        assert edition.isbn13 == "9780141439587"
        assert isbns.find_slug("9780141439587") == "emma"

    @any_database
    def test_has_an_isbn_that_no_other_has(self, app: Flask) -> None:
        emma, other = add("Emma"), add("Persuasion")
        add_edition(emma, "978-0-14-143958-7")
        for work in (emma, other):
            with pytest.raises(Conflict, match="9780141439587 already"):
                add_edition(work, "0-14-143958-0")
        assert count(Edition) == 1

    @pytest.mark.parametrize("isbn", ["", "9780141439588", "0141439581", "Emma"])
    def test_is_refused_where_the_isbn_is_none(self, app: Flask, isbn: str) -> None:
        work = add("Emma")
        with pytest.raises(Invalid) as refusal:
            add_edition(work, isbn)
        assert list(refusal.value.fields) == ["isbn"]
        assert count(Edition) == 0

    def test_of_a_refused_isbn_leaves_no_work_behind(self, app: Flask) -> None:
        with pytest.raises(Invalid):
            add("Emma", "Jane Austen", editions=[NewEdition(isbn="9780141439588")])
        assert (count(Work), count(Author)) == (0, 0)

    def test_may_have_no_isbn(self, app: Flask) -> None:
        emma = add("Emma")
        assert [add_edition(emma, None).isbn13 for _ in range(2)] == [None, None]

    @any_database
    @pytest.mark.parametrize("facts", [{"pages": 0}, {"isbn13": "978"}], ids=str)
    def test_is_refused_by_the_database_where_impossible(
        self, app: Flask, facts: dict[str, Any]
    ) -> None:
        session().add(Edition(work_id=add("Emma").id, **facts))
        with pytest.raises(IntegrityError):
            session().flush()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"subtitle": "x" * 301}, "subtitle"),
        ({"description": "a\0b"}, "description"),
        ({"description": "x" * 10_001}, "description"),
        ({"language": "English"}, "language"),
        ({"first_published": 40_000}, "first_published"),
    ],
)
def test_what_can_not_be_so_is_refused_by_field(
    app: Flask, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        add(**{"title": "Other", **facts})
    assert set(refusal.value.fields) == {field}
