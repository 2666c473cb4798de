"""A catalogue of any size, made up: words and names as frequent as in real ones, skewed readers.

    .venv/bin/python -m benchmarks.catalogue 1000000

fills the migrated, empty database at DATABASE_URL by bulk SQL, then indexes it for search. The same
number of works always makes the same catalogue.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, islice
from random import Random
from typing import Any

from bookreviews import create_app
from bookreviews.catalog.models import (
    Author,
    Authorship,
    Edition,
    Series,
    Subject,
    Work,
    WorkSubject,
)
from bookreviews.extensions import engine
from bookreviews.lib.orm import Base
from bookreviews.reviews.models import RatingSummary
from bookreviews.reviews.scores import average, score

EDITIONS_OF_A_WORK = 1.3
AUTHORS_OF_A_WORK = 0.4  # so many authors there are for each work
SUBJECTS = 240
ADDED_AT = datetime(2026, 1, 1, tzinfo=UTC)

_LITTLE_WORDS = ["the", "of", "and", "a", "in", "to", "for", "on", "with", "from"]
# Consonants and what follows them: words that look like words, so that errors are like errors.
_SYLLABLES = [
    onset + rest
    for onset in (
        "",
        "b",
        "c",
        "d",
        "f",
        "g",
        "h",
        "k",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "t",
        "v",
        "w",
    )
    for rest in ("a", "al", "an", "ar", "e", "el", "en", "er", "i", "in", "o", "on", "or", "ur")
]
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "ru", "ja", "zh", "pt")
_FORMS = ("paperback", "hardcover", "ebook", "audiobook", "")
_ROWS_AT_ONCE = 10_000

Rows = Iterator[tuple[Any, ...]]


class Zipf:
    """Draws from things of which each is so much rarer than the one before it."""

    def __init__(self, things: Sequence[str], dice: Random, *, skew: float = 1.0) -> None:
        self.things = things
        self._dice = dice
        self._weights = list(accumulate(1 / (rank + 2) ** skew for rank in range(len(things))))

    def draw(self, count: int) -> list[str]:
        """Return so many things, the frequent ones often."""
        return self._dice.choices(self.things, cum_weights=self._weights, k=count)


class Catalogue:
    """What a catalogue of so many works holds, as rows table by table."""

    def __init__(self, works: int) -> None:
        self.works = works
        self.authors = max(int(works * AUTHORS_OF_A_WORK), 1)
        self._dice = Random(works)
        words = _LITTLE_WORDS + list(islice(self._made_up(2, 4), max(works // 4, 2000)))
        self._words = Zipf(words, self._dice)
        self._given = Zipf(list(islice(self._made_up(1, 3), 3000)), self._dice)
        self._family = Zipf(
            list(islice(self._made_up(2, 4), max(self.authors // 3, 500))), self._dice, skew=0.7
        )
        self._subjects = Zipf([str(number + 1) for number in range(SUBJECTS)], self._dice)
        # Most works are by few authors, and most readers read few works.
        self._names = [self._name() for _ in range(self.authors)]

    def tables(self) -> Iterator[tuple[type[Base], Sequence[str], Rows]]:
        """Yield each table with the names of its columns and its rows, in an order to fill them."""
        yield Author, ("id", "slug", "name"), self._authors()
        yield Subject, ("id", "slug", "name"), self._numbered("subject", SUBJECTS)
        yield Series, ("id", "slug", "name"), self._numbered("series", max(self.works // 20, 1))
        yield (
            Work,
            (
                *("id", "slug", "title", "subtitle", "byline", "main_subject", "description"),
                *("language", "first_published", "series_id", "series_position", "added_at"),
            ),
            self._works(),
        )
        yield Authorship, ("work_id", "author_id", "position"), self._authorships()
        yield WorkSubject, ("work_id", "subject_id", "position"), self._work_subjects()
        yield (
            Edition,
            (
                *("id", "work_id", "isbn13", "publisher", "published", "pages", "format"),
                *("language", "translators"),
            ),
            self._editions(),
        )
        yield (
            RatingSummary,
            (
                *("work_id", "ratings_count", "reviews_count", "average", "score", "distribution"),
                *("uncounted_count", "young_count", "given_count"),
            ),
            self._summaries(),
        )

    def _made_up(self, least: int, most: int) -> Iterator[str]:
        seen = set()
        while True:
            word = "".join(self._dice.choices(_SYLLABLES, k=self._dice.randint(least, most)))
            if word not in seen:
                seen.add(word)
                yield word

    def _name(self) -> str:
        given, family = self._given.draw(1)[0], self._family.draw(1)[0]
        return f"{given.title()} {family.title()}"

    def _authors(self) -> Rows:
        for number, name in enumerate(self._names, 1):
            yield number, f"author-{number}", name

    def _numbered(self, kind: str, count: int) -> Rows:
        for number in range(1, count + 1):
            words = " ".join(self._words.draw(2))
            yield number, f"{kind}-{number}", f"{words} {kind} {number}".capitalize()

    def _works(self) -> Rows:
        dice = self._dice
        for number in range(1, self.works + 1):
            title = " ".join(self._words.draw(dice.choice((1, 2, 2, 3, 3, 4, 5, 7)))).capitalize()
            in_series = number % 10 == 0
            yield (
                number,
                f"work-{number}",
                title,
                " ".join(self._words.draw(4)) if number % 3 == 0 else "",
                self._names[self._author_of(number) - 1],
                f"subject-{self._main_subject_of(number)}",
                "",
                _LANGUAGES[min(int(dice.expovariate(0.9)), len(_LANGUAGES) - 1)],
                2026 - min(int(dice.expovariate(0.04)), 400),
                number % max(self.works // 20, 1) + 1 if in_series else None,
                number % 7 + 1 if in_series else None,
                ADDED_AT,
            )

    def _author_of(self, work: int) -> int:
        """Return who wrote a work: the first authors wrote much, and most one work."""
        return int(self.authors * (work * 0.6180339887 % 1) ** 2) + 1

    def _main_subject_of(self, work: int) -> int:
        return int(SUBJECTS * (work * 0.7548776662 % 1) ** 2) + 1

    def _authorships(self) -> Rows:
        for number in range(1, self.works + 1):
            yield number, self._author_of(number), 0

    def _work_subjects(self) -> Rows:
        for number in range(1, self.works + 1):
            main = self._main_subject_of(number)
            others = {int(other) for other in self._subjects.draw(2)} - {main}
            for position, subject in enumerate((main, *sorted(others))):
                yield number, subject, position

    def _editions(self) -> Rows:
        total = int(self.works * EDITIONS_OF_A_WORK)
        for number in range(1, total + 1):
            work = number if number <= self.works else (number * 7) % self.works + 1
            isbn13 = isbn13_of_number(number)
            form = _FORMS[number % len(_FORMS)]
            yield (
                number,
                work,
                isbn13,
                "Made Up",
                1950 + number % 75,
                100 + number % 700,
                form,
                "en",
                "",
            )

    def _summaries(self) -> Rows:
        for number in range(1, self.works + 1):
            rank = (number * 0.5698402909 % 1) * self.works + 1
            count = int(3 * self.works / rank**1.05)
            if not count:
                continue
            liked = number * 37 % 5
            distribution = [0] * 10
            for stars, share in ((9, liked), (7, 4), (5, 5 - liked), (3, 1), (1, 1)):
                distribution[stars] = count * share // 11
            distribution[7] += count - sum(distribution)
            as_json = str(distribution)
            mean, rating = average(distribution), score(distribution)
            yield number, count, 0, mean, rating, as_json, 0, 0, 0


def isbn13_of_number(number: int) -> str:
    """Return a valid ISBN with these digits in it."""
    digits = f"978{number:09}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def fill(works: int, *, tell: Callable[[str], None] = print) -> None:
    """Fill an empty database with a catalogue, in one transaction."""
    connection = engine().raw_connection()
    is_sqlite = engine().dialect.name == "sqlite"
    cursor = connection.cursor()
    if is_sqlite:
        cursor.execute("BEGIN IMMEDIATE")
    for table, columns, rows in Catalogue(works).tables():
        began = time.monotonic()
        (_insert if is_sqlite else _copy)(cursor, table.__tablename__, columns, rows)
        tell(f"{table.__tablename__}: {time.monotonic() - began:.1f} s")
    cursor.execute("COMMIT") if is_sqlite else connection.commit()
    cursor.execute("ANALYZE")
    if not is_sqlite:
        connection.commit()
    connection.close()


def _insert(cursor: Any, table: str, columns: Sequence[str], rows: Rows) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    cursor.executemany(statement, (tuple(map(_for_sqlite, row)) for row in rows))


def _for_sqlite(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def main() -> None:
    app = create_app()
    with app.app_context():
        fill(int(sys.argv[1]))


if __name__ == "__main__":
    main()
