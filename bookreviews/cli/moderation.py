"""Commands about moderation, for when the site doesn't work or nobody can sign in."""

from datetime import timedelta

import click
from flask.cli import AppGroup

from bookreviews.catalog.queries import get_work_id
from bookreviews.cli.refusals import told_plainly
from bookreviews.lib.clock import now
from bookreviews.moderation import surges
from bookreviews.moderation.vocabulary import LONGEST_LOCK
from bookreviews.reviews.rated_works import get_rated_work_by_id
from bookreviews.transactions import transaction

commands = AppGroup("moderation", help="Locks of books.")


@commands.command()
@click.argument("slug")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_LOCK.days),
    default=3,
    show_default=True,
    help="For how long.",
)
def lock(slug: str, days: int) -> None:
    """Close the book at SLUG to new reviews and ratings; its page says so."""
    at = now()
    until = at + timedelta(days=days)
    with told_plainly():
        work_id = get_work_id(slug)
        with transaction():
            surges.lock(actor=None, work_id=work_id, until=until, at=at)
    click.echo(f"The book takes no new reviews until {until:%d %B %Y, %H:%M} UTC.")


@commands.command()
@click.argument("slug")
def unlock(slug: str) -> None:
    """Open the book at SLUG to new reviews again."""
    at = now()
    with told_plainly():
        work_id = get_work_id(slug)
        locked_until = get_rated_work_by_id(work_id).locked_until
        if locked_until is None or locked_until <= at:
            raise click.ClickException("This book isn’t locked.")
        with transaction():
            surges.unlock(actor=None, work_id=work_id, at=at)
    click.echo("The book takes new reviews again.")
