"""A reader's whole way through a site, in a browser: the walkthrough, for sites in containers."""

from uuid import uuid4

from selenium.webdriver import Keys

from tests.walkthrough.browser import Browser
from tests.walkthrough.pages import BOOK, make_account
from tests.walkthrough.visitor import passer_by

_THANKS = "Thank you for your review"


def travel(address: str) -> None:
    """Find a book, sign up, review it, be thanked, think again, and withdraw the review."""
    browser = Browser()
    try:
        browser.hand_to(address)
        _find_the_book(browser)
        name = _review(browser)
        _revise(browser, name)
        _withdraw(browser, name)
        assert browser.complaints() == []
    finally:
        browser.quit()


def _find_the_book(browser: Browser) -> None:
    browser.open("/")
    browser.select("header input[name=q]").send_keys("python for beginners", Keys.ENTER)
    browser.wait_for(lambda: browser.path.startswith("/search?"), "what was found")
    browser.follow("Python for Beginners")
    assert browser.path == BOOK


def _review(browser: Browser) -> str:
    browser.follow("Sign in to review")
    browser.follow("Make an account")
    name = make_account(browser)
    words = f"It *starts* at zero, says {uuid4().hex}."
    browser.choose_stars("4.5")
    browser.fill("Your review", words)
    browser.press("Publish your review")
    assert browser.heading == _THANKS
    page = _as_others_see_it(browser)
    assert name in page
    assert words.replace("*starts*", "<em>starts</em>") in page
    return name


def _revise(browser: Browser, name: str) -> None:
    browser.follow("Edit")
    browser.choose_stars("3")
    browser.fill("Your review", f"On second thoughts, {name}.")
    browser.press("Save the changes")
    assert browser.heading == _THANKS
    assert f"<p>On second thoughts, {name}.</p>" in _as_others_see_it(browser)


def _withdraw(browser: Browser, name: str) -> None:
    browser.follow("Withdraw")
    browser.press("Withdraw it")
    assert browser.path == BOOK
    assert name not in _as_others_see_it(browser)


def _as_others_see_it(browser: Browser) -> str:
    return passer_by(browser.address).get(BOOK).text
