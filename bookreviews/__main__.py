"""The command line: `bookreviews COMMAND`, Flask's own under the project's name."""

import click
from flask import Flask
from flask.cli import FlaskGroup, NoAppException

from bookreviews.app import create_app
from bookreviews.cli.check import check
from bookreviews.config import WrongSetting


def _create_app() -> Flask:
    try:
        return create_app()
    except WrongSetting as error:
        raise NoAppException(str(error)) from error


@click.group(cls=FlaskGroup, create_app=_create_app)
def main() -> None:
    """Run and look after a BookReviews site."""


main.add_command(check)  # it must also work where the settings let no application be made


if __name__ == "__main__":
    main()
