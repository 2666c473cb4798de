"""A book's page, its reviews, and browsing: for visitors, and a page at a time."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.catalog.models import RatingsElsewhere
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation import surges
from bookreviews.reviews import scores
from bookreviews.reviews import services as reviews
from bookreviews.site import services as site
from bookreviews.transactions import transaction
from tests import crowd, rulings
from tests.client import Client, fields_of, has_form
from tests.conftest import NOON
from tests.pages import names_in, next_of, titles_in, walk

BOOK = "/books/python-for-beginners"
REVIEWS = f"{BOOK}/reviews"


class TestCanonicalAddresses:
    @pytest.mark.parametrize("path", [BOOK, REVIEWS, "/books", "/subjects/programming"])
    def test_carry_nothing_of_what_was_asked(self, client: Client, book_id: int, path: str) -> None:
        for query in ("sort=sideways&stars=9", "sort=highest&stars=5", "sort=title&x=%00"):
            page = client.get(f"{path}?{query}").text
            assert f'<link rel="canonical" href="http://localhost{path}">' in page


class TestShow:
    def test_tells_what_the_catalogue_knows(self, app: Flask, client: Client) -> None:
        new = catalog.NewWork(
            title="Der Zauberberg",
            subtitle="Roman",
            original_title="Der Zauberberg. Roman in zwei Bänden",
            authors=["Thomas Mann", "Nobody Else"],
            subjects=["Novel", "Illness & time"],
            series="Mountains",
            series_position=2,
            description="Seven years.",
            language="de",
            first_published=1924,
            editions=[
                catalog.NewEdition(
                    isbn="0-306-40615-2",
                    publisher="S. Fischer",
                    published=1924,
                    pages=1200,
                    format="hardback",
                    language="de",
                    translators=["Helen Lowe-Porter"],
                )
            ],
        )
        with transaction():
            catalog.add_work(new, at=NOON)
        page = client.get("/books/der-zauberberg").text
        for fact in (
            "<h1>Der Zauberberg</h1>",
            "Roman",
            '<dd lang="de">Der Zauberberg. Roman in zwei Bänden</dd>',
            '<a href="/authors/thomas-mann">Thomas Mann</a> and <a href="/authors/nobody-else">',
            '<a href="/subjects/novel">Novel</a>',
            "Illness &amp; time",
            'href="/series/mountains">Mountains, 2</a>',
            "Seven years.",
            "German",
            "1924",
            "S. Fischer",
            "1200 pages",
            "9780306406157",
            "Translated by Helen Lowe-Porter",
        ):
            assert fact in page

    def test_escapes_what_the_catalogue_knows(self, app: Flask, client: Client) -> None:
        evil = "<script>alert(1)</script>"
        new = catalog.NewWork(title=evil, authors=[evil], subjects=[evil], description=evil)
        with transaction():
            slug = catalog.add_work(new, at=NOON).slug
        page = client.get(f"/books/{slug}").text
        assert "<script>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    def test_asks_visitors_to_sign_in_and_come_back(self, client: Client, book_id: int) -> None:
        page = client.get(BOOK).text
        assert not has_form(page, REVIEWS)
        assert 'href="/sign-in?next=%2Fbooks%2Fpython-for-beginners%23your-review"' in page

    def test_of_no_book_is_missing(self, app: Flask, client: Client) -> None:
        for path in ("/books/nothing", "/books/nothing/reviews"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert "There is no such book here." in answer.text

    def test_shows_the_newest_reviews_and_leads_to_the_others(
        self, client: Client, book_id: int
    ) -> None:
        crowd.review_by_each(crowd.readers(16), book_id)
        page = client.get(BOOK).text
        assert names_in(page) == [f"Reader {number}" for number in range(15, 0, -1)]
        assert names_in(client.get(next_of(page)).text) == ["Reader 0"]

    def test_shows_ones_own_review_once(self, as_alex: Client, alex: Viewer, book_id: int) -> None:
        crowd.review_by_each([alex], book_id)
        page = as_alex.get(BOOK).text
        assert page.count("Said by Alex.") == 1
        assert "Yours is the first" in page

    def test_shows_other_books_of_the_subject(
        self, client: Client, alex: Viewer, book_id: int
    ) -> None:
        for other in crowd.books(2, subject="Programming"):
            crowd.review_by_each([alex], other)
        assert titles_in(client.get(BOOK).text) == ["Volume 001", "Volume 000"]

    def test_tells_ratings_of_other_sites_apart(self, client: Client, book_id: int) -> None:
        """The most numerous; our own summary knows nothing of them."""
        with transaction():
            for source, count, average in (("openlibrary", 7, 5.0), ("goodreads", 12_345, 4.21)):
                session().add(
                    RatingsElsewhere(
                        work_id=book_id, source=source, ratings_count=count, average=average
                    )
                )
        page = client.get("/books/python-for-beginners").text
        assert "Goodreads: 4.2 from 12,345 ratings, which" in page
        assert "Open Library" not in page
        assert "Not yet rated" in page
        assert 'id="elsewhere"' in client.get("/rules/ratings").text

    def test_names_no_language_that_nobody_knows(self, app: Flask, client: Client) -> None:
        with transaction():
            editions = [catalog.NewEdition(publisher="Unwin", language="und")]
            new = catalog.NewWork(title="The Hobbit", language="und", editions=editions)
            catalog.add_work(new, at=NOON)
        page = client.get("/books/the-hobbit").text
        assert "Written in" not in page
        assert "unknown language" not in page
        assert '"inLanguage"' not in page
        assert "/languages/und" not in client.get("/languages").text


class TestFormerAddresses:
    @pytest.fixture(autouse=True)
    def _retitled(self, book_id: int) -> None:
        with transaction():
            catalog.retitle_work(work_id=book_id, title="Python for Everyone")

    def test_lead_on_for_ever(self, client: Client) -> None:
        book = "/books/python-for-everyone"
        for former, present in {
            BOOK: book,
            f"{BOOK}?from=a%20friend&x=1": f"{book}?from=a%20friend&x=1",
            f"{REVIEWS}?sort=highest&stars=5": f"{book}/reviews?sort=highest&stars=5",
        }.items():
            for method in (client.get, client.head):
                answer = method(former)
                assert (answer.status_code, answer.location) == (301, present)
            assert client.get(present).status_code == 200


class TestReviewsOfABook:
    @pytest.fixture(autouse=True)
    def _reviews(self, book_id: int) -> None:
        crowd.review_by_each(crowd.readers(40), book_id)

    @pytest.mark.parametrize("sort", ["newest", "oldest", "highest", "lowest"])
    def test_are_all_there_once_in_order(self, client: Client, sort: str) -> None:
        pages = walk(client, f"{REVIEWS}?sort={sort}")
        names = [name for page in pages for name in names_in(page)]
        assert [len(names_in(page)) for page in pages] == [15, 15, 10]
        numbers = [int(name.removeprefix("Reader ")) for name in names]
        order = {
            "newest": lambda n: -n,
            "oldest": lambda n: n,
            "highest": lambda n: (-scores.STARS[n % 10], -n),
            "lowest": lambda n: (scores.STARS[n % 10], n),
        }[sort]
        assert numbers == sorted(range(40), key=order)

    def test_are_filtered_by_the_bar_they_count_in(self, client: Client) -> None:
        for stars in range(1, 6):
            page = client.get(f"{REVIEWS}?stars={stars}").text
            numbers = {int(name.removeprefix("Reader ")) for name in names_in(page)}
            assert {scores.STARS[n % 10] for n in numbers} == {stars - 0.5, float(stars)}
            assert len(numbers) == 8

    def test_take_an_unknown_choice_for_none(self, client: Client) -> None:
        newest = names_in(client.get(REVIEWS).text)
        for choice in ("sort=loudest", "sort=", "stars=6", "stars=0", "stars=-1", "stars=4.5"):
            answer = client.get(f"{REVIEWS}?{choice}")
            assert answer.status_code == 200
            assert names_in(answer.text) == newest, choice

    def test_lead_from_a_broken_link_to_the_start(self, client: Client) -> None:
        for path in (REVIEWS, "/books", "/subjects/programming", "/users/reader1"):
            for after in ("x", "", "%00", "%FF", "W10", "bnVsbA", "é", "[" * 9):
                answer = client.get(f"{path}?after={after}")
                assert (answer.status_code, answer.location) == (302, path), after

    def test_keep_how_they_are_sorted_on_the_way_there(self, client: Client) -> None:
        answer = client.get(f"{REVIEWS}?sort=highest&after=x&stars=4")
        assert answer.location == f"{REVIEWS}?sort=highest&stars=4"

    def test_take_no_cursor_of_another_list(self, client: Client) -> None:
        cursor = parse_qs(urlsplit(next_of(client.get(REVIEWS).text)).query)["after"][0]
        for path in (f"{REVIEWS}?sort=highest&", "/books?", "/books?sort=best&"):
            assert client.get(f"{path}after={cursor}").status_code == 302


class TestBrowsing:
    @pytest.fixture
    def rated(self, alex: Viewer, bo: Viewer) -> list[int]:
        """Return thirty books; the first is rated by two, the second by one."""
        books = crowd.books(30)
        crowd.review_by_each([alex, bo], books[0])
        crowd.review_by_each([alex], books[1])
        return books

    @pytest.mark.parametrize("path", ["/books", "/subjects/fiction"])
    def test_by_title_shows_each_book_once(
        self, client: Client, rated: list[int], path: str
    ) -> None:
        pages = walk(client, f"{path}?sort=title")
        assert [len(titles_in(page)) for page in pages] == [24, 6]
        titles = [title for page in pages for title in titles_in(page)]
        assert titles == [f"Volume {number:03}" for number in range(30)]

    @pytest.mark.parametrize("path", ["/books", "/subjects/fiction"])
    @pytest.mark.parametrize("sort", ["newest", "published"])
    def test_by_time_shows_the_latest_first(
        self, client: Client, rated: list[int], path: str, sort: str
    ) -> None:
        titles = [
            title for page in walk(client, f"{path}?sort={sort}") for title in titles_in(page)
        ]
        assert titles == [f"Volume {number:03}" for number in range(29, -1, -1)]

    @pytest.mark.parametrize("path", ["/books", "/subjects/fiction"])
    def test_shows_the_most_rated_first(self, client: Client, rated: list[int], path: str) -> None:
        for query in ("", "?sort=popular", "?sort=nonsense", "?sort="):
            first = titles_in(client.get(path + query).text)[:3]
            assert first == ["Volume 000", "Volume 001", "Volume 029"]

    def test_shows_the_best_first(
        self, client: Client, alex: Viewer, bo: Viewer, rated: list[int]
    ) -> None:
        crowd.review_by_each([*crowd.readers(9), alex], rated[2])  # from half a star to five
        titles = titles_in(client.get("/books?sort=best").text)
        assert titles == ["Volume 002", "Volume 001", "Volume 000"]

    def test_goes_on_after_the_last_of_equals(
        self, client: Client, alex: Viewer, rated: list[int]
    ) -> None:
        for book in rated[2:]:
            crowd.review_by_each([alex], book)
        for sort in ("popular", "best"):
            pages = walk(client, f"/books?sort={sort}")
            titles = [title for page in pages for title in titles_in(page)]
            assert sorted(titles) == [f"Volume {number:03}" for number in range(30)]

    def test_of_nothing_says_so(self, app: Flask, client: Client) -> None:
        for sort, words in (
            ("popular", "No books yet"),
            ("title", "No books yet"),
            ("best", "Nothing is rated yet"),
            ("talk", "It is quiet now"),
        ):
            assert words in client.get(f"/books?sort={sort}").text


def test_public_pages_set_no_cookie(client: Client, alex: Viewer, book_id: int) -> None:
    crowd.review_by_each([alex], book_id)
    for path in (
        "/",
        "/books",
        BOOK,
        REVIEWS,
        "/reviews/1",
        "/subjects",
        "/subjects/programming",
        "/authors/kuldeep-singh-kaswan",
        "/users/alex",
        "/search?q=python",
        "/no-such-page",
    ):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers, path
        assert "private" not in answer.headers["Cache-Control"], path


class TestWhatModerationDoes:
    @pytest.fixture(autouse=True)
    def _at_once(self, app: Flask) -> None:
        app.extensions["site"].lasts = 0

    def rate(self, count: int, work_id: int, ada: Viewer, *, minimum: int = 3) -> None:
        """Let so many new readers rate a book, the first of whom was given it."""
        with transaction():
            site.change(actor=ada, values={"shares_minimum": minimum}, at=NOON)
        readers = crowd.readers(count)
        crowd.review_by_each(readers[1:], work_id)
        with transaction():
            reviews.post_review(
                author=readers[0],
                work_id=work_id,
                stars=5,
                body="Given.",
                was_given=True,
                at=NOON + timedelta(days=40),
            )

    def test_shares_are_told_from_a_number_of_ratings_on(
        self, client: Client, book_id: int, ada: Viewer
    ) -> None:
        self.rate(3, book_id, ada, minimum=3)
        for path in (BOOK, REVIEWS):
            page = client.get(path).text
            assert "67% by accounts younger than 30 days" in page
            assert "33% by readers who were given the book" in page
            assert '<a href="/rules/ratings">Which ratings count</a>' in page

    def test_shares_are_not_told_below_it(self, client: Client, book_id: int, ada: Viewer) -> None:
        self.rate(3, book_id, ada, minimum=4)
        page = client.get(BOOK).text
        assert "younger than" not in page
        assert "Which ratings count" not in page

    def test_ratings_that_are_left_out_are_told(
        self, client: Client, book_id: int, ada: Viewer, mo: Viewer
    ) -> None:
        self.rate(3, book_id, ada)
        rulings.rule_on(1, mo, "exclude", reason="surge")
        page = client.get(BOOK).text
        assert "2 ratings, 3 reviews" in page
        assert "1 rating is left out." in page
        assert "the moderators have left them out" in page
        rulings.rule_on(2, mo, "hide")
        assert "2 ratings are left out." in client.get(BOOK).text

    def test_a_lock_is_told_with_its_end_and_reason(
        self, client: Client, as_alex: Client, book_id: int, mo: Viewer
    ) -> None:
        rulings.lock(book_id, mo)
        for browser in (client, as_alex):
            page = browser.get(BOOK).text
            assert "This book takes no new reviews and ratings until <time" in page
            assert "Why: far more at once than usual." in page
            assert not has_form(page, REVIEWS)
            assert "Sign in to review" not in page
            assert "Write a review" not in page

    def test_what_is_sent_under_a_lock_comes_back_in_the_form(
        self, as_alex: Client, book_id: int, mo: Viewer
    ) -> None:
        token = as_alex.token
        rulings.lock(book_id, mo)
        answer = as_alex.post(
            REVIEWS, data={"csrf_token": token, "stars": "5", "body": "My words."}
        )
        assert answer.status_code == 409
        assert fields_of(answer.text, REVIEWS)["body"] == "My words."

    def test_ones_own_review_can_be_changed_under_a_lock(
        self, as_alex: Client, alex: Viewer, book_id: int, mo: Viewer
    ) -> None:
        crowd.review_by_each([alex], book_id)
        rulings.lock(book_id, mo)
        assert 'href="/reviews/1/edit"' in as_alex.get(BOOK).text
        answer = as_alex.submit("/reviews/1/edit", "/reviews/1", body="Better words.")
        assert answer.status_code == 303

    def test_a_lock_ends(self, client: Client, as_alex: Client, book_id: int, mo: Viewer) -> None:
        rulings.lock(book_id, mo, days=1)
        with transaction():
            surges.unlock(actor=mo, work_id=book_id, at=now())
        assert "takes no new reviews" not in client.get(BOOK).text
        assert has_form(as_alex.get(BOOK).text, REVIEWS)

    def test_ones_own_concealed_review_says_so(
        self, as_alex: Client, client: Client, alex: Viewer, book_id: int, mo: Viewer
    ) -> None:
        crowd.review_by_each([alex], book_id)
        action = rulings.rule_on(1, mo, "ask_change")
        page = as_alex.get(BOOK).text
        assert "The moderators ask you to change this review." in page
        assert f'href="/statements/{action}"' in page
        assert "Said by Alex." in page
        assert "Said by Alex." not in client.get(BOOK).text
