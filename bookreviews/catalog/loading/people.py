"""Authors: one person across spellings where an identifier says so, or else the same name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from bookreviews.catalog.loading import bulk
from bookreviews.catalog.loading.entries import Identifier, Person
from bookreviews.catalog.models import Author, AuthorIdentifier, AuthorName
from bookreviews.catalog.naming import name_key, name_slug, numbered
from bookreviews.lib.among import among

_BY_IDENTIFIER = bulk.identifying(AuthorIdentifier, AuthorIdentifier.author_id)
_BY_KEY = select(AuthorName.author_id).where(among(AuthorName.key))
_AUTHORS = select(Author.id, Author.name).where(among(Author.id)).order_by(Author.id)
_MERGED = select(Author.id, Author.merged_into_id.label("winner_id")).where(
    among(Author.id), Author.merged_into_id.is_not(None)
)
_NAMES = select(AuthorName.author_id, AuthorName.name, AuthorName.key).where(
    among(AuthorName.author_id)
)
_IDENTIFIERS = select(
    AuthorIdentifier.author_id, AuthorIdentifier.scheme, AuthorIdentifier.value
).where(among(AuthorIdentifier.author_id))


@dataclass(slots=True, eq=False)
class Somebody:
    """An author who is here, or will be; `id` is 0 until then.

    Who is only named by a book that is here under other names `is_wanted` by nothing, and so is
    never written.
    """

    id: int
    name: str
    is_wanted: bool = False
    names: set[str] = field(default_factory=set)
    schemes: dict[str, set[str]] = field(default_factory=dict)


class People:
    """The authors that a batch names, each found or made once."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self._by_identifier: dict[Identifier, Somebody] = {}
        self._by_key: dict[str, list[Somebody]] = {}
        self._new: list[Somebody] = []
        self._new_names: list[tuple[Somebody, str, str]] = []
        self._new_identifiers: list[tuple[Somebody, Identifier]] = []
        self._look_up(list(persons))

    def find(self, person: Person) -> Somebody | None:
        """Return who a person is, or None for a stranger.

        Who has another number than the person in one and the same catalogue is somebody else,
        whatever their names.
        """
        for identifier in person.identifiers:
            if found := self._by_identifier.get(identifier):
                return found
        namesakes = self._by_key.get(name_key(person.name), ()) if person.name else ()
        return next((one for one in namesakes if _may_be(one, person)), None)

    def take(self, person: Person) -> tuple[Somebody | None, bool]:
        """Return who a person is, with all that is told of them, and whether any of it is news.

        None for a person without a name whom nobody here has the identifier of.
        """
        somebody = self.find(person)
        if somebody is None and not person.name:
            return None, False
        is_new = somebody is None
        if somebody is None:
            somebody = Somebody(0, person.name)
            self._new.append(somebody)
        has_news = self._learn(somebody, person)
        return somebody, is_new or has_news

    def write(self) -> None:
        """Add what is new and wanted."""
        self._new = [one for one in self._new if one.is_wanted]
        ids = bulk.new_ids(Author, len(self._new))
        choices = [
            (slug, numbered(slug, new_id))
            for somebody, new_id in zip(self._new, ids, strict=True)
            for slug in (name_slug(somebody.name),)
        ]
        taken = bulk.taken_slugs(Author, choices)
        rows = []
        for somebody, new_id, choice in zip(self._new, ids, choices, strict=True):
            somebody.id = new_id
            rows.append((new_id, bulk.first_free(choice, taken), somebody.name))
        bulk.insert(Author, ("id", "slug", "name"), rows)
        bulk.insert(
            AuthorName,
            ("author_id", "name", "key"),
            [(one.id, name, key) for one, name, key in self._new_names if one.is_wanted],
        )
        bulk.insert(
            AuthorIdentifier,
            ("scheme", "value", "author_id"),
            [(*identifier, one.id) for one, identifier in self._new_identifiers if one.is_wanted],
        )

    def renamed_ids(self) -> set[int]:
        """Return the authors who were here before and have a further name now."""
        new = set(map(id, self._new))
        wanted = (one for one, _name, _key in self._new_names if one.is_wanted)
        return {one.id for one in wanted if id(one) not in new}

    def _learn(self, somebody: Somebody, person: Person) -> bool:
        has_news = False
        for name in (person.name, *person.other_names):
            if name and name not in somebody.names:
                somebody.names.add(name)
                key = name_key(name)
                self._by_key.setdefault(key, []).append(somebody)
                self._new_names.append((somebody, name, key))
                has_news = True
        for identifier in person.identifiers:
            if identifier not in self._by_identifier:
                self._by_identifier[identifier] = somebody
                somebody.schemes.setdefault(identifier[0], set()).add(identifier[1])
                self._new_identifiers.append((somebody, identifier))
                has_news = True
        return has_news

    def _look_up(self, persons: list[Person]) -> None:
        wanted = {identifier for person in persons for identifier in person.identifiers}
        named = dict(bulk.identified(_BY_IDENTIFIER, wanted))
        keys = {name_key(person.name) for person in persons if person.name}
        ids = {*named.values(), *(row.author_id for row in bulk.found_by(_BY_KEY, keys))}
        winners = bulk.winners(_MERGED, ids)
        here = {winners.get(author_id, author_id) for author_id in ids}
        present = {
            row.id: Somebody(row.id, row.name, is_wanted=True)
            for row in bulk.found_by(_AUTHORS, here)
        }
        known = {author_id: present[winners.get(author_id, author_id)] for author_id in ids | here}
        for row in bulk.found_by(_IDENTIFIERS, known):
            known[row.author_id].schemes.setdefault(row.scheme, set()).add(row.value)
        for author_id, name, key in sorted(map(tuple, bulk.found_by(_NAMES, known))):
            known[author_id].names.add(name)
            self._by_key.setdefault(key, []).append(known[author_id])
        self._by_identifier = {identifier: known[author] for identifier, author in named.items()}


def _may_be(somebody: Somebody, person: Person) -> bool:
    return not any(scheme in somebody.schemes for scheme, _value in person.identifiers)
