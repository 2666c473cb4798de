"""From a report to the restored summary: Bo reports, Mo decides, Alex appeals, Ada hears it.

Each Alex is a new one, since all share a site; Bo, Mo and Ada are those of the demo.
"""

from uuid import uuid4

import pytest
from selenium.webdriver import Keys

from tests.walkthrough.browser import Browser
from tests.walkthrough.conftest import on_each_database, with_and_without_scripts
from tests.walkthrough.servers import Site
from tests.walkthrough.visitor import Shown, Visitor, passer_by, shown_in, sign_in, sign_up

BOOK = "/books/code-complete"


@pytest.fixture
def words() -> str:
    """Return what no other Alex has said."""
    return f"Whoever wrote this has never met a deadline, {uuid4().hex[:8]} says."


@pytest.fixture
def alex(site: Site, words: str) -> Visitor:
    """Return somebody who has just given the book half a star, and said why."""
    alex = sign_up(site.address)
    alex.submit(BOOK, f"{BOOK}/reviews", stars="0.5", body=words)
    return alex


def shown(browser: Browser) -> Shown:
    return shown_in(passer_by(browser.address).get(BOOK).text)


def let_in(browser: Browser, who: Visitor, path: str) -> None:
    """Let somebody else sit down at the browser."""
    browser.hand_to(browser.address)
    browser.sign_in(who.session)
    browser.open(path)


def review_of(alex: Visitor) -> str:
    """Return the address of what Alex has written."""
    page = alex.get(BOOK).text
    return page.split('/edit">')[0].rpartition('href="')[2]


def report(browser: Browser, review: str) -> None:
    """Let Bo report a review, from the link under it."""
    let_in(browser, sign_in(browser.address, "bo"), review)
    browser.follow("Report this review")
    browser.find("//label[normalize-space()='Harassment of a person']").click()
    browser.press("Send the report")
    assert browser.path == "/reports"
    assert "Code Complete" in browser.main


@on_each_database
class TestFromReportToRestoredSummary:
    def test_by_keyboard(self, browser: Browser, alex: Visitor, words: str) -> None:
        before = shown(browser)
        report(browser, review_of(alex))
        let_in(browser, sign_in(browser.address, "mo"), "/moderation?reason=harassment")
        self.open_the_case(browser, words)
        assert words in browser.main
        browser.keys("?")
        browser.wait_for(lambda: browser.select("dialog[open]"), "the help")
        browser.keys(Keys.ESCAPE)
        page = browser.find("/html")
        browser.keys("r")
        browser.wait_to_leave(page)
        assert "Undo" in browser.main
        assert shown(browser).reviews == before.reviews - 1
        self.see_the_ledger(browser, words)
        self.appeal(browser, alex, words)
        self.overturn(browser, sign_in(browser.address, "ada"))
        assert shown(browser) == before
        assert words in passer_by(browser.address).get(review_of(alex)).text
        let_in(browser, alex, "/notifications")
        assert "appeal" in browser.main.lower()

    def open_the_case(self, browser: Browser, words: str) -> None:
        """Go down the queue to Alex's review, and open it."""
        for _ in range(60):
            browser.keys("j")
            if words in browser.select("[data-selected]").text:
                break
        page = browser.find("/html")
        browser.keys(Keys.ENTER)
        browser.wait_to_leave(page)

    def see_the_ledger(self, browser: Browser, words: str) -> None:
        ledger = passer_by(browser.address).get("/moderation/log").text
        assert "A review was removed" in ledger
        assert "Harassment" in ledger
        assert words not in ledger

    def appeal(self, browser: Browser, alex: Visitor, words: str) -> None:
        let_in(browser, alex, "/notifications")
        browser.find("//main//a[contains(@href, '/statements/')]").click()
        browser.wait_for(lambda: "/statements/" in browser.path, "the statement")
        assert "Harassment" in browser.main
        assert words in browser.main
        browser.select("textarea").send_keys("It is about the book, not about a person.")
        browser.press("Send the appeal")
        assert "waits for another moderator" in browser.main

    def overturn(self, browser: Browser, ada: Visitor) -> None:
        let_in(browser, ada, "/moderation/appeals")
        browser.find("(//main//a[contains(@href, '/moderation/appeals/')])[last()]").click()
        browser.wait_for(lambda: "not about a person" in browser.main, "the appeal")
        browser.select("textarea").send_keys("You are right, and we are sorry.")
        browser.press("Overturn it and put everything back")
        assert "everything is as it was before" in browser.main


@on_each_database
@with_and_without_scripts
def test_a_decision_is_undone(browser: Browser, alex: Visitor, words: str) -> None:
    before, review = shown(browser), review_of(alex)
    report(browser, review)
    let_in(browser, sign_in(browser.address, "mo"), "/moderation?reason=harassment")
    browser.find(f"//main//*[@data-case][contains(., '{words}')]//a").click()
    browser.wait_for(lambda: words in browser.main, "the case")
    browser.find("//button[@data-key='h']").click()
    browser.wait_for(lambda: "Undo" in browser.main, "the next page")
    assert passer_by(browser.address).get(review).status == 404
    page = browser.find("/html")
    browser.select("form[data-undo] button").click()
    browser.wait_to_leave(page)
    assert shown(browser) == before
