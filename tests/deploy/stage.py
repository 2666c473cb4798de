"""A site of one's own to break, with books, and with readers who are signed in."""

import itertools
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from bookreviews import create_app
from bookreviews.extensions import engine, session
from bookreviews.lib.clock import now
from bookreviews.site.models import SiteSetting
from bookreviews.transactions import transaction
from tests import crowd
from tests.conftest import settings_for
from tests.deploy.looking import TheDatabase
from tests.deploy.processes import children_of
from tests.deploy.traffic import Traffic
from tests.walkthrough.servers import Server, Site, wait_until
from tests.walkthrough.visitor import Visitor, sign_up

_BOOKS = 60
_WRITERS, _BOOKS_OF_A_FAULT = 3, 3


class Stage:
    """A running site whose writers go from fault to fault, and find new books at each."""

    def __init__(self, site: Site, *, database_url: str = "") -> None:
        """Fill its database, which is reached past the site where another address is given."""
        self.site = site
        self._url = database_url or site.database_url
        self._slugs = fill(self._url)
        self._writers: list[Visitor] = []

    def traffic(self) -> Traffic:
        """Return traffic about books that nobody has reviewed yet."""
        if not self._writers:
            self._writers = [sign_up(self.site.address) for _ in range(_WRITERS)]
        slugs = [next(self._slugs) for _ in range(_BOOKS_OF_A_FAULT)]
        return Traffic(self.site.address, writers=self._writers, readers=2, slugs=slugs)

    def assert_kept(self, traffic: Traffic) -> None:
        """Assert that all is there that was promised, as programs see it and in the tables."""
        traffic.assert_kept()
        traffic.assert_kept(TheDatabase(self._url))

    def workers(self) -> list[int]:
        """Return Gunicorn's workers."""
        assert self.site.gunicorn.process is not None
        return children_of(self.site.gunicorn.process.pid)


def gunicorn_of(name: str, release: Path, site: Site) -> Server:
    """Return another Gunicorn for a site, with the code of a release."""
    socket = site.folder / "var" / f"{name}.sock"
    environment = site.gunicorn.environment | {"BIND": f"unix:{socket}", "PYTHONPATH": str(release)}
    command = [sys.executable, "-m", "gunicorn", "-c", str(release / "gunicorn.conf.py")]
    return Server(name, [*command, "--chdir", str(release)], site.folder, environment, socket)


def turn_nginx_to(site: Site, *servers: Server) -> None:
    """Let Nginx read a new list of servers; its old workers end what they have begun."""
    listed = "".join(f"    {_listed(server)}\n" for server in servers)
    keeping = "    zone bookreviews 64k;\n    least_conn;\n"  # as in deploy/compose/upstream.conf
    upstream = f"upstream bookreviews {{\n{keeping}{listed}    keepalive 32;\n}}\n"
    (site.folder / "deploy" / "nginx" / "upstream.conf").write_text(upstream, "utf-8")
    nginx = site.nginx.process
    if nginx is None:
        return
    before = {*children_of(nginx.pid)}
    nginx.send_signal(signal.SIGHUP)
    wait_until(lambda: not before & {*children_of(nginx.pid)}, "Nginx to have turned")


def _listed(server: Server) -> str:
    return f"server unix:{server.listens_at} max_fails=1 fail_timeout=2s;"


def fill(url: str) -> Iterator[str]:
    """Add books, and let readers post as much as they like; return the books' slugs."""
    with create_app(settings_for(url)).app_context():
        crowd.books(_BOOKS)
        with transaction():
            session().add(SiteSetting(name="burst_reviews_per_hour", value=1000, changed_at=now()))
        engine().dispose()
    return (f"volume-{number:03}" for number in itertools.count())
