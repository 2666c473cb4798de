"""Commands about the catalogue."""

import click
from flask.cli import AppGroup

from bookreviews.catalog.queries import get_work_id
from bookreviews.catalog.services import retitle_work
from bookreviews.errors import DomainError
from bookreviews.transactions import transaction

commands = AppGroup("catalog", help="Books.")


@commands.command()
@click.argument("slug")
@click.argument("title")
def retitle(slug: str, title: str) -> None:
    """Give the book at SLUG another TITLE; its present address will lead to the new one."""
    try:
        with transaction():
            present = retitle_work(work_id=get_work_id(slug), title=title).slug
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The book is now at /books/{present}.")
