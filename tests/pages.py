"""What stands on a page: the books and reviews of a list, and where it goes on."""

import re

from tests.client import Client


def titles_in(page: str) -> list[str]:
    """Return the titles of the books on a page's shelves."""
    return re.findall(r'class="work-title"><a [^>]*>([^<]+)', page)


def names_in(page: str) -> list[str]:
    """Return who wrote the reviews on a page."""
    return re.findall(r'class="review-by"><a [^>]*>([^<]+)', page)


def next_of(page: str) -> str | None:
    """Return where the list on a page goes on."""
    found = re.search(r'pager-older" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else None


def walk(client: Client, path: str | None) -> list[str]:
    """Return all pages of a list."""
    pages = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200
        pages.append(answer.text)
        path = next_of(answer.text)
    return pages
