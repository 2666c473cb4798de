"""The public ledger: everything that was done, and nothing about whom; as pages and as a feed."""

import re
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from bookreviews.accounts import people
from bookreviews.accounts.viewer import Viewer
from bookreviews.lib.clock import now
from bookreviews.moderation.subjects import profile_subject, review_subject, work_subject
from bookreviews.site import services as site
from bookreviews.transactions import transaction
from tests import crowd, rulings
from tests.client import Client, client_of
from tests.conftest import NOON, any_database
from tests.pages import walk

LOG = "/moderation/log"
FEED = f"{LOG}.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _reviewed(app: Flask, alex: Viewer, book_id: int) -> None:
    """Let Alex have reviewed the book, and settings hold at once."""
    app.extensions["site"].lasts = 0
    crowd.review_by_each([alex], book_id)


@pytest.fixture
def removed(alex: Viewer, bo: Viewer, mo: Viewer) -> int:
    """Return what Mo did about Alex' review, which Bo had reported."""
    case_id = rulings.report(bo, review_subject(1, bo), words="A secret tip.")
    return rulings.decide(case_id, mo, "remove", words="Words for Alex alone.")


def entries_of(page: str) -> list[str]:
    return page.split('<li class="entry">')[1:]


class TestTheLog:
    @pytest.mark.parametrize("who", [None, "alex", "bo", "mo", "ada"])
    def test_is_for_everyone(
        self, app: Flask, removed: int, who: str | None, request: pytest.FixtureRequest
    ) -> None:
        client = client_of(app, request.getfixturevalue(who) if who else None)
        for path in (LOG, f"{LOG}/{removed}", FEED):
            answer = client.get(path)
            assert answer.status_code == 200
            assert "A review was removed" in answer.text

    def test_begins_empty(self, client: Client) -> None:
        assert "Nothing yet" in client.get(LOG).text

    @any_database
    def test_says_what_was_done_why_and_by_whom(self, removed: int, client: Client) -> None:
        (entry,) = entries_of(client.get(LOG).text)
        assert "A review was removed" in entry
        assert "Spam or advertising · by a moderator" in entry
        assert f'href="{LOG}/{removed}"' in entry

    @pytest.mark.parametrize("path", [LOG, f"{LOG}/1", f"{LOG}/2", f"{LOG}/3", FEED])
    def test_tells_nothing_private(
        self, removed: int, client: Client, alex: Viewer, ada: Viewer, mo: Viewer, path: str
    ) -> None:
        rulings.answer(rulings.appeal(alex, removed, "My own plea."), ada, "upheld", "Our answer.")
        rulings.suspend(alex.id, mo, words="For Alex alone.")
        rulings.rule_on(1, mo, "warn", words="Also for Alex.")
        page = client.get(path)
        assert page.status_code == 200
        for private in (
            r"\bAlex\b",
            r"\balex\b",
            r"\bBo\b",
            r"\bMo\b",
            "/users/",
            "Python",
            "python",
            "Said by",
            "secret tip",
            "plea",
            "Our answer",
            "/reviews/",
        ):
            assert not re.search(private, page.text), private

    def test_names_books_that_it_is_about(
        self, client: Client, book_id: int, bo: Viewer, mo: Viewer
    ) -> None:
        case_id = rulings.report(bo, work_subject(book_id, kind="cover"), reason="wrong_data")
        rulings.decide(case_id, mo, "mend", reason="wrong_data")
        rulings.lock(book_id, mo)
        lock, mend = entries_of(client.get(LOG).text)
        book = '<a href="/books/python-for-beginners">Python for Beginners</a>'
        assert f"{book} was closed to new reviews and ratings, until <time" in lock
        assert f"The cover of {book} was corrected" in mend

    def test_says_that_it_was_automatic_and_why(
        self, app: Flask, client: Client, as_bo: Client, ada: Viewer
    ) -> None:
        with transaction():
            site.change(actor=ada, values={"hold_weight": 0.5}, at=NOON)
        as_bo.submit("/reviews/1/reports", "/reviews/1/reports", reason="illegal")
        (entry,) = entries_of(client.get(LOG).text)
        assert "A review was held until a person has looked" in entry
        assert "by an automatic rule" in entry
        assert "so many readers’ reports" in entry

    def test_says_that_the_operator_did_it(self, client: Client, alex: Viewer) -> None:
        rulings.suspend(alex.id, None)
        page = client.get(LOG).text
        assert "An account was suspended, until" in page
        assert "by the site’s operator" in page

    def test_says_what_became_of_it(
        self, removed: int, client: Client, alex: Viewer, ada: Viewer
    ) -> None:
        appeal_id = rulings.appeal(alex, removed)
        assert "Appealed against, undecided" in client.get(f"{LOG}/{removed}").text
        rulings.answer(appeal_id, ada, "overturned")
        page = client.get(f"{LOG}/{removed}").text
        assert "Overturned on appeal" in page
        assert f'<a href="{LOG}/2">Taken back' in page
        reversal = client.get(f"{LOG}/2").text
        assert "A decision about a review was taken back" in reversal
        assert f'href="{LOG}/{removed}"' in reversal

    def test_of_no_entry_is_missing(self, client: Client) -> None:
        for path in (f"{LOG}/1", f"{LOG}/4711", f"{LOG}/{2**40}", f"{LOG}/x"):
            assert client.get(path).status_code == 404


class TestNamesOfModerators:
    def test_show_where_the_operator_says_so(
        self, removed: int, client: Client, ada: Viewer
    ) -> None:
        with transaction():
            site.change(actor=ada, values={"show_moderators": "name"}, at=NOON)
        for path in (LOG, f"{LOG}/{removed}", FEED):
            assert "by Mo" in client.get(path).text

    def test_are_gone_with_their_accounts(
        self, removed: int, client: Client, mo: Viewer, ada: Viewer
    ) -> None:
        with transaction():
            site.change(actor=ada, values={"show_moderators": "name"}, at=NOON)
            people.erase(user_id=mo.id, at=now())
        page = client.get(LOG).text
        assert "by a moderator" in page
        assert "Former" not in page


class TestFilters:
    def test_keep_one_kind_or_one_reason(
        self, removed: int, client: Client, alex: Viewer, mo: Viewer
    ) -> None:
        rulings.rule_on(1, mo, "warn", reason="hate")
        for query, count in (
            ("", 2),
            ("?kind=warn", 1),
            ("?reason=spam", 1),
            ("?kind=warn&reason=spam", 0),
            ("?kind=&reason=", 2),
            ("?kind=nonsense", 2),
        ):
            assert len(entries_of(client.get(LOG + query).text)) == count, query
        assert "Nothing of this kind" in client.get(f"{LOG}?kind=lock").text
        assert '<option value="warn" selected>' in client.get(f"{LOG}?kind=warn").text

    @any_database
    def test_go_on_page_after_page(self, client: Client, mo: Viewer, alex: Viewer) -> None:
        for _ in range(51):
            rulings.rule_on(1, mo, "warn")
        for path in (LOG, f"{LOG}?kind=warn", f"{LOG}?kind=warn&reason=harassment"):
            assert [len(entries_of(page)) for page in walk(client, path)] == [50, 1]

    def test_lead_back_from_a_cut_off_link(self, client: Client) -> None:
        assert client.get(f"{LOG}?kind=warn&after=x").location == f"{LOG}?kind=warn"


class TestFigures:
    def test_add_up(
        self, removed: int, client: Client, alex: Viewer, mo: Viewer, ada: Viewer
    ) -> None:
        rulings.answer(rulings.appeal(alex, removed), ada, "overturned")
        rulings.rule_on(1, mo, "warn", reason="hate")
        page = client.get(LOG).text
        assert "<dt>Decisions</dt><dd>2</dd>" in page
        assert "<dt>Automatic</dt><dd>0%</dd>" in page
        assert "<dt>Appealed</dt><dd>1</dd>" in page
        assert "100% of appeals" in page
        assert "<dt>Half decided within</dt><dd>15 minutes</dd>" in page
        assert f'<th scope="row" data-label="Month">{now():%B %Y}</th>' in page
        assert '<th scope="row" data-label="Reason">Hate against a group</th>' in page

    def test_are_left_out_of_what_is_filtered(self, removed: int, client: Client) -> None:
        assert "Half decided within" not in client.get(f"{LOG}?reason=spam").text


class TestTheFeed:
    def test_is_atom(self, removed: int, client: Client, alex: Viewer, mo: Viewer) -> None:
        rulings.suspend(alex.id, mo)
        answer = client.get(FEED)
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        feed = ET.fromstring(answer.text)
        assert feed.tag == f"{ATOM}feed"
        assert feed.findtext(f"{ATOM}id") == f"http://localhost{LOG}"
        assert feed.findtext(f"{ATOM}title")
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == "BookReviews"
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links == {
            "self": f"http://localhost{FEED}",
            "alternate": f"http://localhost{LOG}",
        }
        entries = feed.findall(f"{ATOM}entry")
        assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
            "An account was suspended",
            "A review was removed",
        ]
        assert entries[1].findtext(f"{ATOM}id") == f"http://localhost{LOG}/{removed}"
        assert entries[0].findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated")
        assert "Spam or advertising" in (entries[1].findtext(f"{ATOM}summary") or "")

    def test_is_atom_while_it_is_empty(self, client: Client) -> None:
        feed = ET.fromstring(client.get(FEED).text)
        assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"
        assert feed.findall(f"{ATOM}entry") == []

    def test_can_hold_any_name(self, client: Client, book_id: int, mo: Viewer, ada: Viewer) -> None:
        rulings.lock(book_id, mo)
        with transaction():
            site.change(actor=ada, values={"name": '<Pages> & \ufffe"Stars"'}, at=NOON)
        feed = ET.fromstring(client.get(FEED).text)
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == '<Pages> & "Stars"'

    def test_need_not_be_fetched_again_while_it_is_the_same(
        self, removed: int, client: Client, mo: Viewer
    ) -> None:
        tag = {"If-None-Match": client.get(FEED).headers["ETag"]}
        assert client.get(FEED, headers=tag).status_code == 304
        rulings.rule_on(1, mo, "warn")
        assert client.get(FEED, headers=tag).status_code == 200

    def test_is_announced_by_the_log(self, client: Client) -> None:
        assert f'type="application/atom+xml" title="The moderation log" href="{FEED}"' in (
            client.get(LOG).text
        )


def test_profiles_are_not_named(client: Client, alex: Viewer, bo: Viewer, mo: Viewer) -> None:
    case_id = rulings.report(bo, profile_subject(alex.id))
    rulings.decide(case_id, mo, "keep")
    (entry,) = entries_of(client.get(LOG).text)
    assert "A profile was looked at and kept as it is" in entry


def test_what_was_decided_together_stands_together(
    app: Flask, mo: Viewer, client: Client, book_id: int
) -> None:
    crowd.review_by_each(crowd.readers(5), book_id)
    at = now()
    together = [rulings.rule_on(number, mo, "hide", at=at) for number in (2, 3, 4)]
    alone = rulings.rule_on(5, mo, "hide")
    page = client.get(LOG).text
    assert len(entries_of(page)) == 2
    assert "And 2 more, decided together with this" in page
    for action_id in (*together, alone):
        assert f'href="{LOG}/{action_id}"' in page
