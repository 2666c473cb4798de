"""The walkthrough's stage: a site on each database, and a browser with and without scripts.

Each is started once for a worker, when a test first asks for it. The tests of one database stay
together on one worker (tests/scheduling.py), so no site is started twice.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres, new_name
from tests.walkthrough.browser import Browser
from tests.walkthrough.pages import Cast
from tests.walkthrough.servers import Server, Site

on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("site", ["postgres"], indirect=True)
on_each_database = pytest.mark.parametrize("site", ["sqlite", "postgres"], indirect=True)
with_and_without_scripts = pytest.mark.parametrize(
    "browser", ["chromium", "chromium_without_scripts"], indirect=True
)


@pytest.fixture(scope="session")
def sqlite_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a site with the demo on SQLite."""
    folder = tmp_path_factory.mktemp("sqlite-site")
    file = folder / "books.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    yield from _running(Site(folder, f"sqlite:///{file}"))


@pytest.fixture(scope="session")
def postgres_site(
    postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Return a site with the demo on PostgreSQL."""
    server = Postgres.running()
    name = server.create_database(new_name(), template=postgres_template)
    folder = tmp_path_factory.mktemp("postgres-site")
    yield from _running(Site(folder, server.url_of(name)))
    server.drop_database(name)


def _running(site: Site) -> Iterator[Site]:
    site.load_demo()
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    """Return the site of this test, on the database it has said above."""
    found: Site = request.getfixturevalue(f"{request.param}_site")
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a browser."""
    yield from _opened(Browser())


@pytest.fixture(scope="session")
def chromium_without_scripts() -> Iterator[Browser]:
    """Return a browser that runs no scripts."""
    yield from _opened(Browser(scripts=False))


def _opened(browser: Browser) -> Iterator[Browser]:
    try:
        yield browser
    finally:
        browser.quit()


@pytest.fixture
def browser(request: pytest.FixtureRequest, site: Site) -> Iterator[Browser]:
    """Return a browser as new, at the site; its console must stay silent."""
    kind = getattr(request, "param", "chromium")
    found: Browser = request.getfixturevalue(kind)
    found.hand_to(site.address)
    yield found
    assert found.complaints() == []


@pytest.fixture(scope="session")
def cast(postgres_site: Site) -> Cast:
    """Return those who look at every page of the site on PostgreSQL."""
    return Cast(postgres_site)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Iterator[None]:
    """Show with a failure what its servers said."""
    report = yield
    if report.failed:
        for server in _servers_of(item):
            said = server.log.read_text("utf-8", "replace")[-5000:]
            report.sections.append((f"the log of {server.name}", said))
    return report


def _servers_of(item: pytest.Item) -> list[Server]:
    used = getattr(item, "funcargs", {}).values()
    sites = {one for one in used if isinstance(one, Site)}
    return [
        *(one for one in used if isinstance(one, Server)),
        *(server for site in sites for server in site.servers),
    ]
