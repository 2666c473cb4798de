"""A reader's browser: headless Chromium, told what to do in the reader's words."""

from collections.abc import Callable
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.walkthrough.servers import PATIENCE, program, wait_until

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # Each page in the process of the one before: to start one takes as long as the page.
    "--process-per-site",
    "--disable-site-isolation-trials",
    "--renderer-process-limit=1",
    "--window-size=1280,900",
)


class Browser:
    """Chromium, with or without scripts. It lives as long as the run; readers come and go."""

    def __init__(self, *, scripts: bool = True) -> None:
        options = ChromeOptions()
        options.binary_location = program("chromium", "chromium-browser", "google-chrome")
        for flag in _FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not scripts:
            setting = "profile.managed_default_content_settings.javascript"
            options.add_experimental_option("prefs", {setting: 2})
        self.driver = Chrome(options, Service(program("chromedriver")))
        self.driver.set_page_load_timeout(PATIENCE)
        self.has_scripts = scripts
        self.address = ""

    def hand_to(self, address: str) -> None:
        """Let somebody new use it at a site's address, with nothing left of the one before."""
        for handle in self.driver.window_handles[1:]:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        self.driver.get("about:blank")
        self.connect()
        self.tell("Network.clearBrowserCookies")
        self.tell("Storage.clearDataForOrigin", origin=address, storageTypes="all")
        self.complaints()
        self.address = address

    def sign_in(self, session: str) -> None:
        """Let it be the browser of somebody who has signed in already, with this cookie."""
        cookie = {"name": "session", "value": session, "httpOnly": True, "sameSite": "Lax"}
        self.tell("Network.setCookie", url=self.address, **cookie)

    def tell(self, command: str, **parameters: Any) -> Any:
        """Give Chromium itself a command (of its DevTools protocol)."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def slow_down(self, milliseconds: int) -> None:
        """Let every answer take so long to arrive."""
        self.driver.set_network_conditions(offline=False, latency=milliseconds, throughput=10**9)

    def cut_off(self) -> None:
        """Let no answer arrive."""
        self.driver.set_network_conditions(offline=True, latency=0, throughput=0)

    def connect(self) -> None:
        """Let answers arrive as usual."""
        self.driver.delete_network_conditions()

    def complaints(self) -> list[str]:
        """Return what the console said since last asked: errors, and violations of the policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    # ---- Going about -----------------------------------------------------------------------
    def open(self, path: str) -> None:
        self.driver.get(self.address + path)

    def open_new_tab(self) -> None:
        """Open a tab and close the one that was there."""
        before = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        new = self.driver.current_window_handle
        self.driver.switch_to.window(before)
        self.driver.close()
        self.driver.switch_to.window(new)

    def follow(self, link: str) -> None:
        """Click a link by what it says."""
        self._leave(self.find(f"//main//a[normalize-space()='{link}' or text()='{link}']"))

    def press(self, button: str) -> None:
        """Click a button by what it says."""
        self._leave(self.find(f"//button[normalize-space()='{button}']"))

    def fill(self, label: str, words: str) -> None:
        """Type into the field with this label, in the place of what is in it."""
        field = self.find(f"//*[@id=//label[normalize-space()='{label}']/@for]")
        field.clear()
        field.send_keys(words)

    def choose_stars(self, stars: str) -> None:
        """Click on so many stars."""
        self.find(f"//label[input[@name='stars'][@value='{stars}']]").click()

    def keys(self, *keys: str) -> None:
        """Type on the keyboard, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, text: str) -> None:
        """Press Tab until the focus is on what says `text`."""
        for _ in range(60):
            self.keys(Keys.TAB)
            if self.focus.text == text:
                return
        raise AssertionError(f"no way to {text!r} by the keyboard")

    # ---- Looking ---------------------------------------------------------------------------
    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.address)

    @property
    def html(self) -> str:
        return self.driver.page_source

    @property
    def heading(self) -> str:
        return self.find("//h1").text

    @property
    def main(self) -> str:
        """Return all the words of the page, as a reader sees them."""
        return self.find("//main").text

    @property
    def focus(self) -> WebElement:
        return self.driver.switch_to.active_element

    def find(self, xpath: str) -> WebElement:
        return self.driver.find_element(By.XPATH, xpath)

    def select(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def wait_for(self, what: Callable[[], object], of_what: str) -> None:
        """Wait until something is so on a page that is changing."""
        wait_until(lambda: _try(what), of_what)

    def _leave(self, element: WebElement) -> None:
        """Click what leads to another page, and wait until this one is gone."""
        page = self.find("/html")
        element.click()
        self.wait_to_leave(page)

    def wait_to_leave(self, page: WebElement) -> None:
        """Wait until `page`, the root of what was shown, is gone."""
        self.wait_for(lambda: _is_gone(page), "the next page")

    def quit(self) -> None:
        self.driver.quit()


def _try(what: Callable[[], object]) -> object:
    try:
        return what()
    except WebDriverException:  # the page is being replaced
        return False


def _is_gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    return False
