"""Ratings that are older than their book count or not as the setting has it, at once for all."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import take_jobs
from bookreviews.jobs import ratings
from bookreviews.site.services import change
from bookreviews.transactions import transaction
from tests import stored
from tests.conftest import NOON, any_database
from tests.reviews.acts import add_work, post


@any_database
def test_they_follow_the_setting(alex: Viewer, bo: Viewer, ada: Viewer) -> None:
    early = add_work("Not out yet", first_published=NOON.year + 1)
    late = add_work("Out", first_published=NOON.year)
    for work_id in (early, late):
        post(alex, work_id, stars=5.0)
        post(bo, work_id, stars=None, body="Words alone.")
    for counts, shown in ((False, 0), (True, 1)):
        with transaction():
            change(actor=ada, values={"count_early_ratings": counts}, at=NOON)
        ratings.judge_early_ratings(at=NOON)
        assert stored.summary(early)[:2] == (shown, 2)
        assert stored.summary(late)[:2] == (1, 2)


def test_the_job_is_queued_with_the_change(
    app: Flask, ada: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(app.extensions["jobs"], "put", lambda name, _: asked.append(name))
    for values in ({"name": "Pages"}, {"count_early_ratings": False}):
        with transaction():
            change(actor=ada, values=values, at=NOON)
    assert asked == ["judge_early_ratings"]
    assert take_jobs() == []
