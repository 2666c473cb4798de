"""Every page before the eyes of axe-core: by daylight and lamplight, on a desk and a phone."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from bookreviews.config import ROOT
from tests.walkthrough.browser import Browser
from tests.walkthrough.conftest import on_postgres
from tests.walkthrough.pages import PAGES, Cast, Page
from tests.walkthrough.servers import Site

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The phone comes last: whether the page scrolls sideways is asked there.
DESK, PHONE = 1280, 320
VIEWS = tuple(product((DESK, PHONE), ("light", "dark")))
# What can be right by daylight and wrong by lamplight, whose page differs in colours alone.
_OF_COLOURS = ("color-contrast", "link-in-text-block")

_RUN = """
const [rules, done] = arguments;
axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) }).then(
  ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))),
  (error) => done([String(error)]));
"""
_SEND = """
const [action, typed, target] = arguments;
const form = document.querySelector(`form[method=post][action="${action}"]`);
for (const [name, value] of Object.entries(typed)) form.elements[name].value = value;
form.action = target;
form.submit();  // as it is, past what the browser itself would refuse
"""
_UNFOLD = """
for (const folded of document.querySelectorAll("details")) folded.open = true;
"""
_IS_TOO_WIDE = """
const page = document.scrollingElement;
return page.scrollWidth > page.clientWidth ? `${page.scrollWidth} of ${page.clientWidth}` : "";
"""


@pytest.fixture(scope="module")
def axe(chromium: Browser, postgres_site: Site) -> Iterator[None]:
    """Let axe be on every page from its beginning: to send it to each anew takes long."""
    assert AXE.is_file(), "axe-core is not installed; `make test` installs it."
    chromium.hand_to(postgres_site.address)  # in the tab that stays
    source = AXE.read_text("utf-8")
    added = chromium.tell("Page.addScriptToEvaluateOnNewDocument", source=source)
    yield
    chromium.tell("Page.removeScriptToEvaluateOnNewDocument", **added)


@pytest.fixture
def inspected(axe: None, browser: Browser) -> Iterator[Browser]:
    """Return a browser that has axe, and is as it was afterwards."""
    yield browser
    browser.tell("Emulation.clearDeviceMetricsOverride")
    browser.tell("Emulation.setEmulatedMedia", features=[])


def test_lamplight_changes_colours_alone() -> None:
    """Otherwise all that is asked by daylight would have to be asked again."""
    sheets = (ROOT / "static" / "css").glob("*.css")
    css = re.sub(
        r"/\*.*?\*/", "", "".join(sheet.read_text("utf-8") for sheet in sheets), flags=re.S
    )
    assert "prefers-color-scheme" not in css
    pairs = re.findall(r"--[\w-]+: light-dark\(#\w+, #\w+\);", css)
    assert len(pairs) == css.count("light-dark") > 0
    of_switch = re.findall(r"\[data-theme[=\]][^{]*{ ([^}]*) }", css)
    assert set(of_switch) == {"color-scheme: light;", "color-scheme: dark;"}


@on_postgres
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_everyone_can_use(page: Page, site: Site, cast: Cast, inspected: Browser) -> None:
    show(page, cast, inspected)
    inspected.driver.execute_script(_UNFOLD)
    found = []
    for width, scheme in VIEWS:
        set_up(inspected, width, scheme)
        rules = _OF_COLOURS if scheme == "dark" else None
        wrong = inspected.driver.execute_async_script(_RUN, rules)
        found += [f"{scheme}, {width} pixels: {violation}" for violation in wrong]
    too_wide = inspected.driver.execute_script(_IS_TOO_WIDE)
    assert not found, "\n".join(found)
    assert not too_wide, f"scrolls sideways on a phone: {too_wide}"


def set_up(browser: Browser, width: int, scheme: str) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.tell("Emulation.setDeviceMetricsOverride", **size)
    # Colours that are still on their way from one scheme to the other would be neither.
    wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wishes.items()]
    browser.tell("Emulation.setEmulatedMedia", features=features)


def show(page: Page, cast: Cast, browser: Browser) -> None:
    """Open a page as the one who is to see it."""
    if page.who != "visitor":
        browser.sign_in(cast.visitors[page.who].session)
    browser.open(cast.place(page.path))
    if page.form:
        before = browser.find("/html")
        browser.driver.execute_script(
            _SEND, cast.place(page.form), page.typed, cast.place(page.target or page.form)
        )
        browser.wait_to_leave(before)
    # Chromium notes the status of pages that tell of an error.
    status = re.compile("Failed to load resource: the server responded with a status of 4[0-9]{2}")
    assert [said for said in browser.complaints() if not status.search(said)] == []
