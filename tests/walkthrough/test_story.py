"""The one story, in a real browser: Alex reads about a book, reviews it, and thinks again.

Each Alex is a new one, since all share a site. Bo looks on without an account.
"""

import json
from uuid import uuid4

import pytest
from selenium.webdriver import Keys

from tests.conftest import PASSWORD
from tests.walkthrough.browser import Browser
from tests.walkthrough.conftest import on_each_database, on_sqlite, with_and_without_scripts
from tests.walkthrough.pages import make_account
from tests.walkthrough.servers import Site
from tests.walkthrough.visitor import Shown, Visitor, passer_by, reviews_in, shown_in, sign_up

BOOK = "/books/python-for-beginners"
THANKS = "Thank you for your review"
PUBLISH = "Publish your review"


@pytest.fixture
def bo(site: Site) -> Visitor:
    return passer_by(site.address)


def open_signed_in(browser: Browser, path: str) -> Visitor:
    """Open a page as an Alex who has just signed up, and return the same without a browser."""
    alex = sign_up(browser.address)
    browser.sign_in(alex.session)
    browser.open(path)
    return alex


def with_one_more(before: Shown, average: float, stars: float) -> Shown:
    """Return what the page must show when one review with stars is added."""
    total = average * before.ratings + stars
    number = f"{total / (before.ratings + 1):.1f}"
    return Shown(number, before.ratings + 1, before.reviews + 1)


def exact_average(bo: Visitor, work_id: str) -> float:
    return float(json.loads(bo.get(f"/api/v1/works/{work_id}").text)["rating"]["average"])


def work_id_on(browser: Browser) -> str:
    found = browser.select("form.review-form").get_attribute("data-work-id")
    assert found
    return found


@on_each_database
@with_and_without_scripts
class TestAlex:
    def test_reads_all_that_others_think(self, browser: Browser) -> None:
        browser.open(BOOK)
        assert browser.heading == "Python for Beginners"
        shown = shown_in(browser.html)
        seen = reviews_in(browser.html)
        assert 0 < len(seen) < shown.reviews
        browser.follow("Older reviews →")
        seen += reviews_in(browser.html)
        while "More reviews" in browser.main:
            browser.follow("More reviews →")
            seen += reviews_in(browser.html)
        assert len({number for number, _ in seen}) == len(seen) == shown.reviews
        moments = [moment for _, moment in seen]
        assert moments == sorted(moments, reverse=True)

    def test_reviews_the_book_revises_and_withdraws(self, browser: Browser, bo: Visitor) -> None:
        before = shown_in(bo.get(BOOK).text)

        browser.open(BOOK)
        browser.follow("Sign in to review")
        browser.follow("Make an account")
        name = make_account(browser)
        assert browser.path == f"{BOOK}#your-review"
        average = exact_average(bo, work_id_on(browser))

        browser.choose_stars("0.5")
        browser.fill("Your review", "It *starts* at zero.")
        browser.press(PUBLISH)
        assert browser.heading == THANKS
        assert browser.path.endswith("/thanks")
        assert "It starts at zero." in browser.main
        page = bo.get(BOOK).text
        assert shown_in(page) == with_one_more(before, average, 0.5)
        assert "<p>It <em>starts</em> at zero.</p>" in page
        assert name in page
        assert page.index(name) < page.index(f'id="review-{reviews_in(page)[1][0]}"')

        browser.follow("Edit")
        browser.choose_stars("5")
        browser.fill("Your review", "It starts at zero, and ends with me.")
        browser.press("Save the changes")
        assert browser.heading == THANKS
        page = bo.get(BOOK).text
        assert shown_in(page) == with_one_more(before, average, 5)
        assert "<p>It starts at zero, and ends with me.</p>" in page
        assert "at zero.</p>" not in page

        browser.follow("Withdraw")
        assert browser.heading == "Withdraw this review?"
        browser.press("Withdraw it")
        assert browser.path == BOOK
        assert "Your review is withdrawn." in browser.main
        page = bo.get(BOOK).text
        assert shown_in(page) == before
        assert name not in page


@on_sqlite
@with_and_without_scripts
def test_words_of_a_refused_review_are_kept(browser: Browser) -> None:
    open_signed_in(browser, BOOK)
    browser.fill("Your review", " ")
    browser.press(PUBLISH)
    assert "Give stars, or write a few words, or both." in browser.main
    assert "422" in browser.complaints().pop()
    browser.choose_stars("3")
    browser.fill("Your review", "A few words.")
    browser.press(PUBLISH)
    assert browser.heading == THANKS
    browser.follow("Withdraw")
    browser.press("Withdraw it")


@on_each_database
def test_one_click_saves_stars(browser: Browser, bo: Visitor) -> None:
    book = "/books/the-arrival"
    before = shown_in(bo.get(book).text)
    open_signed_in(browser, book)
    average = exact_average(bo, work_id_on(browser))

    browser.choose_stars("0.5")
    browser.wait_for(lambda: "0.5 stars saved." in browser.main, "the stars to be saved")
    rated = Shown(with_one_more(before, average, 0.5).average, before.ratings + 1, before.reviews)
    browser.wait_for(lambda: shown_in(browser.html) == rated, "the new average")
    assert browser.path == book
    assert shown_in(bo.get(book).text) == rated

    browser.choose_stars("4")
    browser.wait_for(lambda: "4 stars saved." in browser.main, "the other stars to be saved")
    browser.fill("Your review", "Not a word, and all is said.")
    browser.press(PUBLISH)
    assert browser.heading == THANKS
    assert shown_in(bo.get(book).text) == with_one_more(before, average, 4)
    assert "Not a word, and all is said." in bo.get(book).text


@on_sqlite
class TestScripts:
    """What else scripts add. Each test has a book of its own, where nobody else counts."""

    def test_show_the_words_as_others_will_see_them(self, browser: Browser) -> None:
        open_signed_in(browser, "/books/momo")
        browser.fill("Your review", "Slow, and *right*. <b>Bold</b>")
        browser.wait_for(lambda: "<em>right</em>" in browser.html, "the preview")
        assert "As others will see it" in browser.main
        assert browser.select("[data-preview-words]").text == "Slow, and right. <b>Bold</b>"
        browser.fill("Your review", "")
        browser.keys("x", Keys.BACKSPACE)
        browser.wait_for(lambda: "As others will see it" not in browser.main, "the preview to go")

    def test_saved_stars_stay_after_a_reload(self, browser: Browser) -> None:
        open_signed_in(browser, "/books/code-complete")
        browser.choose_stars("3.5")
        browser.wait_for(lambda: "3.5 stars saved." in browser.main, "the stars to be saved")
        browser.driver.refresh()
        assert browser.select("[name=stars]:checked").get_attribute("value") == "3.5"
        browser.choose_stars("4")
        browser.wait_for(lambda: "4 stars saved." in browser.main, "the other stars to be saved")
        browser.fill("Your review", "Thick.")
        browser.press("Save the changes")
        assert browser.heading == THANKS

    def test_let_the_form_wait_for_stars_on_their_way(self, browser: Browser, bo: Visitor) -> None:
        """Sent at once it would be a second review of the same book, and be refused."""
        book = "/books/peopleware"
        before = shown_in(bo.get(book).text).ratings
        open_signed_in(browser, book)
        browser.fill("Your review", "About people.")
        browser.slow_down(milliseconds=500)
        browser.choose_stars("2")
        browser.wait_for(lambda: shown_in(bo.get(book).text).ratings > before, "the stars")
        browser.press(PUBLISH)
        browser.connect()
        assert browser.heading == THANKS
        assert "About people." in bo.get(book).text
        assert shown_in(bo.get(book).text).ratings == before + 1

    def test_say_that_stars_could_not_be_saved(self, browser: Browser) -> None:
        open_signed_in(browser, "/books/neuromancer")
        browser.cut_off()
        browser.choose_stars("2")
        told = "Your stars are not saved yet. The site can't be reached at the moment."
        browser.wait_for(lambda: told in browser.main, "a word about the stars")
        assert "net::ERR_INTERNET_DISCONNECTED" in browser.complaints().pop()
        browser.connect()
        browser.choose_stars("3")
        browser.wait_for(lambda: "3 stars saved." in browser.main, "the stars to be saved")

    def test_keep_a_draft_until_it_is_published(self, browser: Browser) -> None:
        book = "/books/a-closed-and-common-orbit"
        open_signed_in(browser, book)
        browser.fill("Your review", "Half a thought")
        browser.open_new_tab()
        browser.open(book)
        assert draft_on(browser) == "Half a thought"
        assert "This is what you had written here and not sent yet." in browser.main

        browser.fill("Your review", "A whole thought.")
        browser.press(PUBLISH)
        assert browser.heading == THANKS
        browser.follow("Withdraw")
        browser.press("Withdraw it")
        assert draft_on(browser) == ""

    def test_keep_a_draft_of_a_revision(self, browser: Browser) -> None:
        open_signed_in(browser, "/books/the-haunting-of-hill-house")
        browser.fill("Your review", "As it was.")
        browser.press(PUBLISH)
        browser.follow("Edit")
        edit = browser.path
        browser.fill("Your review", "As it might be.")
        browser.open_new_tab()
        browser.open(edit)
        assert draft_on(browser) == "As it might be."

        browser.press("Save the changes")
        browser.open(edit)
        assert draft_on(browser) == "As it might be."
        assert "not sent yet" not in browser.main

    def test_leave_words_that_were_saved_since_a_draft(self, browser: Browser) -> None:
        alex = open_signed_in(browser, "/books/dune")
        browser.fill("Your review", "As it was.")
        browser.press(PUBLISH)
        browser.follow("Edit")
        edit = browser.path
        browser.fill("Your review", "An old draft.")
        alex.submit(edit, edit.removesuffix("/edit"), body="As it is.")
        browser.open(edit)
        assert draft_on(browser) == "As it is."


def draft_on(browser: Browser) -> str:
    return browser.select("form.review-form textarea").get_attribute("value") or ""


@on_sqlite
class TestKeyboard:
    @with_and_without_scripts
    def test_is_enough(self, browser: Browser, bo: Visitor) -> None:
        book = "/books/the-structure-of-scientific-revolutions"
        open_signed_in(browser, book)
        browser.tab_to("Skip to the content")
        browser.keys(Keys.ENTER)
        browser.tab_to("Write a review")
        browser.keys(Keys.ENTER)
        browser.keys(Keys.TAB)
        assert browser.focus.get_attribute("name") == "stars"
        browser.keys(Keys.ARROW_LEFT)
        browser.keys(Keys.ARROW_LEFT)
        assert browser.focus.get_attribute("value") == "4.5"
        browser.keys(Keys.TAB)
        words = f"By keys alone, {uuid4().hex}."
        browser.keys(words)
        browser.tab_to(PUBLISH)
        browser.keys(Keys.ENTER)
        browser.wait_for(lambda: browser.heading == THANKS, "thanks")
        page = bo.get(book).text
        assert words in page
        assert 'aria-label="4.5 out of 5 stars"' in page

    def test_opens_and_closes_the_menu(self, browser: Browser) -> None:
        open_signed_in(browser, "/")
        browser.select(".menu summary").send_keys(Keys.ENTER)
        assert browser.select(".menu").get_attribute("open")
        browser.keys(Keys.TAB)
        assert browser.focus.text == "Your profile"
        browser.keys(Keys.ESCAPE)
        assert not browser.select(".menu").get_attribute("open")
        assert browser.focus.tag_name == "summary"


@on_sqlite
@with_and_without_scripts
def test_alex_signs_out_and_comes_back(browser: Browser) -> None:
    browser.open("/sign-up")
    name = make_account(browser)
    assert browser.heading == f"Hello, {name}"
    browser.select(".menu summary").click()
    browser.press("Sign out")
    assert browser.heading == "Books, reviewed by the people who read them"
    browser.open(f"/sign-in?next={BOOK}")
    browser.fill("Username or e-mail address", name.replace(" ", "_"))
    browser.fill("Password", PASSWORD)
    browser.press("Sign in")
    assert browser.path == BOOK
    assert PUBLISH in browser.main


@on_sqlite
class TestTheme:
    def test_stays_as_the_reader_switched_it(self, browser: Browser) -> None:
        browser.open("/")
        paper = background_of(browser)
        browser.select("[data-theme-switch]").click()
        lamplight = background_of(browser)
        assert lamplight != paper
        browser.open(BOOK)
        assert background_of(browser) == lamplight
        assert browser.select("[data-theme-switch]").get_attribute("aria-pressed") == "true"
        browser.select("[data-theme-switch]").click()
        assert background_of(browser) == paper
        browser.driver.refresh()
        assert background_of(browser) == paper

    @pytest.mark.parametrize("browser", ["chromium_without_scripts"], indirect=True)
    def test_offers_no_switch_that_does_nothing(self, browser: Browser) -> None:
        browser.open("/")
        assert not browser.select("[data-theme-switch]").is_displayed()


def background_of(browser: Browser) -> str:
    return browser.select("body").value_of_css_property("background-color")
