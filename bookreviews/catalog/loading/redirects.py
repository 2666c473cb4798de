"""Keys of other catalogues that were given up for others: followed by every batch."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select, text

from bookreviews.catalog.loading import bulk
from bookreviews.catalog.loading.entries import Book, Identifier, Person, Rating, Redirect
from bookreviews.catalog.models import (
    AuthorIdentifier,
    EditionIdentifier,
    RedirectedKey,
    WorkIdentifier,
)
from bookreviews.extensions import session
from bookreviews.lib.among import among

LONGEST_CHAIN = 5
BOTH_HERE = "both are here: a moderator can merge them"

_TARGETS: Any = select(RedirectedKey.value, RedirectedKey.target).where(
    RedirectedKey.scheme == "openlibrary", among(RedirectedKey.value)
)
_PUT = text(
    "INSERT INTO redirected_keys (scheme, value, target) VALUES (:scheme, :value, :target)"
    " ON CONFLICT (scheme, value) DO UPDATE SET target = excluded.target"
)
# The last letter of a key of Open Library says what it names.
_KINDS: dict[str, tuple[Any, str]] = {
    "A": (AuthorIdentifier, "author_id"),
    "W": (WorkIdentifier, "work_id"),
    "M": (EditionIdentifier, "edition_id"),
}


class Redirects:
    """Where the keys that a batch names lead to."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        self._targets: dict[str, str] = {}
        asked = {value for scheme, value in identifiers if scheme == "openlibrary"}
        for _step in range(LONGEST_CHAIN):
            found = {row.value: row.target for row in bulk.found_by(_TARGETS, asked)}
            self._targets |= found
            asked = set(found.values()) - set(self._targets)
            if not asked:
                break

    def follow(self, identifier: Identifier) -> Identifier:
        """Return the identifier that this one was given up for, or itself."""
        scheme, value = identifier
        for _step in range(LONGEST_CHAIN):
            value = self._targets.get(value, value) if scheme == "openlibrary" else value
        return scheme, value

    def followed(self, content: Book | Person | Rating) -> Book | Person | Rating:
        """Return what a file tells with the present keys in it."""
        if not self._targets:
            return content
        if isinstance(content, Rating):
            return replace(content, work=self.follow(content.work))
        identifiers = tuple(map(self.follow, content.identifiers))
        if isinstance(content, Person):
            return replace(content, identifiers=identifiers)
        return replace(
            content,
            identifiers=identifiers,
            authors=tuple(
                replace(one, identifiers=tuple(map(self.follow, one.identifiers)))
                for one in content.authors
            ),
            publications=tuple(
                replace(one, identifiers=tuple(map(self.follow, one.identifiers)))
                for one in content.publications
            ),
        )


def take(redirects: list[Redirect]) -> list[tuple[bool, str]]:
    """Remember redirects; tell of each whether it is news, and what a person must see to.

    What is known here by the old key alone is known by the new one from now on.
    """
    old = {one.identifier[1]: one.target for one in redirects}
    known = {row.value: row.target for row in bulk.found_by(_TARGETS, old)}
    changed = [one for one in redirects if known.get(one.identifier[1]) != one.target]
    if changed:
        session().connection().execute(
            _PUT,
            [
                {"scheme": one.identifier[0], "value": one.identifier[1], "target": one.target}
                for one in changed
            ],
        )
    clashes: set[str] = set()
    for letter, (kind, owner) in _KINDS.items():
        alike = [one for one in redirects if one.target.endswith(letter)]
        clashes |= _pass_on(kind, owner, alike)
    return [
        (one in changed, BOTH_HERE if one.identifier[1] in clashes else "") for one in redirects
    ]


def _pass_on(kind: Any, owner: str, redirects: list[Redirect]) -> set[str]:
    """Give what has an old key the new one too; return old keys whose new one is another's."""
    keys = {("openlibrary", key) for one in redirects for key in (one.identifier[1], one.target)}
    named = dict(bulk.identified(bulk.identifying(kind, getattr(kind, owner)), keys))
    clashes, rows = set(), {}
    for one in redirects:
        scheme, target = one.identifier[0], (one.identifier[0], one.target)
        old, new = named.get(one.identifier), named.get(target)
        if old is not None and new is None:
            rows[target] = (scheme, one.target, old)
            named[target] = old
        elif old is not None and old != new:
            clashes.add(one.identifier[1])
    bulk.insert(kind, ("scheme", "value", owner), list(rows.values()))
    return clashes
