"""PostgreSQL's archive brings a site back to a moment, by the steps of its page in the docs."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask

from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.catalog.queries import get_work_id
from bookreviews.extensions import engine
from bookreviews.reviews import services as reviews
from bookreviews.reviews.queries import reviews_of
from bookreviews.transactions import transaction
from tests.clusters import Cluster, run
from tests.conftest import NOON, migrated, settings_for
from tests.walkthrough.servers import wait_until

SLUG = "python-for-beginners"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Return a cluster that archives its log, with the tables of the site."""
    cluster = Cluster.new("archiving")
    archive = cluster.folder / "archive"
    archive.mkdir()
    shutil.chown(archive, cluster.folder.owner(), cluster.folder.group())
    cluster.create()
    keeps = {
        "archive_mode": "on",
        "archive_command": f"cp %p {archive}/%f.part && mv {archive}/%f.part {archive}/%f",
    }
    cluster.start(**keeps, fsync="off")
    try:
        migrated(cluster.url)
        yield cluster
    finally:
        cluster.stop()
        cluster.remove()


@contextmanager
def site_on(cluster: Cluster) -> Iterator[Flask]:
    app = create_app(settings_for(cluster.url))
    with app.app_context():
        yield app
        engine().dispose()


def test_a_review_before_the_moment_is_there_and_a_mistake_after_it_is_not(
    cluster: Cluster,
) -> None:
    copy = cluster.folder / "base"
    with site_on(cluster):
        alex = sign_up()
        work_id = add_book()
        run(
            "pg_basebackup",
            "-h",
            cluster.folder,
            "-U",
            "postgres",
            "-D",
            copy,
            "-X",
            "fetch",
            "-c",
            "fast",
        )
        with transaction():
            reviews.post_review(author=alex, work_id=work_id, stars=4.5, body="Kept.", at=NOON)
        moment = ask(cluster, "SELECT clock_timestamp()")
        with transaction():
            reviews.withdraw_review(author=alex, review_id=review_id(work_id), at=NOON)
    archive_what_is_left(cluster)
    cluster.stop()

    shutil.move(cluster.data, cluster.folder / "broken")
    shutil.move(copy, cluster.data)
    (cluster.data / "recovery.signal").touch()
    cluster.start(
        restore_command=f"cp {cluster.folder}/archive/%f %p",
        recovery_target_time=moment,
        recovery_target_action="promote",
        fsync="off",
    )

    wait_until(lambda: not ask(cluster, "SELECT pg_is_in_recovery()"), "the recovery's end")
    with site_on(cluster):
        (review,) = reviews_of(get_work_id(SLUG)).rows
        assert "Kept." in review.body_html


def sign_up() -> Viewer:
    with transaction():
        user = accounts.sign_up(
            username="alex", name="", email="alex@books.example", password_hash=None, at=NOON
        )
    return Viewer(user.id, user.username, user.name, user.role)


def add_book() -> int:
    with transaction():
        return catalog.add_work(catalog.NewWork(title="Python for Beginners"), at=NOON).id


def review_id(work_id: int) -> int:
    (review,) = reviews_of(work_id).rows
    return int(review.id)


def ask(cluster: Cluster, question: str) -> object:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def archive_what_is_left(cluster: Cluster) -> None:
    last = ask(cluster, "SELECT pg_walfile_name(pg_switch_wal())")
    wait_until((cluster.folder / "archive" / str(last)).exists, "the archive")
