"""Posting, thanks, the permanent page, revising, withdrawing: as people with browsers do it."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.reviews.models import Review
from bookreviews.transactions import transaction
from tests import crowd, rulings, stored
from tests.client import Client, client_of, fields_of, has_form
from tests.stored import Said

BOOK = "/books/python-for-beginners"
REVIEWS = f"{BOOK}/reviews"


@pytest.fixture
def posted(as_alex: Client, book_id: int) -> str:
    """Return the address of Alex's review."""
    answer = as_alex.submit(BOOK, REVIEWS, stars="4.5", body="Clear and *kind*.")
    return answer.location.removesuffix("/thanks")


class TestPosting:
    def test_is_thanked_and_shown_to_everyone_at_once(
        self, as_alex: Client, client: Client, book_id: int
    ) -> None:
        assert "Not yet rated" in client.get(BOOK).text
        answer = as_alex.submit(BOOK, REVIEWS, stars="4.5", body="Clear and *kind*.")
        assert (answer.status_code, answer.location) == (303, "/reviews/1/thanks")
        thanks = as_alex.get(answer.location).text
        assert "Thank you for your review" in thanks
        assert "Clear and <em>kind</em>." in thanks
        for browser in (as_alex, client):
            page = browser.get(BOOK).text
            assert "<p>Clear and <em>kind</em>.</p>" in page
            assert '<span class="rating-number">4.5</span>' in page
            assert "1 rating, 1 review" in page

    def test_moves_the_average(
        self, posted: str, as_bo: Client, client: Client, book_id: int
    ) -> None:
        as_bo.submit(BOOK, REVIEWS, stars="2", body="Not for me.")
        page = client.get(BOOK).text
        assert '<span class="rating-number">3.2</span>' in page  # 3.25, shown to one decimal
        assert "2 ratings, 2 reviews" in page
        assert stored.summary(book_id) == stored.counted(book_id)

    def test_takes_stars_alone(self, as_alex: Client, client: Client, book_id: int) -> None:
        answer = as_alex.submit(BOOK, REVIEWS, stars="0.5", body="")
        assert "Your stars count" in as_alex.get(answer.location).text
        assert stored.reviews() == [Said("alex", 0.5, None)]
        page = client.get(BOOK).text
        assert "1 rating, 0 reviews" in page
        assert "No reviews yet" in page

    def test_of_stars_alone_leaves_the_form_for_words(
        self, as_alex: Client, client: Client, book_id: int
    ) -> None:
        review = as_alex.submit(BOOK, REVIEWS, stars="4").location.removesuffix("/thanks")
        form = fields_of(as_alex.get(BOOK).text, review)
        assert (form["stars"], form["body"], form["version"]) == ("4", "", "1")
        assert as_alex.post(review, data=form | {"body": "And here is why."}).status_code == 303
        assert stored.reviews() == [Said("alex", 4.0, "And here is why.")]
        assert not has_form(as_alex.get(BOOK).text, review)
        assert not has_form(client.get(BOOK).text, review)

    def test_takes_words_alone(self, as_alex: Client, client: Client, book_id: int) -> None:
        as_alex.submit(BOOK, REVIEWS, stars="", body="I can't put it in stars.")
        assert stored.reviews() == [Said("alex", None, "I can't put it in stars.")]
        page = client.get(BOOK).text
        assert "Not yet rated" in page
        assert "I can't put it in stars." in page

    def test_folds_spoilers(self, as_alex: Client, client: Client, book_id: int) -> None:
        as_alex.submit(BOOK, REVIEWS, body="He was the murderer.", has_spoilers="y")
        before, after = client.get(BOOK).text.split("He was the murderer.")
        assert before.rindex("<details") > before.rfind("</details>")
        assert "</details>" in after

    def test_replaces_the_form_by_what_one_said(
        self, posted: str, as_alex: Client, as_bo: Client
    ) -> None:
        assert not has_form(as_alex.get(BOOK).text, REVIEWS)
        assert has_form(as_bo.get(BOOK).text, REVIEWS)

    def test_of_a_former_address_reaches_the_book(self, as_alex: Client, book_id: int) -> None:
        with transaction():
            catalog.retitle_work(work_id=book_id, title="Python for Everyone")
        answer = as_alex.post(REVIEWS, data={"stars": "4", "csrf_token": as_alex.token})
        assert answer.status_code == 308  # unlike 301, the browser posts again
        assert answer.location == "/books/python-for-everyone/reviews"

    @pytest.mark.parametrize("body", ["Good.", "One.\r\n\r\nTwo.\r\n", "  Indented. \n", ""])
    def test_twice_the_same_is_a_double_click(
        self, as_alex: Client, book_id: int, body: str
    ) -> None:
        form = fields_of(as_alex.get(BOOK).text, REVIEWS)
        said = form | {"stars": "4", "body": body, "has_spoilers": "y"}
        answers = [as_alex.post(REVIEWS, data=said) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0].location == answers[1].location
        assert stored.count_of(Review) == 1


class TestThanks:
    def test_suggest_a_book_of_the_same_subject(
        self, as_alex: Client, bo: Viewer, book_id: int
    ) -> None:
        other, elsewhere = crowd.books(1, subject="Programming") + crowd.books(1)
        crowd.review_by_each([bo], other)
        crowd.review_by_each([bo], elsewhere)
        thanks = as_alex.get(as_alex.submit(BOOK, REVIEWS, stars="4").location).text
        assert "Read next" in thanks
        assert 'href="/books/volume-000"' in thanks

    def test_lead_back_where_there_is_no_other(self, posted: str, as_alex: Client) -> None:
        thanks = as_alex.get(f"{posted}/thanks").text
        assert "Back to the book" in thanks
        assert f'href="{BOOK}"' in thanks

    def test_are_for_the_author_alone(self, posted: str, as_bo: Client, client: Client) -> None:
        assert as_bo.get(f"{posted}/thanks").status_code == 404
        answer = client.get(f"{posted}/thanks")
        assert (answer.status_code, answer.location) == (
            303,
            "/sign-in?next=/reviews/1/thanks",
        )


class TestPermanentPage:
    def test_is_for_everyone(self, posted: str, client: Client) -> None:
        page = client.get(posted).text
        assert "Clear and <em>kind</em>." in page
        assert "Python for Beginners" in page
        assert f'<link rel="canonical" href="http://localhost{posted}">' in page
        assert f"{posted}/edit" not in page

    def test_lets_its_author_edit(self, posted: str, as_alex: Client, as_bo: Client) -> None:
        assert f"{posted}/edit" in as_alex.get(posted).text
        assert f"{posted}/edit" not in as_bo.get(posted).text

    def test_tells_no_spoilers_to_search_engines(self, as_alex: Client, book_id: int) -> None:
        answer = as_alex.submit(BOOK, REVIEWS, body="He was the murderer.", has_spoilers="y")
        head = as_alex.get(answer.location.removesuffix("/thanks")).text.split("</head>")[0]
        assert "murderer" not in head

    def test_of_no_review_is_missing(self, app: Flask, client: Client) -> None:
        answer = client.get("/reviews/4711")
        assert answer.status_code == 404
        assert "does not exist" in answer.text


class TestRevising:
    def test_starts_from_what_was_said(self, posted: str, as_alex: Client) -> None:
        form = fields_of(as_alex.get(f"{posted}/edit").text, posted)
        assert (form["stars"], form["body"], form["version"]) == ("4.5", "Clear and *kind*.", "1")
        assert "has_spoilers" not in form

    def test_keeps_spoilers_and_line_ends(self, as_alex: Client, book_id: int) -> None:
        words = "\n".join(["He", "", "was </textarea> & < it."])
        answer = as_alex.submit(BOOK, REVIEWS, body=words, has_spoilers="y")
        review = answer.location.removesuffix("/thanks")
        form = fields_of(as_alex.get(f"{review}/edit").text, review)
        assert (form["body"], form["has_spoilers"], form["stars"]) == (words, "y", "")

    def test_shows_at_once(
        self, posted: str, as_alex: Client, client: Client, book_id: int
    ) -> None:
        answer = as_alex.submit(f"{posted}/edit", posted, stars="3", body="On second thought.")
        assert (answer.status_code, answer.location) == (303, f"{posted}/thanks")
        page = client.get(BOOK).text
        assert "On second thought." in page
        assert "Clear and" not in page
        assert '<span class="rating-number">3.0</span>' in page
        assert "· revised" in page
        assert stored.summary(book_id) == stored.counted(book_id)

    def test_may_take_the_words_back(self, posted: str, as_alex: Client, client: Client) -> None:
        as_alex.submit(f"{posted}/edit", posted, body="")
        assert stored.reviews() == [Said("alex", 4.5, None)]
        assert "Stars, without words." in client.get(posted).text

    def test_is_for_the_author_alone(self, posted: str, as_bo: Client, client: Client) -> None:
        assert as_bo.get(f"{posted}/edit").status_code == 404
        answer = client.get(f"{posted}/edit")
        assert answer.location == f"/sign-in?next={posted}/edit"


class TestWithdrawing:
    @pytest.fixture
    def withdrawn(self, posted: str, as_alex: Client) -> str:
        answer = as_alex.submit(f"{posted}/withdrawal", f"{posted}/withdrawal")
        assert (answer.status_code, answer.location) == (303, BOOK)
        return posted

    def test_asks_once(self, posted: str, as_alex: Client) -> None:
        page = as_alex.get(f"{posted}/withdrawal").text
        assert "Withdraw this review?" in page
        assert "Clear and <em>kind</em>." in page
        assert len(stored.reviews()) == 1

    def test_says_so_once(self, withdrawn: str, as_alex: Client) -> None:
        assert "Your review is withdrawn." in as_alex.get(BOOK).text
        assert "Your review is withdrawn." not in as_alex.get(BOOK).text

    def test_leaves_nothing_anywhere(
        self, withdrawn: str, as_alex: Client, client: Client, book_id: int
    ) -> None:
        for path in (BOOK, REVIEWS, "/", "/users/alex"):
            for browser in (as_alex, client):
                assert "kind" not in browser.get(path).text
        assert "Not yet rated" in client.get(BOOK).text
        assert stored.summary(book_id) == stored.counted(book_id)

    @pytest.mark.parametrize("page", ["", "/edit", "/thanks", "/withdrawal"])
    def test_takes_its_pages_away(self, withdrawn: str, as_alex: Client, page: str) -> None:
        answer = as_alex.get(withdrawn + page)
        assert answer.status_code == 404
        assert "This review does not exist" in answer.text

    def test_happens_once(self, withdrawn: str, as_alex: Client) -> None:
        for path in (f"{withdrawn}/withdrawal", withdrawn):
            answer = as_alex.post(path, data={"body": "x", "csrf_token": as_alex.token})
            assert answer.status_code == 404

    def test_lets_one_post_again_at_the_same_address(
        self, withdrawn: str, as_alex: Client, client: Client
    ) -> None:
        answer = as_alex.submit(BOOK, REVIEWS, stars="5", body="I was wrong.")
        assert answer.location == f"{withdrawn}/thanks"
        assert "I was wrong." in client.get(withdrawn).text


@pytest.mark.parametrize("role", ["mo", "ada"])
def test_nobody_speaks_for_a_reader(
    posted: str, app: Flask, role: str, request: pytest.FixtureRequest
) -> None:
    viewer: Viewer = request.getfixturevalue(role)
    browser = client_of(app, viewer)
    said = {"body": "Mine now.", "csrf_token": browser.token}
    assert browser.post(posted, data=said).status_code == 404
    assert browser.post(f"{posted}/withdrawal", data=said).status_code == 404
    assert stored.reviews() == [Said("alex", 4.5, "Clear and *kind*.")]


CONCEALED = {
    "hold": "This review waits until a moderator has looked at it.",
    "hide": "The moderators have hidden this review",
    "ask_change": "The moderators ask you to change this review.",
    "remove": "The moderators have removed this review",
}


class TestConcealing:
    @pytest.fixture(params=CONCEALED)
    def said(self, request: pytest.FixtureRequest, posted: str, mo: Viewer) -> str:
        """Conceal Alex' review in each way; return what its author reads."""
        rulings.rule_on(1, mo, request.param, words="Be kind.")
        return CONCEALED[request.param]

    def test_is_told_to_its_author_everywhere(
        self, said: str, posted: str, as_alex: Client
    ) -> None:
        for path in (BOOK, posted, "/users/alex", "/"):
            page = as_alex.get(path).text
            assert said in page
            assert "Clear and <em>kind</em>." in page
        for path in (BOOK, posted):
            assert 'href="/statements/1"' in as_alex.get(path).text
        assert f'href="{posted}">Why' in as_alex.get("/users/alex").text

    @pytest.mark.parametrize("who", [None, "bo"])
    def test_hides_it_from_others(
        self, app: Flask, said: str, posted: str, who: str | None, request: pytest.FixtureRequest
    ) -> None:
        other = client_of(app, request.getfixturevalue(who) if who else None)
        assert other.get(posted).status_code == 404
        for path in (BOOK, REVIEWS, "/users/alex", "/"):
            assert "Clear and <em>kind</em>." not in other.get(path).text

    @pytest.mark.parametrize("who", ["mo", "ada"])
    def test_is_told_to_moderators_without_the_statement(
        self, app: Flask, said: str, posted: str, who: str, request: pytest.FixtureRequest
    ) -> None:
        page = client_of(app, request.getfixturevalue(who)).get(posted).text
        assert "Its author and the moderators alone see this review" in page
        assert "/statements/" not in page

    def test_offers_to_change_what_can_be_changed(
        self, posted: str, as_alex: Client, client: Client, mo: Viewer
    ) -> None:
        rulings.rule_on(1, mo, "ask_change")
        assert f'href="{posted}/edit">Change it now' in as_alex.get(posted).text
        answer = as_alex.submit(f"{posted}/edit", posted, body="Clear, and no more.")
        assert "Your changes are saved." in as_alex.get(answer.location).text
        assert "Clear, and no more." in client.get(posted).text
        rulings.rule_on(1, mo, "remove")
        for path in (posted, BOOK):
            assert f'href="{posted}/edit"' not in as_alex.get(path).text

    def test_is_over_when_it_is_taken_back(
        self, posted: str, as_alex: Client, client: Client, mo: Viewer
    ) -> None:
        rulings.take_back(rulings.rule_on(1, mo, "hide"), mo)
        assert "notice-warning" not in as_alex.get(posted).text
        assert client.get(posted).status_code == 200

    def test_leads_to_the_decision_that_stands(
        self, posted: str, as_alex: Client, mo: Viewer
    ) -> None:
        first = rulings.rule_on(1, mo, "hide")
        second = rulings.rule_on(1, mo, "remove")
        assert f'href="/statements/{second}"' in as_alex.get(posted).text
        rulings.take_back(second, mo)
        assert f'href="/statements/{first}"' in as_alex.get(posted).text

    def test_is_told_by_the_thanks(self, posted: str, as_alex: Client, mo: Viewer) -> None:
        rulings.rule_on(1, mo, "hold")
        answer = as_alex.submit(f"{posted}/edit", posted, body="Clear.")
        assert "waits until a moderator has looked" in as_alex.get(answer.location).text


class TestWhatStandsBeside:
    def test_says_who_was_given_the_book(
        self, as_alex: Client, client: Client, book_id: int
    ) -> None:
        as_alex.submit(BOOK, REVIEWS, stars="5", body="Good.", was_given="y")
        for path in (BOOK, REVIEWS, "/reviews/1", "/users/alex", "/"):
            assert "was given this book" in client.get(path).text, path

    def test_says_nothing_of_who_was_not(self, posted: str, client: Client) -> None:
        for path in (BOOK, posted, "/users/alex"):
            assert "was given this book" not in client.get(path).text

    @pytest.mark.parametrize("cause", ["excluded", "suspended"])
    def test_says_why_stars_do_not_count(
        self, posted: str, client: Client, alex: Viewer, mo: Viewer, cause: str
    ) -> None:
        if cause == "suspended":
            rulings.suspend(alex.id, mo)
        else:
            rulings.rule_on(1, mo, "exclude")
        why = {"suspended": "the account is suspended", "excluded": "have left them out"}[cause]
        for path in (BOOK, REVIEWS, posted, "/users/alex"):
            page = client.get(path).text
            assert why in page, path
            assert 'href="/rules/ratings#left-out"' in page

    def test_says_so_no_more_once_they_count(self, posted: str, client: Client, mo: Viewer) -> None:
        assert "left them out" not in client.get(BOOK).text
        rulings.rule_on(1, mo, "exclude")
        assert "left them out" in client.get(BOOK).text
        rulings.rule_on(1, mo, "include")
        assert "left them out" not in client.get(BOOK).text
