"""Alex adds a missing book on a phone, and is shown what is here already while typing."""

from tests.walkthrough.browser import Browser
from tests.walkthrough.conftest import on_sqlite
from tests.walkthrough.visitor import sign_up

PHONE = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": False}


@on_sqlite
def test_a_missing_book_is_added_by_phone(browser: Browser) -> None:
    browser.sign_in(sign_up(browser.address).session)
    browser.tell("Emulation.setDeviceMetricsOverride", **PHONE)
    try:
        browser.open("/books/new")
        browser.fill("Title", "Code Complete")
        shown = "//*[@data-alike][not(@hidden)]"
        browser.wait_for(lambda: browser.find(f"{shown}//a[.='Code Complete']"), "what is here")
        browser.fill("Title", "The Lamplighter of Pellworm")
        browser.wait_for(
            lambda: not browser.driver.find_elements("xpath", shown), "nothing like it"
        )
        browser.fill("Author 1", "Ann Onym")
        browser.find("//button[normalize-space()='Another author']").click()
        browser.fill("Author 3", "Bea Onym")
        browser.fill("ISBN", "9780140328721")
        browser.find("//button[@data-look-up]").click()
        told = "//*[@data-told][contains(., 'answer at the moment')]"
        browser.wait_for(lambda: browser.find(told), "word that Open Library doesn't answer")
        assert all("/books/new/lookup" in said for said in browser.complaints())  # its status
        browser.press("Add the book")
    finally:
        browser.tell("Emulation.clearDeviceMetricsOverride")
    assert browser.path == "/books/the-lamplighter-of-pellworm"
    assert "by Ann Onym and Bea Onym" in browser.main
    assert "Added by a new reader" in browser.main
