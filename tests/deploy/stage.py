"""A site of one's own to break, with books, and with readers who are signed in."""

import itertools
from collections.abc import Iterator

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
from tests.walkthrough.servers import Site
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


def fill(url: str) -> Iterator[str]:
    """Add books, and let readers post as much as they like; return the books' slugs."""
    with create_app(settings_for(url)).app_context():
        crowd.books(_BOOKS)
        with transaction():
            session().add(SiteSetting(name="burst_reviews_per_hour", value=1000, changed_at=now()))
        engine().dispose()
    return (f"volume-{number:03}" for number in itertools.count())
