"""Commands about reviews."""

import click
from flask.cli import AppGroup

from bookreviews.catalog.queries import get_work_id
from bookreviews.errors import NotFound
from bookreviews.reviews import services
from bookreviews.transactions import transaction

commands = AppGroup("reviews", help="Reviews and ratings.")


@commands.command()
@click.argument("slug")
def recount(slug: str) -> None:
    """Make the summary of a book's stars anew from its reviews."""
    try:
        with transaction():
            summary = services.recount(work_id=get_work_id(slug))
            count, average = summary.ratings_count, summary.average
    except NotFound as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} ratings, {'no' if average is None else f'{average:.2f} stars on'} average")
