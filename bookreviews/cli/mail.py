"""Commands about mail."""

import click
from flask import current_app
from flask.cli import AppGroup

from bookreviews.accounts.services import checked_email
from bookreviews.cli.worker import where_mail_goes
from bookreviews.errors import Invalid
from bookreviews.lib.clock import now
from bookreviews.mail.services import write_letter
from bookreviews.transactions import transaction

commands = AppGroup("mail", help="Letters to people.")


@commands.command()
@click.argument("address")
def test(address: str) -> None:
    """Write a letter to ADDRESS, to see whether mail arrives; the worker delivers it."""
    try:
        to = checked_email(address)
    except Invalid as error:
        raise click.ClickException(str(error)) from error
    with transaction():
        write_letter(address=to, template="test", details={}, at=now())
    click.echo(f"A letter waits for the worker. {where_mail_goes(current_app.config['SETTINGS'])}")
