"""Commands about the catalogue."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from bookreviews.catalog.listings import place_subject
from bookreviews.catalog.loading import loads
from bookreviews.catalog.loading.streams import encoding_of
from bookreviews.catalog.queries import get_work_id
from bookreviews.catalog.search.indexing import ids_after, index_works, settle
from bookreviews.catalog.services import retitle_work
from bookreviews.cli.loading import Wishes, load_file, loading, summary_of
from bookreviews.cli.refusals import told_plainly
from bookreviews.reviews.readership import readership_of
from bookreviews.transactions import transaction

commands = AppGroup("catalog", help="Books.")

_INTERRUPTED = 130  # what shells say of a command that Ctrl-C has ended


@commands.command()
@click.argument("slug")
@click.argument("title")
def retitle(slug: str, title: str) -> None:
    """Give the book at SLUG another TITLE; its present address will lead to the new one."""
    with told_plainly(), transaction():
        present = retitle_work(work_id=get_work_id(slug), title=title).slug
    click.echo(f"The book is now at /books/{present}.")


@commands.command("place-subject")
@click.argument("slug")
@click.option("--under", metavar="SLUG", help="The subject it is part of; without, it is of none.")
def place(slug: str, under: str | None) -> None:
    """Make the subject at SLUG part of another one, whose pages show its books as well."""
    with told_plainly(), transaction():
        place_subject(slug=slug, under=under)
    click.echo(f"{slug} is part of {under} now." if under else f"{slug} is part of no other now.")


@commands.command("load")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", default="", help="Whose ids and ratings a CSV file has.")
@click.option("--encoding", default="", help="What a CSV file is in, if not UTF-8.")
@click.option(
    "--rejects", type=click.Path(path_type=Path), help="Where what can't be taken is written."
)
@click.option("--again", is_flag=True, help="Go once more through a file that is loaded already.")
@click.pass_context
def load_files(context: click.Context, /, files: tuple[Path, ...], **wishes: Any) -> None:
    """Load FILES of books: Open Library's dumps, CSV, MARC 21, ONIX 3.0, packed by gzip or not.

    What each is, is seen by its content. A load that was interrupted goes on where it was. What is
    here already stays as it is; files only fill what is missing.
    """
    wanted = Wishes(**wishes)
    if wanted.rejects and len(files) > 1:
        raise click.UsageError("--rejects names the file for one FILE.")
    with told_plainly(), loading():
        encoding = encoding_of(wanted.encoding)
        opened = [loads.examine(one, encoding=encoding, owner=wanted.source) for one in files]
        for examined in sorted(opened, key=lambda each: each.recognised.turn):
            _load_one(context, examined, wanted)


def _load_one(context: click.Context, examined: loads.Examined, wishes: Wishes) -> None:
    with examined.source:
        try:
            click.echo(summary_of(load_file(examined, wishes)))
        except loads.AlreadyLoaded as done:
            click.echo(str(done))
        except KeyboardInterrupt:
            click.echo(
                f"\nStopped. Everything up to here is loaded whole; give the same command once "
                f"more, and it goes on with {examined.source.path} from here.",
                err=True,
            )
            context.exit(_INTERRUPTED)


@commands.command("loads")
def list_loads() -> None:
    """List the files that were loaded, or are half way, the latest first."""
    found = loads.list_loads()
    if not found:
        click.echo("No file has been loaded yet.")
    for load in found:
        ended = f"until {load.finished_at:%H:%M}" if load.finished_at else "NOT FINISHED"
        click.echo(f"{load.started_at:%Y-%m-%d %H:%M} {ended}  {summary_of(load)}")


@commands.command()
def index() -> None:
    """Let search find all books as they are now: after a bulk load, or an upgrade that says so.

    The site may serve meanwhile. Interrupted, it can be begun again.
    """
    count, last = 0, 0
    while ids := ids_after(last):
        with transaction():
            index_works(ids, readership_of(ids))
        count, last = count + len(ids), ids[-1]
        click.echo(f"\r{count:,} books", nl=False)
    part: str | None = ""
    while part is not None:
        with transaction():
            part = settle(part)
    click.echo(f"\rSearch finds {count:,} books.")
