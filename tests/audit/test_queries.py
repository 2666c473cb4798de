"""The trail is read by actor, person and act, page by page, and exported whole."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit import queries, services
from bookreviews.lib.pagination import BrokenCursor
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


@pytest.fixture
def trail(app: Flask, ada: Viewer, mo: Viewer, bo: Viewer) -> None:
    """Let Ada and Mo do things in turn, more than two pages of them."""
    with transaction():
        for number in range(queries.PAGE_SIZE * 2 + 2):
            services.record(
                actor=(ada, mo)[number % 2],
                act=("kept", "removed", "warned")[number % 3],
                person_id=bo.id if number % 5 == 0 else None,
                details={"number": number},
                at=NOON,
            )


def numbers(**asked: object) -> list[int]:
    """Return what all pages of a question show."""
    found, after = [], None
    while True:
        page = queries.entries(**asked, after=after)  # type: ignore[arg-type]
        found += [entry.details["number"] for entry in page.rows]
        after = page.older
        if after is None:
            return found


@any_database
def test_pages_show_each_entry_once_newest_first(trail: None) -> None:
    assert numbers() == list(reversed(range(102)))


@any_database
def test_questions_narrow_the_pages_and_the_export(trail: None, ada: Viewer, bo: Viewer) -> None:
    for asked, wanted in (
        ({"actor": ada.id}, [n for n in range(102) if n % 2 == 0]),
        ({"person": bo.id}, [n for n in range(102) if n % 5 == 0]),
        ({"act": "removed"}, [n for n in range(102) if n % 3 == 1]),
        (
            {"actor": ada.id, "person": bo.id, "act": "kept"},
            [n for n in range(102) if n % 30 == 0],
        ),
        ({"act": "nothing"}, []),
    ):
        assert numbers(**asked) == wanted[::-1]
        exported = queries.export(**asked)  # type: ignore[arg-type]
        assert [entry.details["number"] for entry in exported] == wanted


@any_database
def test_acts_are_listed_once(trail: None) -> None:
    assert queries.list_acts() == ["kept", "removed", "warned"]


@any_database
def test_an_empty_trail_has_no_acts(app: Flask) -> None:
    assert queries.list_acts() == []


@pytest.mark.parametrize("after", ["", "x", "WyJhIl0"])
def test_a_broken_cursor_is_refused(app: Flask, after: str) -> None:
    with pytest.raises(BrokenCursor):
        queries.entries(after=after)
