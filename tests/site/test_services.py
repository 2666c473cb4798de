"""Admins change the site: checked, written into the trail, true for every process soon."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from bookreviews import create_app
from bookreviews.accounts.viewer import Viewer
from bookreviews.audit import queries as audit
from bookreviews.errors import Conflict, Invalid, NotAllowed
from bookreviews.extensions import session
from bookreviews.site import queries, services
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database, settings_for


def change(actor: Viewer, **values: Any) -> list[services.Change]:
    with transaction():
        return services.change(actor=actor, values=values, at=NOON)


@any_database
def test_a_change_is_stored_and_told_with_before_and_after(app: Flask, ada: Viewer) -> None:
    changes = change(ada, name="Pages", listed_words="Casino\npills", hold_weight="3")
    assert changes == [
        ("name", "BookReviews", "Pages"),
        ("listed_words", (), ("casino", "pills")),
    ]
    assert change(ada, name="Leaves") == [("name", "Pages", "Leaves")]
    now = queries.stored()
    assert (now.name, now.listed_words, now.hold_weight) == ("Leaves", ("casino", "pills"), 3.0)
    told = [(entry.actor_username, entry.details) for entry in audit.entries().rows]
    assert told == [
        ("ada", {"setting": "name", "before": "Pages", "after": "Leaves"}),
        ("ada", {"setting": "listed_words", "before": [], "after": ["casino", "pills"]}),
        ("ada", {"setting": "name", "before": "BookReviews", "after": "Pages"}),
    ]


def test_what_is_as_it_was_is_no_change(app: Flask, ada: Viewer) -> None:
    assert change(ada, name="BookReviews", shares_minimum="20") == []
    assert audit.entries().rows == []


@pytest.mark.parametrize("who", ["alex", "mo"])
def test_others_change_nothing(who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        change(request.getfixturevalue(who), name="Mine")
    assert queries.stored().name == "BookReviews"


def test_nothing_is_changed_where_one_value_is_wrong(app: Flask, ada: Viewer) -> None:
    with pytest.raises(Invalid):
        change(ada, name="Pages", shares_minimum="none")
    assert queries.stored().name == "BookReviews"
    assert audit.entries().rows == []


def test_a_page_that_is_out_of_date_undoes_nothing(app: Flask, ada: Viewer) -> None:
    change(ada, name="Pages")
    for earlier, refused in ((timedelta(seconds=1), True), (timedelta(), False)):
        with transaction():
            if refused:
                with pytest.raises(Conflict, match="Somebody else"):
                    services.change(actor=ada, values={"name": "Old"}, at=NOON, seen=NOON - earlier)
            else:
                services.change(actor=ada, values={"name": "New"}, at=NOON, seen=NOON)
    assert queries.stored().name == "New"


class TestCurrent:
    def test_is_at_most_a_second_old(self, app: Flask, ada: Viewer) -> None:
        at = [100.0]
        app.extensions["site"].clock = lambda: at[0]
        assert queries.current().name == "BookReviews"
        change(ada, name="Pages")
        at[0] += 0.99
        assert queries.current().name == "BookReviews"
        at[0] += 0.01
        session().rollback()
        assert queries.current().name == "Pages"

    def test_is_known_to_other_processes(self, app: Flask, ada: Viewer, database_url: str) -> None:
        other = create_app(settings_for(database_url, site_name="By the environment"))
        other.extensions["site"].lasts = 0
        with other.app_context():
            assert queries.current().name == "By the environment"
        change(ada, name="Pages")
        with other.app_context():
            assert queries.current().name == "Pages"

    def test_is_the_last_known_while_the_database_is_broken(self, app: Flask, ada: Viewer) -> None:
        change(ada, name="Pages")
        assert queries.current().name == "Pages"
        app.extensions["site"].lasts = 0
        with transaction():
            session().connection().exec_driver_sql("ALTER TABLE site_settings RENAME TO gone")
        assert queries.current_or_last_known().name == "Pages"
        queries.forget()
        assert queries.current_or_last_known().name == "BookReviews"
