"""Admins change the site in one form, which keeps what they typed."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.site import queries, services
from bookreviews.transactions import transaction
from tests.client import Client, fields_of
from tests.conftest import NOON

PAGE = "/admin/site"


class TestSettings:
    def test_start_from_what_holds(self, as_ada: Client) -> None:
        form = fields_of(as_ada.get(PAGE).text, PAGE)
        assert form["name"] == "BookReviews"
        assert form["count_early_ratings"] == "y"
        assert form["hold_weight"] == "3"
        assert "## What may not stand here" in form["rules"]

    def test_sent_as_they_are_change_nothing(self, as_ada: Client) -> None:
        before = queries.stored()
        assert as_ada.submit(PAGE, PAGE, sign_up="open", show_moderators="role").location == PAGE
        assert "All is as it was." in as_ada.get(PAGE).text
        assert queries.stored() == before

    def test_hold_at_once_and_are_told_below(self, as_ada: Client, client: Client) -> None:
        client.get("/books")  # what it knows is older than the change
        said = {
            "name": "Pages & Stars",
            "announcement": "Hello.",
            "sign_up": "invitation",
            "show_moderators": "name",
            "listed_domains": "https://www.spam.example/x\nscam.example",
        }
        answer = as_ada.submit(PAGE, PAGE, **said)
        assert (answer.status_code, answer.location) == (303, PAGE)
        page = as_ada.get(PAGE).text
        assert "The settings are saved." in page
        assert fields_of(page, PAGE)["listed_domains"] == "spam.example\nscam.example"
        assert "<ins>spam.example, scam.example</ins>" in page
        assert "<del>BookReviews</del>" in page
        assert "· Pages &amp; Stars</title>" in client.get("/books").text
        stored = queries.stored()
        assert (stored.sign_up, stored.show_moderators) == ("invitation", "name")

    def test_an_empty_box_means_no(self, as_ada: Client) -> None:
        form = fields_of(as_ada.get(PAGE).text, PAGE)
        form |= {"sign_up": "open", "show_moderators": "role"}
        del form["count_early_ratings"]
        assert as_ada.post(PAGE, data=form).status_code == 303
        assert queries.stored().count_early_ratings is False

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": " "}, "The site needs a name."),
            ({"sign_up": "never"}, "Please choose one of these"),
            ({"hold_weight": "a lot"}, "Please give a number from 0.5 to 1000."),
            ({"listed_mail_domains": "nowhere"}, "nowhere is not a domain"),
            ({"csrf_token": "old"}, "This page had been open too long"),
        ],
    )
    def test_are_refused_with_all_that_was_typed(
        self, as_ada: Client, typed: dict[str, str], words: str
    ) -> None:
        said = {"sign_up": "open", "show_moderators": "role", "announcement": "Kept.", **typed}
        answer = as_ada.submit(PAGE, PAGE, **said)
        assert answer.status_code == 422
        assert words in answer.text
        form = fields_of(answer.text, PAGE)
        assert form["announcement"] == "Kept."
        assert all(form.get(n, v) == v for n, v in typed.items() if n != "csrf_token")
        assert queries.stored().announcement == ""

    def test_of_an_old_page_undo_nothing(self, as_ada: Client, ada: Viewer) -> None:
        form = fields_of(as_ada.get(PAGE).text, PAGE)
        form |= {"sign_up": "open", "show_moderators": "role", "announcement": "Mine."}
        with transaction():
            services.change(actor=ada, values={"name": "Theirs"}, at=NOON)
        answer = as_ada.post(PAGE, data=form)
        assert answer.status_code == 409
        assert "Somebody else has changed the settings" in answer.text
        assert fields_of(answer.text, PAGE)["announcement"] == "Mine."
        assert queries.stored().name == "Theirs"


def test_the_page_reads_past_what_is_remembered(app: Flask, as_ada: Client, ada: Viewer) -> None:
    as_ada.get(PAGE)
    app.extensions["site"].lasts = 3600
    with transaction():
        services.change(actor=ada, values={"description": "Of books."}, at=NOON)
    assert fields_of(as_ada.get(PAGE).text, PAGE)["description"] == "Of books."
