"""The door for operators: our commands, one module for each noun; `__main__.py` runs them."""

from flask import Flask

from bookreviews.cli import audit, catalog, demo, mail, moderation, reviews, scenario, users
from bookreviews.cli.backup import backup
from bookreviews.cli.check import check
from bookreviews.cli.restore import restore
from bookreviews.cli.worker import worker


def open_door(app: Flask) -> None:
    """Add our commands to those of Flask and its extensions."""
    for noun in (audit, catalog, demo, mail, moderation, reviews, scenario, users):
        app.cli.add_command(noun.commands)
    for command in (backup, check, restore, worker):
        app.cli.add_command(command)
