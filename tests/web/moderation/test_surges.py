"""One book's unusual days at the desk: what is shown, and leaving ratings out together."""

import re
from datetime import timedelta
from math import inf

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation import surges, unusual
from bookreviews.moderation.models import ModerationAction, Statement
from bookreviews.reviews.models import Review
from bookreviews.site import queries as site
from bookreviews.transactions import transaction
from tests import crowd, stored
from tests.client import Client, fields_of, has_form
from tests.conftest import NOON
from tests.moderation.scenes import kinds
from tests.pages import next_of
from tests.reviews.acts import post, post_each, rate
from tests.rulings import lock
from tests.web.test_statements import asked, counts, plan_of_list


def desk_of(work_id: int) -> str:
    return f"/moderation/works/{work_id}"


@pytest.fixture
def bomb(book_id: int) -> list[int]:
    """Return fifteen ratings of the last hour, after two that are old."""
    rate(book_id, crowd.readers(2), 5.0, 4.0)
    at = now() - timedelta(hours=1)
    return post_each(
        book_id,
        crowd.readers(15, first=100),
        stars=lambda _: 0.5,
        at=lambda number: at + timedelta(minutes=number),
    )


def preview(client: Client, work_id: int, query: str = "", **chosen: object) -> TestResponse:
    form = f"{desk_of(work_id)}/exclusions/preview{query}"
    token = fields_of(client.get(f"{desk_of(work_id)}/surge{query}").text, form)
    return client.post(form, data=token | chosen)


def send(client: Client, work_id: int, shown: str, **typed: str) -> TestResponse:
    form = f"{desk_of(work_id)}/exclusions"
    return client.post(form, data=fields_of(shown, form) | typed)


class TestWhatItShows:
    def test_the_book_and_its_days(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        page = as_mo.get(f"{desk_of(book_id)}/surge").text
        assert "Python for Beginners</a></h1>" in page
        assert "1.0 from 17 ratings" in page
        assert "Reviews and ratings on each of the last 28 days" in page
        assert page.count('name="rating"') == 15
        assert "Leave all 15 out …" in page
        assert has_form(page, f"/moderation/surges/{book_id}/lock?from=surge")
        row = r'<th scope="row">1</th>\s*<td class="data-number">15</td>'
        assert re.search(row, page)
        assert re.search(r'<th scope="row">5</th>\s*<td class="data-number">0</td>', page)

    def test_who_gave_what(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        with transaction():
            for number in bomb[:2]:
                session().get_one(Review, number).posted_from = "192.0.2.0/24"
        page = as_mo.get(f"{desk_of(book_id)}/surge").text
        newest = page.split('<li class="queue-row')[1]
        assert "Reader 114" in newest
        assert 'aria-label="0.5 out of 5 stars"' in newest
        assert "old then" in newest
        assert "Counts" in newest
        assert page.count("network shared") == 2

    def test_new_accounts_alone(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        with transaction():
            session().get_one(Review, bomb[3]).by_new_account = True
        page = as_mo.get(f"{desk_of(book_id)}/surge?by=young").text
        assert re.findall(r'name="rating" value="(\d+)"', page) == [str(bomb[3])]

    def test_a_quiet_book(self, as_mo: Client, book_id: int) -> None:
        page = as_mo.get(f"{desk_of(book_id)}/surge").text
        assert "Nothing came in" in page
        assert not has_form(page, f"/moderation/surges/{book_id}/answer?from=surge")

    def test_no_such_book(self, as_mo: Client) -> None:
        assert as_mo.get(f"{desk_of(4711)}/surge").status_code == 404
        token = {"csrf_token": as_mo.token}
        all_of_it = token | {"all": "1"}
        assert as_mo.post(f"{desk_of(4711)}/exclusions/preview", data=all_of_it).status_code == 404

    def test_a_cut_off_link_leads_to_the_start(self, as_mo: Client, book_id: int) -> None:
        answer = as_mo.get(f"{desk_of(book_id)}/surge?by=young&after=x")
        assert (answer.status_code, answer.location) == (302, f"{desk_of(book_id)}/surge?by=young")

    def test_for_moderators_alone(
        self, client: Client, as_alex: Client, bomb: list[int], book_id: int
    ) -> None:
        assert client.get(f"{desk_of(book_id)}/surge").location.startswith("/sign-in?next=")
        assert as_alex.get(f"{desk_of(book_id)}/surge").status_code == 404
        for form in ("exclusions/preview", "exclusions"):
            data = {"csrf_token": as_alex.token, "ratings": str(bomb[0]), "rating": str(bomb[0])}
            path = f"{desk_of(book_id)}/{form}"
            assert as_alex.post(path, data=data).status_code == 404
            anonymous = client.post(path, data=data | {"csrf_token": client.token})
            assert anonymous.location == "/sign-in"
        assert kinds() == []

    def test_is_reached_from_the_book_and_the_queue(
        self, as_mo: Client, as_alex: Client, mo: Viewer, bomb: list[int], book_id: int
    ) -> None:
        link = f'href="{desk_of(book_id)}/surge"'
        assert link in as_mo.get("/books/python-for-beginners").text
        assert link not in as_alex.get("/books/python-for-beginners").text
        with transaction():
            surges.watch(at=now())
        assert link in as_mo.get("/moderation").text
        lock(book_id, mo)
        assert link in as_mo.get("/moderation").text


class TestPreview:
    def test_tells_before_and_after_and_writes_nothing(
        self, as_mo: Client, bomb: list[int], book_id: int
    ) -> None:
        answer = preview(as_mo, book_id, all="1")
        assert answer.status_code == 200
        assert "15 ratings of Python for Beginners" in answer.text
        assert re.search(r"0\.97 .*<strong>4\.50</strong>", answer.text)
        assert re.search(r"17 .*<strong>2</strong>", answer.text)
        fields = fields_of(answer.text, f"{desk_of(book_id)}/exclusions")
        assert fields["ratings"] == ",".join(map(str, reversed(bomb)))
        assert '<option selected value="surge">' in answer.text
        assert kinds() == []

    def test_of_new_accounts(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        with transaction():
            for number in bomb[3:5]:
                session().get_one(Review, number).by_new_account = True
        shown = preview(as_mo, book_id, "?by=young", all="1").text
        fields = fields_of(shown, f"{desk_of(book_id)}/exclusions")
        assert fields["ratings"] == f"{bomb[4]},{bomb[3]}"

    def test_names_what_stays_as_it_is(
        self, as_mo: Client, mo: Viewer, ada: Viewer, bomb: list[int], book_id: int
    ) -> None:
        at = now()
        own, admins = post(mo, book_id, at=at), post(ada, book_id, at=at)
        page = as_mo.get(f"{desk_of(book_id)}/surge").text
        assert f'name="rating" value="{own}"' not in page
        shown = preview(as_mo, book_id, all="1").text
        assert "2 of them stay as they are" in shown
        assert "Mo (your own)" in shown
        assert "Ada (an admin’s, for another admin to decide)" in shown
        fields = fields_of(shown, f"{desk_of(book_id)}/exclusions")
        assert not {str(own), str(admins)} & set(fields["ratings"].split(","))

    @pytest.mark.parametrize("chosen", [[], ["nonsense", "-1", "9" * 30]])
    def test_of_nothing_says_so(
        self, as_mo: Client, bomb: list[int], book_id: int, chosen: list[str]
    ) -> None:
        answer = preview(as_mo, book_id, rating=chosen)
        assert answer.status_code == 422
        assert "Please choose at least one rating first." in answer.text

    def test_of_another_books_ratings_finds_none(
        self, as_mo: Client, alex: Viewer, bomb: list[int], book_id: int
    ) -> None:
        (other,) = crowd.books(1)
        elsewhere = post(alex, other)
        page = preview(as_mo, book_id, rating=[str(elsewhere)]).text
        assert "Nothing is left to leave out" in page


class TestLeavingOut:
    def test_is_one_bulk_and_is_undone(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        before = stored.summary(book_id)
        shown = preview(as_mo, book_id, rating=bomb[:10]).text
        answer = send(as_mo, book_id, shown, words="A campaign.")
        assert (answer.status_code, answer.location) == (303, f"{desk_of(book_id)}/surge")
        assert kinds() == ["exclude"] * 10
        first = session().query(ModerationAction).first()
        assert first is not None
        assert (first.reason, first.case_id) == ("surge", None)
        assert session().get_one(Statement, first.id).words == "A campaign."
        page = as_mo.get(answer.location).text
        assert "10 ratings left out of the stars." in page
        assert "10 left out" in page
        (undo,) = re.findall(r'action="(/moderation/batches/\w+/undo\?work=\d+)"', page)
        undone = as_mo.post(undo, data={"csrf_token": as_mo.token})
        assert (undone.status_code, undone.location) == (303, f"{desk_of(book_id)}/surge")
        page = as_mo.get(undone.location).text
        assert "Taken back: 10 decisions. The stars count as before." in page
        assert stored.summary(book_id) == before

    def test_twice_is_done_once(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        shown = preview(as_mo, book_id, rating=bomb[:3]).text
        assert send(as_mo, book_id, shown).status_code == 303
        again = send(as_mo, book_id, shown)
        assert (again.status_code, again.location) == (303, f"{desk_of(book_id)}/surge")
        assert kinds() == ["exclude"] * 3

    def test_of_what_another_did_meanwhile_says_so_and_keeps_the_words(
        self, as_mo: Client, as_ada: Client, bomb: list[int], book_id: int
    ) -> None:
        shown = preview(as_mo, book_id, rating=bomb[:2]).text
        by_ada = preview(as_ada, book_id, rating=bomb[:1]).text
        send(as_ada, book_id, by_ada)
        answer = send(as_mo, book_id, shown, words="Dear all")
        page = as_mo.get(answer.location).text
        assert "1 rating left out of the stars." in page
        assert "Not touched: Reader 100 (left out already)." in page
        send(as_ada, book_id, preview(as_ada, book_id, rating=bomb[2:4]).text)
        form = fields_of(shown, f"{desk_of(book_id)}/exclusions")
        late = as_mo.post(
            f"{desk_of(book_id)}/exclusions",
            data=form | {"ratings": f"{bomb[2]},{bomb[3]}", "words": "Dear all"},
        )
        assert late.status_code == 409
        assert "Dear all" in late.text
        assert "Nothing is left to leave out" in late.text

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"reason": "nonsense"}, "Please choose the rule this follows."),
            ({"reason": "other", "words": " "}, "Please say in a few words why."),
            ({"ratings": ""}, "Please choose at least one rating."),
            ({"ratings": "x,,4711,٣"}, "Please choose at least one rating."),
            ({"ratings": ",".join(["1"] * 501)}, "Please choose at most 500 at once."),
            ({"csrf_token": "old"}, "This page had been open too long"),
        ],
    )
    def test_refused_does_nothing_and_keeps_the_words(
        self, as_mo: Client, bomb: list[int], book_id: int, typed: dict[str, str], told: str
    ) -> None:
        shown = preview(as_mo, book_id, rating=bomb[:2]).text
        answer = send(as_mo, book_id, shown, **({"words": "Dear all"} | typed))
        assert answer.status_code == 422
        assert told in answer.text
        assert typed.get("words", "Dear all") in answer.text
        assert kinds() == []

    def test_tells_of_those_that_stay_even_if_they_were_sent(
        self, as_mo: Client, mo: Viewer, bomb: list[int], book_id: int
    ) -> None:
        own = post(mo, book_id, at=now())
        shown = preview(as_mo, book_id, rating=bomb[:1]).text
        answer = send(as_mo, book_id, shown, ratings=f"{own},{bomb[0]}")
        assert "Not touched: Mo (your own)." in as_mo.get(answer.location).text
        assert kinds() == ["exclude"]


class TestClosing:
    def test_is_there_too_and_leads_back(
        self, as_mo: Client, bomb: list[int], book_id: int
    ) -> None:
        here, closing = f"{desk_of(book_id)}/surge", f"/moderation/surges/{book_id}/lock?from=surge"
        closed = as_mo.submit(here, closing, **{f"work{book_id}-until": "3"})
        assert (closed.status_code, closed.location) == (303, here)
        page = as_mo.get(here).text
        assert "No new reviews and ratings until" in page
        assert not has_form(page, closing)
        opened = as_mo.submit(here, f"{desk_of(book_id)}/unlock?from=surge")
        assert (opened.status_code, opened.location) == (303, here)
        assert kinds() == ["lock", "unlock"]

    def test_refused_keeps_the_words(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        closing = f"/moderation/surges/{book_id}/lock?from=surge"
        typed = {f"work{book_id}-words": "A campaign."}
        answer = as_mo.submit(f"{desk_of(book_id)}/surge", closing, **typed)
        assert answer.status_code == 422
        assert fields_of(answer.text, closing)[f"work{book_id}-words"] == "A campaign."
        assert "Reviews and ratings on each of the last 28 days" in answer.text

    def test_nothing_unusual_leads_back(self, as_mo: Client, bomb: list[int], book_id: int) -> None:
        with transaction():
            surges.watch(at=now())
        here, answering = f"{desk_of(book_id)}/surge", f"/moderation/surges/{book_id}/answer"
        answer = as_mo.submit(here, f"{answering}?from=surge")
        assert (answer.status_code, answer.location) == (303, here)
        assert not has_form(as_mo.get(here).text, f"{answering}?from=surge")


@pytest.mark.parametrize("count", [1, 60])
def test_a_fixed_number_of_statements(app: Flask, as_mo: Client, book_id: int, count: int) -> None:
    app.extensions["site"].lasts = inf
    site.current()
    session().rollback()
    ids = post_each(book_id, crowd.readers(count), at=lambda _: now())
    expected = {f"{desk_of(book_id)}/surge": 6, f"{desk_of(book_id)}/surge?by=young": 6}
    assert counts(as_mo, expected) == expected
    token = {"csrf_token": as_mo.token}
    for chosen, number in (({"all": "1"}, 5), ({"rating": [str(ids[0])]}, 3)):
        with asked() as statements:
            as_mo.post(f"{desk_of(book_id)}/exclusions/preview", data=token | chosen)
        assert len(statements) == number


def test_an_index_answers_each_page_of_the_list(
    as_mo: Client, book_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unusual, "PAGE_SIZE", 10)
    post_each(book_id, crowd.readers(40), at=lambda number: now() - timedelta(minutes=number))
    path = f"{desk_of(book_id)}/surge"
    second = next_of(as_mo.get(path).text)
    assert second
    for page in (path, second):
        plan = plan_of_list(as_mo, page)
        assert "INDEX ix_reviews_latest_of_work" in plan, page
        assert "INDEX ix_reviews_posted_from_posted_at" in plan, page
        assert "INDEX ix_reviews_words_digest" in plan, page
        assert "TEMP B-TREE" not in plan, page
        assert "SCAN" not in plan, page


def test_how_old_an_account_was(as_mo: Client, alex: Viewer, book_id: int) -> None:
    with transaction():
        session().get_one(User, alex.id).joined_at = NOON
    post(alex, book_id, at=now())
    span = (now() - NOON).days
    assert f"account {span} days old then" in as_mo.get(f"{desk_of(book_id)}/surge").text
