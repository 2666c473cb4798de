"""Commands about reviews."""

import click
from flask.cli import AppGroup

from bookreviews.catalog.queries import get_work_id
from bookreviews.cli.refusals import told_plainly
from bookreviews.lib.clock import now
from bookreviews.reviews import services, standing
from bookreviews.transactions import transaction

commands = AppGroup("reviews", help="Reviews and ratings.")


@commands.command()
@click.argument("slug", required=False)
@click.option("--all", "all_books", is_flag=True, help="Of every book; slow.")
def recount(slug: str | None, all_books: bool) -> None:
    """Make the summary of a book's stars anew from its reviews, or those of all books."""
    if (slug is None) != all_books:
        raise click.UsageError("Name a book, or give --all.")
    with told_plainly():
        click.echo(_recount_all() if slug is None else _recount(slug))


def _recount(slug: str) -> str:
    with transaction():
        summary = services.recount(work_id=get_work_id(slug), at=now())
        count, average = summary.ratings_count, summary.average
    return f"{count} ratings, {'no' if average is None else f'{average:.2f} stars on'} average"


def _recount_all() -> str:
    with transaction():
        books = standing.recount_all(at=now())
    return f"Made the summaries of {books} books anew."
