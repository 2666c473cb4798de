"""The demo: real books, invented readers, their reviews and ratings, from the files in demo/.

Written reviews come from the files; ratings without words are drawn so that they scatter around
what the files say of each book and reader. The same files always give the same demo. A first load
also plays what moderators have decided about some of the reviews (`history.py`).
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from bookreviews.accounts import confirming, passwords
from bookreviews.accounts import services as accounts
from bookreviews.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from bookreviews.accounts.queries import find_viewers, get_account
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import listings
from bookreviews.catalog import services as catalog
from bookreviews.catalog.queries import is_known
from bookreviews.catalog.search import index_works
from bookreviews.cli.history import play_history
from bookreviews.config import ROOT
from bookreviews.reviews import services as reviews
from bookreviews.reviews.readership import readership_of
from bookreviews.transactions import transaction

commands = AppGroup("demo", help="The demo's books and readers.")

_FILES = ROOT / "demo"
FIRST_DAY = datetime(2024, 6, 1, tzinfo=UTC)
_LAST_DAY = datetime(2026, 11, 15, tzinfo=UTC)
# Subjects whose two words are two things.
_PAIRS = ("biography-memoir", "crime-mystery")


Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What one reader of the demo says of one book."""

    posted_at: datetime
    work_id: int
    author: Viewer
    stars: float | None
    body: str = ""
    has_spoilers: bool = False
    language: str | None = None


@commands.command()
def load() -> None:
    """Load the demo's books and readers; what is there already stays as it is."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException(
            "The demo has readers with published passwords, an admin among them. "
            "Set DEMO=1 if that is what you want."
        )
    readers = _tables("readers.toml", "reader")
    is_first = not find_viewers([reader["username"] for reader in readers])
    password_hash = passwords.hash_password(DEMO_PASSWORD)
    with transaction():
        viewers = _load_readers(readers, password_hash)
        works = _load_works()
        _arrange_subjects()
        opinions = [*_written(works, viewers)]
        opinions += _drawn(works, readers, viewers, opinions)
        for opinion in sorted(opinions, key=lambda opinion: opinion.posted_at):
            _post(opinion)
        index_works(works, readership_of(list(works)))
        if is_first:
            play_history(_tables("moderation.toml", "act"), viewers)
    click.echo(f"Added to the demo: {len(works)} books, {len(opinions)} ratings and reviews.")


def people_of_demo() -> dict[str, Viewer]:
    """Return the demo's readers by username, or refuse a database that isn't the demo's."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException(
            "Stories are played on the demo's database alone. Set DEMO=1 if this is the demo."
        )
    usernames = [reader["username"] for reader in _tables("readers.toml", "reader")]
    viewers = find_viewers(usernames)
    missing = sorted(set(usernames) - set(viewers))
    if missing:
        raise click.ClickException(
            f"This database isn't the demo's, since it has no {missing[0]}. "
            "`bookreviews demo load` loads the demo into a database of its own."
        )
    for viewer in viewers.values():
        _check_ours(viewer)
    return viewers


def _tables(pattern: str, kind: str) -> list[Table]:
    """Return the tables `[[kind]]` of all files of the demo that match."""
    files = sorted(_FILES.glob(pattern))
    return [table for file in files for table in tomllib.loads(file.read_text("utf-8"))[kind]]


def _load_readers(readers: list[Table], password_hash: str) -> dict[str, Viewer]:
    """Make the accounts that are missing; return all by username."""
    usernames = [reader["username"] for reader in readers]
    known = find_viewers(usernames)
    for reader in readers:
        if reader["username"] in known:
            _check_ours(known[reader["username"]])
        else:
            _make_account(reader, password_hash)
    return find_viewers(usernames)


def _check_ours(viewer: Viewer) -> None:
    """Put no words into the mouth of a real reader who happens to have the same name."""
    if get_account(viewer.id).email != _email_of(viewer.username):
        raise click.ClickException(
            f"{viewer.username} is a reader of yours, not of the demo. "
            "Load the demo into a database of its own."
        )


def _make_account(reader: Table, password_hash: str) -> None:
    """Nobody knows a password for most readers; those of the sign-in page have the demo's."""
    username, joined = reader["username"], _moment(reader["joined"])
    user = accounts.sign_up(
        username=username,
        name=reader["name"],
        email=_email_of(username),
        password_hash=password_hash if username in dict(DEMO_ACCOUNTS) else None,
        role=reader["role"],
        place=reader["place"],
        about=reader["about"],
        at=joined,
    )
    confirming.confirm_by_admin(user_id=user.id, at=joined)


def _email_of(username: str) -> str:
    return f"{username}@demo.example.org"


def _load_works() -> dict[int, Table]:
    """Add the books that are missing; return them by id."""
    added = {}
    for table in _tables("works/*.toml", "work"):
        if not is_known(table["slug"]):
            work = catalog.add_work(_new_work(table), at=FIRST_DAY)
            added[work.id] = table
    return added


def _arrange_subjects() -> None:
    """Put the demo's subjects into their tree."""
    for table in _tables("subjects.toml", "subject"):
        whole = catalog.add_subject(table["name"])
        for part in table["parts"]:
            listings.place_subject(slug=part, under=whole.slug)
    for rows in listings.miscounted_subjects():
        listings.set_counts(rows)


def _new_work(table: Table) -> catalog.NewWork:
    series = table.get("series", {})
    return catalog.NewWork(
        title=table["title"],
        subtitle=table.get("subtitle", ""),
        authors=table["authors"],
        subjects=[_subject_name(slug) for slug in table["subjects"]],
        series=series.get("name"),
        series_position=series.get("position"),
        description=table["description"],
        language=table["language"],
        first_published=table["published"],
        editions=[_new_edition(edition) for edition in table.get("edition", ())],
    )


def _new_edition(table: Table) -> catalog.NewEdition:
    return catalog.NewEdition(
        isbn=table.get("isbn13"), **{name: table[name] for name in table if name != "isbn13"}
    )


def _subject_name(slug: str) -> str:
    """Return "Crime & mystery" for crime-mystery; the slug made from it is the same again."""
    words = slug.replace("-", " & " if slug in _PAIRS else " ")
    return words[0].upper() + words[1:]


def _written(works: dict[int, Table], viewers: dict[str, Viewer]) -> Iterator[_Opinion]:
    ids = {table["slug"]: work_id for work_id, table in works.items()}
    for review in _tables("reviews/*.toml", "review"):
        if review["work"] in ids:
            yield _Opinion(
                posted_at=review["written"],
                work_id=ids[review["work"]],
                author=viewers[review["reader"]],
                stars=review.get("stars"),
                body=review["body"],
                has_spoilers=review["spoilers"],
                language=review["language"],
            )


def _drawn(
    works: dict[int, Table],
    readers: list[Table],
    viewers: dict[str, Viewer],
    written: list[_Opinion],
) -> Iterator[_Opinion]:
    """Draw the ratings without words; each pair of reader and book has dice of its own."""
    said = {(opinion.author.username, opinion.work_id) for opinion in written}
    for work_id, table in works.items():
        for reader in readers:
            username = reader["username"]
            dice = Random(f"{username} {table['slug']}")  # noqa: S311 - it is a demo
            if (username, work_id) not in said and dice.random() < table["fame"]:
                yield _Opinion(
                    posted_at=FIRST_DAY + dice.random() * (_LAST_DAY - FIRST_DAY),
                    work_id=work_id,
                    author=viewers[username],
                    stars=_draw_stars(table, reader["generosity"], dice),
                )


def _draw_stars(table: Table, generosity: float, dice: Random) -> float:
    spread = 0.7
    mean = table["appeal"] + generosity
    if table.get("divisive"):
        mean += dice.choice((-1.4, 0.8))
    halves = round(2 * dice.gauss(mean, spread))
    return min(max(halves, 1), 10) / 2


def _post(opinion: _Opinion) -> None:
    reviews.post_review(
        author=opinion.author,
        work_id=opinion.work_id,
        stars=opinion.stars,
        body=opinion.body,
        has_spoilers=opinion.has_spoilers,
        language=opinion.language,
        at=opinion.posted_at,
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
