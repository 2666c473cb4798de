"""The door for operators: our commands, one module for each noun; `__main__.py` runs them."""

from flask import Flask

from bookreviews.cli import catalog, demo, reviews, users


def open_door(app: Flask) -> None:
    """Add our commands to those of Flask and its extensions."""
    for noun in (catalog, demo, reviews, users):
        app.cli.add_command(noun.commands)
