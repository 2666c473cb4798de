"""The door for operators: `bookreviews COMMAND`, the Flask command line under our own name."""

import click
from flask import Flask
from flask.cli import FlaskGroup, NoAppException

from bookreviews.cli import demo, reviews, users
from bookreviews.config import WrongSetting


def open_door(app: Flask) -> None:
    """Add our commands to those of Flask and its extensions."""
    for command in (demo.commands, reviews.commands, users.commands):
        app.cli.add_command(command)


def _create_app() -> Flask:
    from bookreviews.app import create_app  # noqa: PLC0415 - the factory imports its doors

    try:
        return create_app()
    except WrongSetting as error:
        raise NoAppException(str(error)) from error


@click.group(cls=FlaskGroup, create_app=_create_app)
def main() -> None:
    """Run and look after a BookReviews site."""
