"""Commands about the catalogue."""

import click
from flask.cli import AppGroup

from bookreviews.catalog.listings import place_subject
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


@commands.command("place-subject")
@click.argument("slug")
@click.option("--under", metavar="SLUG", help="The subject it is part of; without, it is of none.")
def place(slug: str, under: str | None) -> None:
    """Make the subject at SLUG part of another one, whose pages show its books as well."""
    try:
        with transaction():
            place_subject(slug=slug, under=under)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{slug} is part of {under} now." if under else f"{slug} is part of no other now.")
