"""Merging in the page: choosing the other, the preview, and what both addresses lead to."""

from typing import Any

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import queries
from tests import stored
from tests.catalog.acts import LATER, facts, trust
from tests.client import Client, client_of, fields_of
from tests.conftest import NOON, any_database
from tests.reviews.acts import add_work, post
from tests.stored import Said
from tests.test_concurrency import at_once

BOOK = "/books/python-for-beginners"
OTHER = "/books/python-for-beginers"
MERGE, MERGES = f"{BOOK}/merge", f"{BOOK}/merges"


@pytest.fixture
def as_mo(app: Flask, mo: Viewer) -> Client:
    return client_of(app, mo)


@pytest.fixture
def other_id(app: Flask, book_id: int) -> int:
    return add_work("Python for Beginers", authors=["K. Kaswan"], subjects=["Snakes"])


def merge(client: Client, **typed: Any) -> Any:
    page = f"{MERGE}?other=python-for-beginers"
    return client.submit(page, MERGES, **{"stays": "this", "summary": "Twice here.", **typed})


@pytest.mark.usefixtures("other_id")
class TestMerging:
    def test_shows_what_moves_and_does_it(
        self, as_mo: Client, as_alex: Client, alex: Viewer, client: Client, book_id: int,
        other_id: int,
    ) -> None:  # fmt: skip
        post(alex, book_id, body="First.", at=NOON)
        post(alex, other_id, body="Second.", at=LATER)
        assert "The other book" in as_mo.get(MERGE).text
        preview = as_mo.get(f"{MERGE}?other={OTHER}").text
        assert "1 reader has" in preview
        answer = merge(as_mo)
        assert (answer.status_code, answer.location) == (303, "/merges/1")
        merged = client.get("/merges/1").text
        for words in ("Twice here.", "Python for Beginers", "Of these by readers of both"):
            assert words in merged
        assert client.get(OTHER).location == BOOK
        assert client.get("/reviews/1").location == "/reviews/2"
        assert "Merged" in client.get(f"{BOOK}/history").text
        assert "was here twice" in as_alex.get("/notifications").text
        for reader, sees in ((as_alex, True), (as_mo, True), (client, False)):
            assert ("First." in reader.get("/reviews/2").text) == sees
        assert "First." not in client.get(BOOK).text

    def test_keeps_the_other_where_that_was_chosen(
        self, as_mo: Client, client: Client, book_id: int
    ) -> None:
        merge(as_mo, stays="other")
        assert client.get(BOOK).location == OTHER

    def test_is_undone_with_a_reason(self, as_mo: Client, client: Client) -> None:
        merge(as_mo)
        path, action = "/merges/1", "/merges/1/reversal"
        assert as_mo.submit(path, action, summary="").status_code == 422
        assert as_mo.submit(path, action, summary="Two books.").location == path
        assert "Two books." in client.get(path).text
        for page in (BOOK, OTHER):
            assert client.get(page).status_code == 200
        again = {"csrf_token": as_mo.token, "summary": "Again."}
        assert as_mo.post(action, data=again).status_code == 409

    @pytest.mark.parametrize(
        ("typed", "status"),
        [
            ({"stays": ""}, 422),
            ({"stays": "both"}, 422),
            ({"other": "nothing"}, 422),
            ({"other": ""}, 422),
            ({"other": "python-for-beginners"}, 422),
            ({"summary": "x" * 301}, 422),
            ({"csrf_token": "old"}, 422),
        ],
    )
    def test_is_refused(
        self, as_mo: Client, client: Client, typed: dict[str, str], status: int
    ) -> None:
        assert merge(as_mo, **typed).status_code == status
        assert client.get(OTHER).status_code == 200

    def test_twice_is_told(self, as_mo: Client) -> None:
        page = f"{MERGE}?other=python-for-beginers"
        form = fields_of(as_mo.get(page).text, MERGES) | {"stays": "this"}
        assert as_mo.post(MERGES, data=form).status_code == 303
        assert as_mo.post(MERGES, data=form).status_code == 422  # both names mean the same now

    @pytest.mark.parametrize("asked", ["x", "a\0b", "//", "x" * 400, "9" * 30, "../admin"])
    def test_with_what_is_not_here_asks_again(self, as_mo: Client, asked: str) -> None:
        answer = as_mo.get(MERGE, query_string={"other": asked})
        assert answer.status_code == 200
        assert "Nothing here has the address" in answer.text

    def test_by_a_title_shows_what_the_search_finds(self, as_mo: Client) -> None:
        add_work("Emma", authors=["Jane Austen"])
        for typed in ("Emma Jane Austen", "Emma Jane Austin", "emma austen"):
            page = as_mo.get(MERGE, query_string={"other": typed}).text
            assert "Nothing here has" not in page
            assert f'href="{MERGE}?other=emma"' in page.partition('id="hits-title"')[2]

    def test_of_two_titles_alike_says_which_is_which(self, as_mo: Client) -> None:
        slug = queries.get_slug(add_work("Python for Beginners", authors=["Another"]))
        page = as_mo.get(f"{MERGE}?other={slug}").text
        assert f"This page: Python for Beginners ({BOOK};" in page
        assert f"The other: Python for Beginners (/books/{slug}; by: Another;" in page

    def test_of_books_is_not_for_readers(self, as_alex: Client, alex: Viewer) -> None:
        trust(alex)
        assert as_alex.get(MERGE).status_code == 404
        assert "/merge" not in as_alex.get(BOOK).text

    def test_meanwhile_an_edit_finds_both_versions(
        self, as_mo: Client, book_id: int, other_id: int
    ) -> None:
        form = fields_of(as_mo.get(f"{OTHER}/edit").text, f"{OTHER}/changes")
        merge(as_mo)
        answer = as_mo.post(f"{OTHER}/changes", data=form | {"subtitle": "Mine"})
        assert answer.status_code == 308
        late = as_mo.post(answer.location, data=form | {"subtitle": "Mine"})
        assert late.status_code == 409
        assert "Somebody else has changed this" in late.text
        kept = fields_of(late.text, f"{BOOK}/changes")
        assert (kept["title"], kept["subtitle"]) == ("Python for Beginers", "Mine")
        assert facts(book_id)["title"] == "Python for Beginners"


class TestNames:
    def test_of_authors_are_merged_by_who_is_trusted(
        self, as_alex: Client, alex: Viewer, client: Client, book_id: int, other_id: int
    ) -> None:
        path = "/authors/kuldeep-singh-kaswan"
        assert as_alex.get(f"{path}/merge").status_code == 404
        trust(alex)
        page = f"{path}/merge?other=/authors/k-kaswan"
        answer = as_alex.submit(page, f"{path}/merges", stays="this")
        assert answer.location == "/merges/1"
        assert client.get("/authors/k-kaswan").location == path
        assert "Kuldeep Singh Kaswan" in client.get(OTHER).text
        assert "Merged" in client.get(f"{path}/history").text


@any_database
class TestAtOnce:
    def test_a_review_of_the_one_that_goes_is_not_lost(
        self, as_mo: Client, as_alex: Client, book_id: int, other_id: int
    ) -> None:
        said = fields_of(as_alex.get(OTHER).text, f"{OTHER}/reviews") | {
            "stars": "4", "body": "Just now.",
        }  # fmt: skip
        page = f"{MERGE}?other=python-for-beginers"
        form = fields_of(as_mo.get(page).text, MERGES) | {"stays": "this"}
        answers = at_once(
            [
                lambda: as_alex.post(f"{OTHER}/reviews", data=said, follow_redirects=True),
                lambda: as_mo.post(MERGES, data=form),
            ]
        )
        assert [answer.status_code for answer in answers] == [200, 303]
        assert stored.reviews() == [Said("alex", 4.0, "Just now.")]
        assert stored.summary(book_id) == stored.counted(book_id)
        assert stored.summary(other_id)[:2] == (0, 0)

    def test_two_moderators_merge_each_into_the_other(
        self, app: Flask, as_mo: Client, ada: Viewer, book_id: int, other_id: int
    ) -> None:
        page = f"{MERGE}?other=python-for-beginers"
        acts = []
        for client, stays in ((as_mo, "this"), (client_of(app, ada), "other")):
            form = fields_of(client.get(page).text, MERGES) | {"stays": stays}
            acts.append(lambda c=client, f=form: c.post(MERGES, data=f))
        codes = sorted(answer.status_code for answer in at_once(acts))
        assert codes[0] == 303
        assert codes[1] in (308, 409, 422)
