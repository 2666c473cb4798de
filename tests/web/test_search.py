"""Finding a book: by words, by ISBN, and what is shown of nothing."""

import pytest
from flask import Flask

from bookreviews.catalog import services as catalog
from bookreviews.catalog.search import MOST_RESULTS
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client
from tests.conftest import NOON, any_database
from tests.pages import titles_in

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


@pytest.mark.parametrize("question", ["mile", "emile voltaire", "12345", "%", "_", "émile\0x"])
def test_says_so_where_nothing_matches(client: Client, question: str) -> None:
    page = client.get("/search", query_string={"q": question}).text
    assert titles_in(page) == []
    assert "Nothing found" in page


@any_database
def test_answers_any_question(client: Client) -> None:
    for query in (
        *("", "q=", "q=%20%20", "q=%00", "q=%FF%FE", "q=a&q=b", "q[]=x", "q=%F0%9F%93%9A"),
        *("q='%3B+DROP+TABLE+works--", "q=%D9%A1%D9%A2", "q=\\", "q=%25_"),
        *("q=" + "x" * 5000, "q=" + "x+" * 500),
    ):
        assert client.get(f"/search?{query}").status_code == 200, query


def test_shows_the_question_again_as_text(client: Client) -> None:
    page = client.get("/search", query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_tells_when_there_is_more(client: Client) -> None:
    crowd.books(MOST_RESULTS + 1)
    page = client.get("/search?q=volume").text
    assert len(titles_in(page)) == MOST_RESULTS
    assert "50 books or more" in page


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

    def test_nobody_has_are_looked_for_by_name(self, client: Client) -> None:
        page = client.get("/search?q=978-3-16-148410-0").text
        assert "No book here has this ISBN" in page
        assert "9783161484100" in page

    @pytest.mark.parametrize("isbn", ["9783161484100", "9780306406158", "x", "%00", "%FF", "１２"])
    def test_nobody_has_are_missing(self, client: Client, isbn: str) -> None:
        answer = client.get(f"/isbn/{isbn}")
        assert answer.status_code == 404
        assert isbn == "%00" or "No book here has this ISBN." in answer.text
