"""Commands about accounts."""

import sys

import click
from flask.cli import AppGroup

from bookreviews.accounts import services
from bookreviews.accounts.models import ADMIN
from bookreviews.errors import Invalid
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction

commands = AppGroup("users", help="Accounts.")


@commands.command("create-admin")
@click.argument("username")
@click.option("--email", required=True, help="The admin's e-mail address.")
@click.option("--name", default="", help="The name others see; the username by default.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_admin(username: str, email: str, name: str, password_stdin: bool) -> None:
    """Make an account that runs the site.

    The password is asked for, or read from standard input; never from the command line, where
    every process can read it.
    """
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    try:
        password_hash = services.new_password_hash(password, username=username, email=email)
        with transaction():
            user = services.sign_up(
                username=username,
                name=name,
                email=email,
                password_hash=password_hash,
                role=ADMIN,
                at=now(),
            )
            username = user.username
    except Invalid as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{username} can now sign in and runs the site.")
