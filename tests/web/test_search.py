"""Finding a book: by words, by ISBN, and what is shown of nothing."""

import re
from urllib.parse import quote

import pytest
from flask import Flask

from bookreviews.catalog import services as catalog
from bookreviews.catalog.models import UnverifiedIsbn
from bookreviews.catalog.search import finding
from bookreviews.catalog.search.finding import PAGE_SIZE
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client
from tests.conftest import NOON, any_database
from tests.pages import titles_in, walk

ISBNS = ["0306406152", "0-306-40615-2", "9780306406157", "978-0-306-40615-7", " 9780306406157 "]


@pytest.fixture(autouse=True)
def _book(app: Flask) -> None:
    new = catalog.NewWork(
        title="Émile, ou De l'éducation",
        authors=["Jean-Jacques Rousseau"],
        editions=[catalog.NewEdition(isbn="0-306-40615-2")],
    )
    with transaction():
        catalog.add_work(new, at=NOON)


@pytest.mark.parametrize("question", ["emile", "ÉMI", "rousseau leduc", "  Émile,  ou  "])
def test_finds_by_the_beginnings_of_words(client: Client, question: str) -> None:
    page = client.get("/search", query_string={"q": question}).text
    assert titles_in(page) == ["Émile, ou De l&#39;éducation"]
    assert "1 book" in page


def test_says_by_which_words_it_found_something_else(client: Client) -> None:
    page = client.get("/search", query_string={"q": "emlie"}).text
    assert titles_in(page) == ["Émile, ou De l&#39;éducation"]
    assert 'Found by “<a href="/search?q=emile">emile</a>”' in page


def test_says_that_no_book_has_all_words(client: Client) -> None:
    page = client.get("/search", query_string={"q": "emile voltaire"}).text
    assert titles_in(page) == ["Émile, ou De l&#39;éducation"]
    assert "No book has all these words; these come near" in page


@pytest.mark.parametrize("question", ["xyzzy", "12345", "%", "_", '"', "*", "🎉", "\u202e"])
def test_says_so_where_nothing_matches(client: Client, question: str) -> None:
    page = client.get("/search", query_string={"q": question}).text
    assert titles_in(page) == []
    assert "Nothing found" in page
    assert f'href="/books/new?title={quote(question)}"' in page


@any_database
def test_answers_any_question(client: Client) -> None:
    for query in (
        *("", "q=", "q=%20%20", "q=%00", "q=%FF%FE", "q=a&q=b", "q[]=x", "q=%F0%9F%93%9A"),
        *("q='%3B+DROP+TABLE+works--", "q=%D9%A1%D9%A2", "q=\\", "q=%25_"),
        *("q=" + "x" * 5000, "q=" + "x+" * 500, "q=%22*+NEAR(-:%5E", "q=%E2%80%AEemile"),
        *("q=emile&language=xx", "q=emile&subject=%00", "language=%27", "decade=x&rating=9"),
        *("q=emile&sort=x", "&".join(["subject=a"] * 50), "form=" + "x" * 5000),
    ):
        assert client.get(f"/search?{query}").status_code == 200, query


@pytest.mark.parametrize("typed", ["a%00b", "a%01%0Bb", "a%C2%85b"])
def test_leaves_out_what_nobody_types(client: Client, typed: str) -> None:
    page = client.get(f"/search?q={typed}").text
    assert re.findall(r'name="q" value="a +b"', page)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", page)


def test_shows_the_question_again_as_text(client: Client) -> None:
    page = client.get("/search", query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_tells_when_there_is_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_FOUND", 25)
    crowd.books(26)
    page = client.get("/search?q=volume").text
    assert len(titles_in(page)) == PAGE_SIZE
    assert "More than 25 books" in page
    assert "Sorted and counted are the 25 most read." in page


def test_goes_on_page_by_page(client: Client) -> None:
    crowd.books(PAGE_SIZE + 3)
    for sort in ("relevance", "read", "rated", "newest"):
        pages = walk(client, f"/search?q=volume&sort={sort}")
        titles = [title for page in pages for title in titles_in(page)]
        assert (len(pages), len(titles), len(set(titles))) == (2, PAGE_SIZE + 3, PAGE_SIZE + 3)


def test_begins_anew_where_a_cursor_is_forged(client: Client) -> None:
    crowd.books(2)
    for after in ("x", "W10", "bnVsbA", "%00", "WyJ4IiwxXQ"):
        answer = client.get(f"/search?q=volume&sort=read&after={after}")
        assert (answer.status_code, answer.location) == (302, "/search?q=volume&sort=read"), after


class TestNarrowing:
    """Facets are links to the same search with one more, and back; all is in the address."""

    @pytest.fixture(autouse=True)
    def _books(self, app: Flask) -> None:
        crowd.books(3)

    def test_is_offered_with_counts(self, client: Client) -> None:
        page = client.get("/search?q=volume").text
        assert 'href="/search?q=volume&amp;subject=fiction"' in page
        assert re.search(r">Fiction</a> <span[^>]*>3</span>", page)
        assert re.search(r">English</a> <span[^>]*>3</span>", page)
        assert re.search(r">1900s</a> <span[^>]*>3</span>", page)

    def test_is_taken_back_one_by_one(self, client: Client) -> None:
        page = client.get("/search?q=volume&subject=fiction&decade=1900&sort=read").text
        assert len(titles_in(page)) == 3
        for left in ("decade=1900&amp;sort=read", "subject=fiction&amp;sort=read", "sort=read"):
            assert f'href="/search?q=volume&amp;{left}"' in page

    def test_needs_no_words(self, client: Client) -> None:
        page = client.get("/search?subject=fiction").text
        assert len(titles_in(page)) == 3

    def test_to_nothing_offers_a_way_back(self, client: Client) -> None:
        page = client.get("/search?q=volume&language=xx%22%3E%3Cscript%3E").text
        assert "No book has all that you narrowed by" in page
        assert 'href="/search?q=volume"' in page
        assert "<script>" not in page.partition("<main")[2]


class TestIsbns:
    @pytest.mark.parametrize("isbn", ISBNS)
    def test_lead_straight_to_the_book(self, client: Client, isbn: str) -> None:
        for answer in (
            client.get("/search", query_string={"q": isbn}),
            client.get(f"/isbn/{isbn}"),
        ):
            assert (answer.status_code, answer.location) == (
                302,
                "/books/emile-ou-de-leducation",
            )

    def test_that_are_misprinted_lead_to_all_books_that_have_them(self, client: Client) -> None:
        with transaction():
            new = catalog.NewWork(title="Emma", editions=[catalog.NewEdition()])
            catalog.add_work(new, at=NOON)
            session().add_all(UnverifiedIsbn(edition_id=one, value="812971060") for one in (1, 2))
        assert client.get("/isbn/812971060").location == "/search?q=812971060"
        page = client.get("/search?q=812971060").text
        assert (len(titles_in(page)), "2 books" in page) == (2, True)

    def test_nobody_has_are_looked_for_by_name(self, client: Client) -> None:
        page = client.get("/search?q=978-3-16-148410-0").text
        assert "No book here has this ISBN" in page
        assert 'href="/books/new?isbn=9783161484100"' in page

    @pytest.mark.parametrize("isbn", ["9783161484100", "9780306406158", "x", "%00", "%FF", "１２"])
    def test_nobody_has_are_missing(self, client: Client, isbn: str) -> None:
        answer = client.get(f"/isbn/{isbn}")
        assert answer.status_code == 404
        assert isbn == "%00" or "No book here has this ISBN." in answer.text


class TestBrowsersOwnSearchField:
    """OpenSearch: every page says how a browser may search here."""

    def test_is_told_of_by_every_page(self, client: Client) -> None:
        for path in ("/", "/search", "/nothing"):
            assert 'rel="search" href="/opensearch.xml"' in client.get(path).text

    def test_is_described(self, client: Client) -> None:
        answer = client.get("/opensearch.xml")
        assert answer.mimetype == "application/opensearchdescription+xml"
        assert 'template="http://localhost/search?q={searchTerms}"' in answer.text
        assert 'template="http://localhost/search/suggestions?q={searchTerms}"' in answer.text

    def test_is_given_suggestions(self, client: Client) -> None:
        answer = client.get("/search/suggestions?q=emi")
        assert answer.mimetype == "application/x-suggestions+json"
        assert answer.json == ["emi", ["Émile, ou De l'éducation"]]
        assert client.get("/search/suggestions?q=%00%22").json == ['\0"', []]
