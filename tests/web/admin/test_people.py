"""Admins find people by what they know of them."""

import pytest

from bookreviews.accounts.viewer import Viewer
from tests import crowd
from tests.client import Client
from tests.pages import walk

PAGE = "/admin/people"


def found(page: str) -> list[str]:
    """Return the usernames of those on a page that aren't Ada, who is in."""
    people = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [name for name in ("alex", "ada", "bo", "mo") if f'href="{PAGE}/{name}"' in people]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["alex", "ada", "bo", "mo"]),
        ("?q=al", ["alex"]),
        ("?q=Alex", ["alex"]),
        ("?q=bo@example.org", ["bo"]),
        ("?q=@example.org", []),
        ("?q=o@example.org", []),
        ("?role=moderator", ["mo"]),
        ("?role=admin", ["ada"]),
        ("?q=bo&role=admin", []),
        ("?state=suspended", []),
        ("?state=waiting", []),
        ("?role=emperor&state=odd", ["alex", "ada", "bo", "mo"]),
        ("?q=%00", ["alex", "ada", "bo", "mo"]),
    ],
)
def test_questions_narrow_the_list(
    as_ada: Client, alex: Viewer, bo: Viewer, mo: Viewer, query: str, names: list[str]
) -> None:
    answer = as_ada.get(PAGE + query)
    assert answer.status_code == 200
    assert found(answer.text) == names
    assert ("Nobody is like that" in answer.text) == (not names)
    assert "@example.org" not in answer.text.replace('value="bo@example.org"', "").replace(
        'value="@example.org"', ""
    ).replace('value="o@example.org"', "")


def test_a_crowd_has_pages(as_ada: Client) -> None:
    crowd.readers(120)
    pages = walk(as_ada, PAGE)
    assert len(pages) > 1
    for number in (0, 60, 119):
        assert sum(f'{PAGE}/reader{number}"' in page for page in pages) == 1
