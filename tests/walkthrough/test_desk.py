"""The moderators' desk in a real browser: by the keyboard, and by its buttons without scripts.

Each test has a reader of its own, whose cases are its part of the queue.
"""

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.common.action_chains import ActionChains

from tests.walkthrough.browser import Browser
from tests.walkthrough.conftest import on_sqlite, with_and_without_scripts
from tests.walkthrough.pages import BOOK, open_case, post
from tests.walkthrough.visitor import Visitor, sign_in, sign_up

pytestmark = on_sqlite
BOOKS = (BOOK, "/books/code-complete", "/books/dune")


@pytest.fixture
def mo(browser: Browser) -> Visitor:
    """Return Mo, who is at the browser too."""
    mo = sign_in(browser.address, "mo")
    browser.sign_in(mo.session)
    return mo


@pytest.fixture
def cases(browser: Browser, mo: Visitor) -> list[str]:
    """Return three cases about one reader, the first one first."""
    writer = sign_up(browser.address)
    reviews = [post(writer, book, {"stars": "5", "body": "Buy it."}) for book in BOOKS]
    return [open_case(mo, int(review)) for review in reviews]


def queue_of(cases: list[str]) -> str:
    return f"?same=person&like={cases[0]}"


def press(browser: Browser, *keys: str) -> None:
    """Press keys that lead to another page, and wait for it."""
    page = browser.find("/html")
    browser.keys(*keys)
    browser.wait_to_leave(page)


def choose_rule(browser: Browser) -> None:
    """Choose a rule, and leave the field, in which keys would only choose another."""
    browser.select("#reason").send_keys("Spam")
    browser.driver.execute_script("document.activeElement.blur()")


class TestKeys:
    def test_walk_the_queue(self, browser: Browser, cases: list[str]) -> None:
        browser.open(f"/moderation{queue_of(cases)}")
        browser.keys("j", "j", "x", Keys.ARROW_UP, "j")
        assert browser.select("[data-selected] input").is_selected()
        press(browser, Keys.ENTER)
        assert browser.path == f"/moderation/cases/{cases[1]}{queue_of(cases)}"
        press(browser, "n")
        assert browser.path.startswith(f"/moderation/cases/{cases[2]}")
        press(browser, "p")
        assert browser.path.startswith(f"/moderation/cases/{cases[1]}")

    def test_decide_and_undo(self, browser: Browser, cases: list[str]) -> None:
        browser.open(f"/moderation/cases/{cases[0]}{queue_of(cases)}")
        browser.wait_for(lambda: "You have this case." in browser.main, "the claim")
        press(browser, "k")
        assert "Kept: " in browser.main
        assert browser.path.startswith(f"/moderation/cases/{cases[1]}")
        press(browser, "u")
        assert "Taken back" in browser.main
        assert browser.path.startswith(f"/moderation/cases/{cases[0]}")

    def test_ask_for_words_and_for_an_end_first(self, browser: Browser, cases: list[str]) -> None:
        browser.open(f"/moderation/cases/{cases[0]}{queue_of(cases)}")
        choose_rule(browser)
        browser.keys("c")
        assert browser.focus.get_attribute("name") == "words"
        browser.keys("k, r and h are only letters here")
        page = browser.find("/html")
        chain = ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER)
        chain.key_up(Keys.CONTROL).perform()
        browser.wait_to_leave(page)
        assert "Hidden until it is changed: " in browser.main
        choose_rule(browser)
        browser.keys("s", "a w")
        press(browser, Keys.ENTER)
        assert "Suspended: " in browser.main

    def test_are_told_and_can_be_switched_off(self, browser: Browser, cases: list[str]) -> None:
        browser.open(f"/moderation/cases/{cases[0]}{queue_of(cases)}")
        browser.keys("?")
        assert browser.select("dialog").is_displayed()
        browser.keys("k")  # nothing is decided behind it
        browser.select("[data-keys-on]").click()
        browser.keys(Keys.ESCAPE)
        assert not browser.select("dialog").is_displayed()
        browser.keys("k", "?")
        assert not browser.select("dialog").is_displayed()
        assert browser.path.startswith(f"/moderation/cases/{cases[0]}")
        browser.select("[data-keys-open]").click()
        assert browser.select("dialog").is_displayed()


@with_and_without_scripts
def test_buttons_do_it_all(browser: Browser, cases: list[str]) -> None:
    browser.open(f"/moderation{queue_of(cases)}")
    browser.select("input[name=case]").click()
    page = browser.find("/html")
    browser.find("//button[starts-with(normalize-space(), 'Decide all 3')]").click()
    browser.wait_to_leave(page)
    assert browser.heading == "3 reviews, one decision"
    choose_rule(browser)
    page = browser.find("/html")
    browser.select("button[value=remove]").click()
    browser.wait_to_leave(page)
    assert "3 reviews removed." in browser.main
    page = browser.find("/html")
    browser.select("[data-undo] button").click()
    browser.wait_to_leave(page)
    assert "Taken back: 3 decisions." in browser.main
