"""The trail can be narrowed, walked through, and taken along."""

import csv
import io

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.audit import queries
from bookreviews.audit.services import record
from bookreviews.transactions import transaction
from tests.client import Client
from tests.conftest import NOON
from tests.moderation.scenes import decide, report_profile, report_review
from tests.pages import walk
from tests.reviews.acts import post

PAGE = "/admin/audit"


@pytest.fixture
def trail(ada: Viewer, mo: Viewer, bo: Viewer) -> None:
    with transaction():
        for number in range(queries.PAGE_SIZE + 5):
            record(
                actor=mo,
                act="=kept",
                person_id=bo.id,
                details={"note": f"<n{number}>"},
                at=NOON,
            )
        record(actor=ada, act="changed a role", person_id=mo.id, details={}, at=NOON)


def test_an_empty_trail_says_so(as_ada: Client) -> None:
    assert "Nothing so far" in as_ada.get(PAGE).text


def test_it_is_shown_page_by_page(as_ada: Client, trail: None) -> None:
    pages = walk(as_ada, PAGE)
    assert len(pages) == 2
    assert "&lt;n54&gt;" in pages[0]
    assert "&lt;n0&gt;" in pages[1]


def test_a_decision_leads_to_its_entry_and_to_what_it_was_about(
    as_ada: Client, mo: Viewer, alex: Viewer, bo: Viewer, book_id: int
) -> None:
    review = post(alex, book_id)
    of_review = decide(mo, report_review(bo, review), "hide")
    of_profile = decide(mo, report_profile(bo, alex.id), "warn")
    page = as_ada.get(PAGE).text
    spam = "spam or advertising"
    assert f'<a href="/moderation/log/{of_review}">Entry {of_review}</a>: {spam}, ' in page
    assert f'<a href="/reviews/{review}">review {review}</a>' in page
    assert f'<a href="/moderation/log/{of_profile}">Entry {of_profile}</a>: {spam}, the' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("by=ada", ["changed a role"]),
        ("by=Mo&about=bo&act=%3Dkept", ["'=kept"] * 55),
        ("about=mo", ["changed a role"]),
        ("by=nobody", []),
        ("about=%00", ["'=kept"] * 55 + ["changed a role"]),
        ("act=nothing", []),
    ],
)
def test_a_file_has_what_the_page_shows(
    as_ada: Client, trail: None, query: str, found: list[str]
) -> None:
    page = as_ada.get(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert ("Nothing like that" in page.text) == (not found)
    answer = as_ada.get(f"{PAGE}/export?{query}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment; filename=" in answer.headers["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["act"] for line in lines] == found
