"""An upgrade under traffic, and the way back, without one request that fails.

The old release is the project as it was before its newest migration, taken out of its history:
other code, other tables. Both serve side by side from the tables of the newer one.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask_migrate import downgrade

from bookreviews import create_app
from bookreviews.config import ROOT
from bookreviews.extensions import engine
from tests.conftest import settings_for
from tests.deploy.stage import Stage, gunicorn_of, turn_nginx_to
from tests.postgres import Postgres, new_name
from tests.test_migrations import VERSIONS
from tests.walkthrough.conftest import pytest_runtest_makereport  # noqa: F401 - shows the logs
from tests.walkthrough.servers import Server, Site

_NEWEST, _BEFORE = VERSIONS[-1], VERSIONS[-2].name[:4]


@pytest.fixture(scope="module")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the project as it was before the newest migration came."""
    folder = tmp_path_factory.mktemp("release")
    added = ["log", "--diff-filter=A", "-1", "--format=%H", "--", str(_NEWEST)]
    if shutil.which("git") is None or not (commit := git(*added).stdout.decode().strip()):
        pytest.skip("there is no history to take an older release out of")
    then = git("archive", f"{commit}^", check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=then, check=True)
    return folder


def git(*words: str, check: bool = False) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *words]
    return subprocess.run(command, capture_output=True, check=check)


@dataclass
class Releases:
    """A site of two releases, one of which Nginx asks."""

    stage: Stage
    old: Server
    new: Server

    def upgrade_tables(self) -> None:
        """Run the command of the new release."""
        command = [sys.executable, "-m", "bookreviews", "db", "upgrade"]
        subprocess.run(command, env=self.new.environment, cwd=ROOT, check=True)

    def let_serve(self, server: Server, *, instead_of: Server) -> None:
        """Start one, turn Nginx to it, and stop the other when nobody asks it any more."""
        server.start()
        turn_nginx_to(self.stage.site, server)
        instead_of.stop()


@pytest.fixture
def releases(release_before: Path, postgres_template: str, tmp_path: Path) -> Iterator[Releases]:
    """Return the old release on its tables, serving."""
    server = Postgres.running()
    name = server.create_database(new_name(), template=postgres_template)
    site = Site(tmp_path, server.url_of(name))
    stage = Stage(site)
    old, new = gunicorn_of("old", release_before, site), gunicorn_of("new", ROOT, site)
    releases = Releases(stage, old, new)
    with create_app(settings_for(site.database_url)).app_context():
        downgrade(revision=_BEFORE)
        engine().dispose()
    turn_nginx_to(site, old)
    try:
        old.start()
        site.nginx.start()
        yield releases
    finally:
        for one in (site.nginx, old, new):
            one.stop()
        server.drop_database(name)


def test_an_upgrade_and_the_way_back_fail_nobody(releases: Releases) -> None:
    with releases.stage.traffic() as traffic:
        traffic.flow()
        releases.upgrade_tables()
        traffic.flow()
        releases.let_serve(releases.new, instead_of=releases.old)
        traffic.flow()
        releases.let_serve(releases.old, instead_of=releases.new)
        traffic.flow()
    assert traffic.failures == traffic.refusals == []
    releases.stage.assert_kept(traffic)
