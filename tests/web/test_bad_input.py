"""What people, and others, send by mistake or on purpose: refused in words, and nothing is lost."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts.models import SignInSession, User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.config import LARGEST_BODY
from bookreviews.extensions import session
from bookreviews.reviews.models import LONGEST_BODY, Review
from bookreviews.transactions import transaction
from tests import stored, world
from tests.client import Client, client_of, fields_of, has_form
from tests.conftest import PASSWORD, any_database
from tests.routes import ADMIN_FORMS, FORMS, MODERATOR_FORMS, path_of, send_to
from tests.stored import Said

BOOK = "/books/python-for-beginners"
REVIEWS = f"{BOOK}/reviews"
REVIEW = "/reviews/1"
FORM = "application/x-www-form-urlencoded"
SAFE = re.compile(
    r"</?(p|br|em|strong|code|a)>"
    r'|<a href="https://evil\.example[^"]*" rel="nofollow ugc noopener noreferrer">'
)
WORDS = "Line one.\n\nLine <two> & \"three\" 'four' </textarea> — ünïcödé 📚"


def post(client: Client, **typed: str) -> TestResponse:
    return client.submit(BOOK, REVIEWS, **typed)


def unescaped(page: str) -> str:
    return page.replace("&#39;", "'")


@pytest.fixture
def posted(as_alex: Client, book_id: int) -> str:
    """Return the address of Alex's review of four stars, which says "Mine."."""
    post(as_alex, stars="4", body="Mine.")
    return REVIEW


@pytest.mark.usefixtures("book_id")
class TestAReview:
    def test_that_says_nothing_is_refused(self, as_alex: Client) -> None:
        for body in ("", " ", "\r\n\t\r\n", "\u200b", "\u00a0\u3000", "\u2800"):
            answer = post(as_alex, stars="", body=body)
            assert answer.status_code == 422
            assert "Give stars, or write a few words, or both." in answer.text
        assert stored.reviews() == []

    def test_with_other_stars_is_refused(self, as_alex: Client) -> None:
        for stars in ("11", "0.3", "0", "-1", "5.5", "1e300", "4.75"):
            answer = post(as_alex, stars=stars, body=WORDS)
            assert answer.status_code == 422
            assert "Stars go from half a star to five, in halves." in answer.text
            assert fields_of(answer.text, REVIEWS)["body"] == WORDS
        assert stored.reviews() == []

    def test_with_stars_that_are_no_number_is_refused(self, as_alex: Client) -> None:
        strange = ("abc", "nan", "inf", "-Infinity", "1e400", "9" * 5000, "4,5", "0x4", "\0", "💫")
        for stars in strange:
            answer = post(as_alex, stars=stars, body=WORDS)
            assert answer.status_code == 422
            assert "Stars must be a number from 0.5 to 5." in answer.text
            assert fields_of(answer.text, REVIEWS)["body"] == WORDS
        assert stored.reviews() == []

    def test_of_a_hundred_thousand_characters_stays_in_the_form(self, as_alex: Client) -> None:
        words = "0123456789" * 10_000
        answer = post(as_alex, stars="4", body=words)
        assert answer.status_code == 422
        assert "up to 20,000 characters; this one has 100,000." in answer.text
        form = fields_of(answer.text, REVIEWS)
        assert (form["body"], form["stars"]) == (words, "4")
        assert stored.reviews() == []

    def test_of_the_longest_in_the_widest_script_is_taken(self, as_alex: Client) -> None:
        assert post(as_alex, body="📚" * LONGEST_BODY).status_code == 303

    def test_that_is_damaged_stays_in_the_form(self, as_alex: Client) -> None:
        for damage in ("\0", "\x07", "\x1b[31m", "\ufffd"):
            answer = post(as_alex, stars="4", body=f"before{damage}after")
            assert answer.status_code == 422
            assert "can't be read" in unescaped(answer.text)
            assert "before" in fields_of(answer.text, REVIEWS)["body"]
        assert stored.reviews() == []

    def test_in_another_encoding_is_refused(self, as_alex: Client) -> None:
        for body in (b"caf%E9", b"caf\xe9", b"%ED%A0%80", b"x%C0%AF", b"%FF%FE"):
            said = f"csrf_token={as_alex.token}&stars=4&body=".encode() + body
            answer = as_alex.post(REVIEWS, data=said, content_type=FORM)
            assert answer.status_code == 422
            assert "another encoding" in answer.text
        assert stored.reviews() == []

    @pytest.mark.parametrize(
        "body",
        [
            "<script>alert(1)</script>",
            "<style>body { display: none }</style>",
            "<img src=x onerror=alert(1)>",
            "[link](javascript:alert(1))",
            "[link](JaVaScRiPt&#58;alert(1))",
            "[link](data:text/html;base64,PHNjcmlwdD4=)",
            "![picture](https://evil.example/pixel.png)",
            "<a href='https://evil.example' style='position:fixed'>x</a>",
            "`</code><script>alert(1)</script>`",
            '<https://evil.example/"onmouseover="alert(1)>',
            "</div></article></main><h1>",
            "# A heading",
            "{{ 7 * 7 }}{% raw %}",
        ],
    )
    def test_is_text_and_never_code(self, as_alex: Client, client: Client, body: str) -> None:
        answer = post(as_alex, body=body)
        assert answer.status_code == 303
        for page in (as_alex.get(answer.location), client.get(BOOK), client.get(REVIEW)):
            prose = page.text.split('<div class="prose')[1].split("</div>")[0]
            assert all(SAFE.fullmatch(tag) for tag in re.findall("<[^>]*>", prose))
            assert "49" not in prose

    def test_links_without_vouching(self, as_alex: Client, client: Client) -> None:
        post(as_alex, body="[link](https://example.org)")
        page = client.get(BOOK).text
        assert '<a href="https://example.org" rel="nofollow ugc noopener noreferrer">' in page

    def test_of_a_book_that_is_not_here_is_refused(self, as_alex: Client) -> None:
        said = {"stars": "4", "csrf_token": as_alex.token}
        answer = as_alex.post("/books/nothing/reviews", data=said)
        assert answer.status_code == 404
        assert stored.reviews() == []

    def test_takes_the_first_of_what_is_sent_twice(self, as_alex: Client) -> None:
        body = f"csrf_token={as_alex.token}&stars=4&stars=1&body=One&body=Two&csrf_token=x"
        assert as_alex.post(REVIEWS, data=body, content_type=FORM).status_code == 303
        assert stored.reviews() == [Said("alex", 4.0, "One")]

    def test_ignores_what_nobody_asked_for(self, as_alex: Client, bo: Viewer) -> None:
        extra = {"author_id": str(bo.id), "id": "99", "body_html": "<script>", "version": "7"}
        assert post(as_alex, stars="4", body="Mine.", **extra).location == "/reviews/1/thanks"
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]

    def test_of_no_sensible_version_is_no_harm(self, as_alex: Client) -> None:
        for version in ("x", "9" * 5000, "1.5"):
            assert post(as_alex, stars="4", version=version).status_code == 422
        assert post(as_alex, stars="4", version="-1").status_code == 303


@pytest.mark.usefixtures("book_id")
class TestATokenThatIsNoGood:
    def refused(self, answer: TestResponse, client: Client) -> None:
        """Check that the words are in the form, which then works."""
        assert answer.status_code == 422
        assert "This page had been open too long, so nothing was saved." in answer.text
        assert stored.reviews() == []
        form = fields_of(answer.text, REVIEWS)
        assert (form["body"], form["stars"]) == (WORDS, "4.5")
        assert client.post(REVIEWS, data=form).status_code == 303
        assert stored.reviews() == [Said("alex", 4.5, WORDS)]

    @pytest.mark.parametrize("token", ["", "made up", "é", "\0", "x" * 10_000])
    def test_keeps_the_words(self, as_alex: Client, token: str) -> None:
        self.refused(post(as_alex, stars="4.5", body=WORDS, csrf_token=token), as_alex)

    def test_keeps_the_words_where_there_is_none(self, as_alex: Client) -> None:
        answer = as_alex.post(REVIEWS, data={"stars": "4.5", "body": WORDS})
        self.refused(answer, as_alex)

    def test_keeps_the_words_where_it_is_another_sessions(
        self, as_alex: Client, as_bo: Client
    ) -> None:
        answer = post(as_alex, stars="4.5", body=WORDS, csrf_token=as_bo.token)
        self.refused(answer, as_alex)

    def test_keeps_the_words_where_it_is_too_old(self, app: Flask, as_alex: Client) -> None:
        limit = app.config["WTF_CSRF_TIME_LIMIT"]
        form = fields_of(as_alex.get(BOOK).text, REVIEWS)
        app.config["WTF_CSRF_TIME_LIMIT"] = -1
        answer = as_alex.post(REVIEWS, data=form | {"stars": "4.5", "body": WORDS})
        app.config["WTF_CSRF_TIME_LIMIT"] = limit
        self.refused(answer, as_alex)

    def test_in_a_header_of_another_site_is_no_help(self, as_alex: Client) -> None:
        answer = as_alex.post(
            REVIEWS, json={"stars": 4.5, "body": WORDS}, headers={"X-CSRFToken": as_alex.token}
        )
        assert answer.status_code == 422  # a form is what this address takes
        assert stored.reviews() == []

    def test_withdraws_nothing(self, as_alex: Client) -> None:
        post(as_alex, stars="4")
        answer = as_alex.post(f"{REVIEW}/withdrawal", data={"csrf_token": "made up"})
        assert answer.status_code == 400
        assert "Nothing was changed." in answer.text
        assert len(stored.reviews()) == 1

    def test_revises_nothing(self, as_alex: Client) -> None:
        post(as_alex, stars="4")
        answer = as_alex.submit(f"{REVIEW}/edit", REVIEW, body=WORDS, csrf_token="made up")
        assert answer.status_code == 422
        form = fields_of(answer.text, REVIEW)
        assert form["body"] == WORDS
        assert stored.reviews() == [Said("alex", 4.0, None)]
        assert as_alex.post(REVIEW, data=form).status_code == 303
        assert stored.reviews() == [Said("alex", 4.0, WORDS)]


class TestASecondReview:
    def test_offers_to_replace_the_first(self, as_alex: Client, posted: str) -> None:
        said = {"stars": "2", "body": WORDS, "has_spoilers": "y", "csrf_token": as_alex.token}
        answer = as_alex.post(REVIEWS, data=said)
        assert answer.status_code == 409
        assert "You have already reviewed this book." in answer.text
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]
        form = fields_of(answer.text, REVIEW)
        assert (form["body"], form["stars"], form["has_spoilers"]) == (WORDS, "2", "y")
        assert as_alex.post(REVIEW, data=form).location == f"{REVIEW}/thanks"
        assert stored.reviews() == [Said("alex", 2.0, WORDS)]

    def test_that_is_wrong_too_is_refused_for_that(self, as_alex: Client, posted: str) -> None:
        said = {"stars": "11", "body": WORDS, "csrf_token": as_alex.token}
        answer = as_alex.post(REVIEWS, data=said)
        assert answer.status_code == 422
        assert fields_of(answer.text, posted)["body"] == WORDS
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]


class TestAnotherWindow:
    def test_saves_nothing_over_what_it_has_not_seen(self, as_alex: Client, posted: str) -> None:
        old = fields_of(as_alex.get(f"{posted}/edit").text, posted)
        as_alex.submit(f"{posted}/edit", posted, body="From the other window.")
        answer = as_alex.post(posted, data=old | {"body": WORDS})
        assert answer.status_code == 409
        assert "somewhere else meanwhile" in answer.text
        assert stored.reviews() == [Said("alex", 4.0, "From the other window.")]
        form = fields_of(answer.text, posted)
        assert form["body"] == WORDS
        assert as_alex.post(posted, data=form).status_code == 303
        assert stored.reviews() == [Said("alex", 4.0, WORDS)]

    def test_of_a_version_that_never_was(self, as_alex: Client, posted: str) -> None:
        for version in ("0", "2", "-1", "9" * 30):
            answer = as_alex.submit(f"{posted}/edit", posted, body=WORDS, version=version)
            assert answer.status_code == 409
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]

    def test_of_a_version_that_is_no_number(self, as_alex: Client, posted: str) -> None:
        answer = as_alex.submit(f"{posted}/edit", posted, body=WORDS, version="latest")
        assert answer.status_code == 422
        assert fields_of(answer.text, posted)["body"] == WORDS
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]

    def test_where_it_was_withdrawn_saves_nothing(self, as_alex: Client, posted: str) -> None:
        old = fields_of(as_alex.get(f"{posted}/edit").text, posted)
        as_alex.submit(f"{posted}/withdrawal", f"{posted}/withdrawal")
        assert as_alex.post(posted, data=old | {"body": WORDS}).status_code == 404
        assert stored.reviews() == []


class TestSomebodyElsesReview:
    def test_is_not_revised(self, as_bo: Client, posted: str) -> None:
        said = {"stars": "1", "body": "His now.", "version": "1", "csrf_token": as_bo.token}
        for wrong in ({}, {"body": "", "stars": ""}, {"stars": "11"}, {"stars": "x"}):
            assert as_bo.post(posted, data=said | wrong).status_code == 404
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]

    def test_is_not_withdrawn(self, as_bo: Client, posted: str) -> None:
        said = {"csrf_token": as_bo.token}
        assert as_bo.post(f"{posted}/withdrawal", data=said).status_code == 404
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]


@pytest.mark.usefixtures("book_id")
class TestSignedOutInBetween:
    @pytest.fixture
    def form(self, as_alex: Client) -> dict[str, str]:
        """Return the filled-in form of a page whose reader has been signed out since."""
        form = fields_of(as_alex.get(BOOK).text, REVIEWS)
        self.sign_out_elsewhere()
        return form | {"stars": "4.5", "body": WORDS, "has_spoilers": "y"}

    def sign_out_elsewhere(self) -> None:
        with transaction():
            session().query(SignInSession).delete()

    def signed_in_with(self, client: Client, answer: TestResponse) -> TestResponse:
        form = fields_of(answer.text, "/sign-in")
        return client.post("/sign-in", data=form | {"identifier": "alex", "password": PASSWORD})

    def test_the_words_wait_and_nothing_is_published(
        self, as_alex: Client, form: dict[str, str]
    ) -> None:
        asked = as_alex.post(REVIEWS, data=form)
        assert asked.status_code == 401
        assert asked.headers["Cache-Control"] == "private, no-cache"
        assert "what you wrote comes with you" in asked.text
        back = self.signed_in_with(as_alex, asked)
        assert back.status_code == 200
        assert "it isn’t published yet" in back.text
        assert stored.reviews() == []
        kept = fields_of(back.text, REVIEWS)
        assert (kept["body"], kept["stars"], kept["has_spoilers"]) == (WORDS, "4.5", "y")
        assert as_alex.post(REVIEWS, data=kept).location == "/reviews/1/thanks"
        assert stored.reviews() == [Said("alex", 4.5, WORDS)]

    @pytest.mark.parametrize(
        ("typed", "status"),
        [
            ({"password": "wrong horse battery"}, 403),
            ({"password": ""}, 422),
            ({"csrf_token": "too old"}, 422),
        ],
    )
    def test_the_words_outlast_a_slip(
        self, as_alex: Client, form: dict[str, str], typed: dict[str, str], status: int
    ) -> None:
        asked = as_alex.post(REVIEWS, data=form)
        slip = {"identifier": "alex", "password": PASSWORD, **typed}
        again = as_alex.post("/sign-in", data=fields_of(asked.text, "/sign-in") | slip)
        assert again.status_code == status
        kept = fields_of(self.signed_in_with(as_alex, again).text, REVIEWS)
        assert (kept["body"], kept["stars"], kept["has_spoilers"]) == (WORDS, "4.5", "y")

    def test_somebody_else_may_sign_in_and_nothing_is_published(
        self, as_alex: Client, bo: Viewer, form: dict[str, str]
    ) -> None:
        asked = fields_of(as_alex.post(REVIEWS, data=form).text, "/sign-in")
        back = as_alex.post("/sign-in", data=asked | {"identifier": "bo", "password": PASSWORD})
        assert fields_of(back.text, REVIEWS)["body"] == WORDS
        assert stored.reviews() == []

    def test_what_is_wrong_with_them_is_told_later(
        self, as_alex: Client, form: dict[str, str]
    ) -> None:
        for stars in ("inf", "nan", "11", "abc", "-1"):
            asked = as_alex.post(REVIEWS, data=form | {"stars": stars, "body": "x" * 100_000})
            assert asked.status_code == 401
        back = self.signed_in_with(as_alex, asked)
        assert len(fields_of(back.text, REVIEWS)["body"]) == 100_000

    def test_a_book_that_moved_meanwhile_is_found(
        self, as_alex: Client, form: dict[str, str], book_id: int
    ) -> None:
        asked = as_alex.post(REVIEWS, data=form)
        with transaction():
            catalog.retitle_work(work_id=book_id, title="Python for Everyone")
        back = self.signed_in_with(as_alex, asked)
        assert fields_of(back.text, "/books/python-for-everyone/reviews")["body"] == WORDS

    @any_database
    @pytest.mark.parametrize("slug", ["nothing", "a\0b"])
    def test_a_made_up_book_is_no_harm(self, as_alex: Client, slug: str) -> None:
        self.sign_out_elsewhere()
        form = fields_of(as_alex.get("/sign-in").text, "/sign-in")
        typed = {"identifier": "alex", "password": PASSWORD, "kept-slug": slug, "kept-body": "x"}
        assert as_alex.post("/sign-in", data=form | typed).status_code in (303, 404)
        assert has_form(as_alex.get("/books").text, "/sign-out")

    def test_a_revision_waits_too(self, as_alex: Client, alex: Viewer, book_id: int) -> None:
        post(as_alex, stars="4", body="Mine.")
        form = fields_of(as_alex.get(f"{REVIEW}/edit").text, REVIEW)
        self.sign_out_elsewhere()
        asked = as_alex.post(REVIEW, data=form | {"body": WORDS})
        assert asked.status_code == 401
        back = self.signed_in_with(as_alex, asked)
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]
        assert as_alex.post(REVIEW, data=fields_of(back.text, REVIEW)).status_code == 303
        assert stored.reviews() == [Said("alex", 4.0, WORDS)]

    def test_a_withdrawal_asks_to_sign_in(self, as_alex: Client) -> None:
        post(as_alex, stars="4")
        token = as_alex.token
        self.sign_out_elsewhere()
        answer = as_alex.post(f"{REVIEW}/withdrawal", data={"csrf_token": token})
        assert (answer.status_code, answer.location) == (303, "/sign-in")
        assert len(stored.reviews()) == 1


class TestTooMuch:
    def test_is_told_on_our_page(self, as_alex: Client, posted: str) -> None:
        said = {"csrf_token": as_alex.token, "body": "x" * LARGEST_BODY}
        account = ("/sign-in", "/sign-up", "/settings/profile")
        for path in (REVIEWS, REVIEW, f"{REVIEW}/withdrawal", *account):
            for kind in (FORM, "multipart/form-data"):
                answer = as_alex.post(path, data=said, content_type=kind)
                assert answer.status_code == 413
                assert "That is too much" in answer.text
        assert stored.reviews() == [Said("alex", 4.0, "Mine.")]

    def test_is_told_to_visitors_too(self, client: Client, book_id: int) -> None:
        assert client.post(REVIEWS, data={"body": "x" * LARGEST_BODY}).status_code == 413

    def test_is_a_thousand_fields(self, as_alex: Client, book_id: int) -> None:
        said = {"csrf_token": as_alex.token} | {f"field{n}": "x" for n in range(1001)}
        answer = as_alex.post(REVIEWS, data=said, content_type="multipart/form-data")
        assert answer.status_code == 413


@pytest.mark.usefixtures("book_id")
class TestOtherBodies:
    def test_of_many_parts_are_forms_too(self, as_alex: Client) -> None:
        said = {"csrf_token": as_alex.token, "stars": "4", "body": WORDS}
        answer = as_alex.post(REVIEWS, data=said, content_type="multipart/form-data")
        assert answer.status_code == 303
        assert stored.reviews() == [Said("alex", 4.0, WORDS)]

    def test_are_refused(self, as_alex: Client) -> None:
        for kind, body in (
            ("multipart/form-data", b"--x\r\n\r\n"),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n"),
            ("multipart/form-data; boundary=x", b"no boundary at all"),
            ("multipart/form-data; boundary=\xff", b"--x--"),
            ("text/plain", b"stars=4"),
            ("application/json", b'{"stars": 4}'),
            ("application/json", b"["),
            ("application/octet-stream", bytes(range(256))),
            (FORM, b""),
            (FORM, b"&&&===&;%%%&stars"),
            (FORM, b"stars=4&" * 1000),
            (FORM, bytes(range(256))),
            ("", b"stars=4"),
            (f"{FORM}; charset=utf-16", "stars=4".encode("utf-16")),
        ):
            answer = as_alex.post(REVIEWS, data=body, content_type=kind)
            assert answer.status_code in (400, 422), (kind, body)
        assert stored.reviews() == []

    def test_a_file_is_no_text(self, as_alex: Client) -> None:
        said = {"csrf_token": as_alex.token, "body": (__file__, "review.txt")}
        with open(__file__, "rb") as file:  # noqa: PTH123
            said["body"] = (file, "review.txt")
            answer = as_alex.post(REVIEWS, data=said, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert stored.reviews() == []


@any_database
def test_numbers_that_no_row_has_are_missing(as_alex: Client) -> None:
    headers = {"X-CSRFToken": as_alex.token}
    pages = [f"/reviews/{{}}{page}" for page in ("", "/thanks", "/edit", "/withdrawal")]
    for path in (*pages, *(f"/api/v1/{noun}" for noun in ("reviews/{}", "works/{}"))):
        for number in ("0", "2147483647", "2147483648", "9223372036854775808", "9" * 5000):
            assert as_alex.get(path.format(number)).status_code == 404
        for number in ("9" * 20, "-1", "1.5", "x", "1%00", "%FF", ""):
            assert as_alex.get(path.format(number)).status_code == 404
            answer = as_alex.post(path.format(number), json={"body": "x"}, headers=headers)
            assert answer.status_code in (404, 405)


@any_database
def test_names_that_no_row_has_are_missing(client: Client) -> None:
    for noun in ("books/{}", "books/{}/reviews", "authors/{}", "subjects/{}", "series/{}"):
        for name in ("a%00b", "%00", "%FF%FE", "%C3%28", "%ED%A0%80", "x" * 4000, "%20"):
            assert client.get(f"/{noun.format(name)}").status_code == 404
            assert client.get(f"/users/{name}").status_code == 404


@any_database
def test_broken_bytes_anywhere_in_a_query_are_no_harm(client: Client, book_id: int) -> None:
    for path in ("/books", REVIEWS, "/subjects/programming", "/search", "/sign-in", "/sign-up"):
        for name in ("after", "sort", "stars", "q", "next"):
            for value in ("%FF", "%00", "%ED%A0%80", "[]", "%", "%zz", "1" * 5000):
                assert client.get(f"{path}?{name}={value}").status_code in (200, 302)


def test_head_is_get_without_the_body(client: Client, book_id: int) -> None:
    for path in ("/", "/books", BOOK, "/search?q=x", "/sign-in", "/nothing"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.data) == (get.status_code, b"")
        assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_options_tell_what_an_address_takes(client: Client, book_id: int) -> None:
    answer = client.options(REVIEWS)
    assert answer.status_code == 200
    assert set(answer.allow) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert stored.count_of(User) == 0


def test_a_double_submit_of_a_withdrawal_is_told(as_alex: Client, posted: str) -> None:
    form = fields_of(as_alex.get(f"{posted}/withdrawal").text, f"{posted}/withdrawal")
    assert as_alex.post(f"{posted}/withdrawal", data=form).status_code == 303
    assert as_alex.post(f"{posted}/withdrawal", data=form).status_code == 404
    assert stored.count_of(Review) == 1  # the row stays, emptied


# What no field of a form expects, whatever it is for.
STRANGE = (
    "",
    "a\0b",
    "\ufffd",
    "\u202e",
    "📚" * 3000,
    "9223372036854775808",
    "-1",
    "[]",
    "1,2,9223372036854775808,x",
    "<script>",
)
REFUSED = {400, 401, 403, 404, 409, 413, 422, 429}
NOT_BROKEN = REFUSED | {200, 201, 302, 303, 308}
# They would end the session, or take long to look at a password.
LEFT_OUT = ("sign_in.delete", "settings.change_password", "settings.change_email")


@any_database
class TestTheFormsOfModeration:
    """Of readers, moderators and admins: whatever is sent, no form breaks."""

    @pytest.fixture
    def cast(self, app: Flask, book_id: int, password_hash: str) -> dict[str, Viewer]:
        """Let there be something to report, decide and administer; return who is there."""
        return world.prepare(app, book_id=book_id, password_hash=password_hash)

    @pytest.mark.parametrize(
        ("who", "forms"), [("alex", FORMS), ("max", MODERATOR_FORMS), ("ada", ADMIN_FORMS)]
    )
    def test_take_strange_fields(
        self, app: Flask, cast: dict[str, Viewer], who: str, forms: dict[str, dict[str, str]]
    ) -> None:
        client = client_of(app, cast[who])
        token = client.token
        for endpoint, form in forms.items():
            if endpoint in LEFT_OUT:
                continue
            method, path = path_of(app, endpoint)
            for field in {*form, "words", "up_to"}:
                for value in STRANGE:
                    answer = send_to(client, method, path, endpoint, token, form | {field: value})
                    assert answer.status_code in NOT_BROKEN, (endpoint, field, value[:20])

    @pytest.mark.parametrize(
        ("who", "forms"), [("alex", FORMS), ("max", MODERATOR_FORMS), ("ada", ADMIN_FORMS)]
    )
    def test_refuse_strange_bytes(
        self, app: Flask, cast: dict[str, Viewer], who: str, forms: dict[str, dict[str, str]]
    ) -> None:
        client = client_of(app, cast[who])
        token = client.token.encode()
        for endpoint, form in forms.items():
            if endpoint in LEFT_OUT:
                continue
            method, path = path_of(app, endpoint)
            for damage in (b"caf%E9", b"caf\xe9", b"%ED%A0%80", b"%00"):
                prefixes = {name.split("-")[0] + "-" for name in form if "-" in name} or {""}
                said = [prefix.encode() + b"csrf_token=" + token for prefix in prefixes]
                said += [name.encode() + b"=" + damage for name in (*form, "words", "case")]
                body = b"&".join(said)
                answer = client.open(path, method=method, data=body, content_type=FORM)
                assert answer.status_code in NOT_BROKEN, (endpoint, damage)

    def test_know_only_numbers_and_names_that_are_there(
        self, app: Flask, cast: dict[str, Viewer]
    ) -> None:
        client = client_of(app, cast["ada"])
        token = {"csrf_token": client.token}
        strange = ("0", "4711", "2147483648", "9223372036854775808", "9" * 4000, "-1", "x", "a%00b")
        strange += ("%FF%FE", "%ED%A0%80", "%20", "x" * 4000, "..", "%F0%9F%93%9A")
        for rule in app.url_map.iter_rules():
            if not rule.rule.startswith(("/moderation", "/admin", "/statements", "/reports")):
                continue
            for value in strange if rule.arguments else ():
                path = re.sub("<[^>]+>", value, rule.rule)
                for method in rule.methods & {"GET", "POST"}:
                    answer = client.open(path, method=method, data=token)
                    assert answer.status_code in (404, 405, 308, 422), (method, path[:60])

    def test_read_strange_addresses(self, app: Flask, cast: dict[str, Viewer]) -> None:
        client = client_of(app, cast["ada"])
        names = ("reason", "subject", "same", "like", "kind", "q", "role", "state")
        names += ("by", "about", "act", "case", "work")
        values = ("%FF", "%00", "a%00b", "%ED%A0%80", "[]", "%zz", "1" * 4000)
        values += ("9223372036854775808", "-1", "0", "WyIyMDI2Il0", "W251bGxd", "text")
        for path in (
            *("/moderation", "/moderation/cases/1", "/moderation/appeals", "/moderation/log"),
            *("/moderation/log.atom", "/reports", "/notifications", "/admin", "/admin/people"),
            *(
                "/admin/audit",
                "/admin/audit/export",
                "/admin/books",
                "/admin/jobs",
                "/statements/1",
            ),
        ):
            for value in values:
                all_at_once = "&".join(f"{name}={value}" for name in names)
                for query in (f"after={value}", all_at_once, f"same=text&like={value}"):
                    status = client.get(f"{path}?{query}").status_code
                    assert status in (200, 302, 404), (path, query)
