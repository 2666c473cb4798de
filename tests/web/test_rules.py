"""The rules are a page; what admins set shows on all pages, whoever looks."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.moderation import vocabulary
from bookreviews.site import queries, services
from bookreviews.transactions import transaction
from tests.client import Client, client_of
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def _at_once(app: Flask) -> None:
    app.extensions["site"].lasts = 0


def change(ada: Viewer, **values: Any) -> None:
    with transaction():
        services.change(actor=ada, values=values, at=NOON)


class TestRules:
    def test_stand_there_before_anyone_wrote_them(self, client: Client) -> None:
        page = client.get("/rules").text
        assert "<h1>The rules</h1>" in page
        assert "<h2>What may not stand here</h2>" in page
        assert 'href="/rules"' in client.get("/").text

    def test_are_those_that_admins_wrote(self, client: Client, ada: Viewer) -> None:
        change(ada, rules="## Be kind\n\nAnd *brief*. <script>x</script>\n\n# Ours")
        page = client.get("/rules").text
        assert "<h2>Be kind</h2>" in page
        assert "And <em>brief</em>. &lt;script&gt;" in page
        assert page.count("<h1>") == 1


class TestEveryPage:
    def test_bears_name_and_description(self, client: Client, ada: Viewer) -> None:
        assert 'translate="no">Book<i>Reviews</i></a>' in client.get("/books").text
        change(ada, name="Pages & Stars", description='Of "books".')
        page = client.get("/subjects").text
        assert "<title>Subjects · Pages &amp; Stars</title>" in page
        assert 'translate="no">Pages &amp; Stars</a>' in page
        assert 'content="Of &#34;books&#34;."' in client.get("/no-such-page").text

    def test_announces_what_is_to_be_announced(
        self, client: Client, as_alex: Client, ada: Viewer
    ) -> None:
        for browser in (client, as_alex):
            assert "announcement" not in browser.get("/books").text
        change(ada, announcement="Closed on Sunday for <repairs>.")
        for browser in (client, as_alex):
            for path in ("/books", "/no-such-page"):
                assert "Closed on Sunday for &lt;repairs&gt;." in browser.get(path).text
        assert "max-age=0, must-revalidate" in client.get("/books").headers["Cache-Control"]

    def test_leads_moderators_and_admins_to_their_rooms(
        self, app: Flask, as_alex: Client, mo: Viewer, ada: Viewer
    ) -> None:
        seen = {
            who: {path for path in ("/moderation", "/admin") if f'href="{path}"' in page}
            for who, page in (
                ("alex", as_alex.get("/books").text),
                ("mo", client_of(app, mo).get("/books").text),
                ("ada", client_of(app, ada).get("/books").text),
            )
        }
        assert seen == {"alex": set(), "mo": {"/moderation"}, "ada": {"/moderation", "/admin"}}

    def test_is_shown_while_the_settings_cannot_be_read(
        self, app: Flask, client: Client, ada: Viewer
    ) -> None:
        change(ada, name="Pages")
        assert "· Pages</title>" in client.get("/books").text
        with transaction():
            session().execute(text("ALTER TABLE site_settings RENAME TO gone"))
        for path, status in (("/books", 200), ("/no-such-page", 404)):
            answer = client.get(path)
            assert answer.status_code == status
            assert "· Pages</title>" in answer.text
        queries.forget()
        assert "· BookReviews</title>" in client.get("/books").text


class TestRatings:
    def test_are_explained_with_the_numbers_that_hold(self, client: Client, ada: Viewer) -> None:
        page = client.get("/rules/ratings").text
        for fact in (
            "<h1>Which ratings count</h1>",
            "subtract 1.65 times",
            "younger than 30 days",
            "weigh 3 or more together",
            "as the first it weighs 0.25 times as much, as the second 0.125, as the tenth 0.025",
            "From 20 ratings on",
            "Ratings that are older than the book do count here",
            "doesn’t record reading dates yet",
        ):
            assert fact in page
        change(ada, hold_weight=4.5, shares_minimum=50, count_early_ratings=False)
        page = client.get("/rules/ratings").text
        assert "weigh 4.5 or more together" in page
        assert "From 50 ratings on" in page
        assert "<strong>before the year</strong>" in page

    def test_name_every_reason_and_every_rule(self, client: Client) -> None:
        page = client.get("/rules/ratings").text
        for words in (*vocabulary.REASONS.values(), *vocabulary.RULES.values()):
            assert words in page

    def test_lie_beside_the_rules(self, client: Client) -> None:
        assert 'href="/rules/ratings"' in client.get("/rules").text
        assert 'href="/moderation/log"' in client.get("/rules").text
