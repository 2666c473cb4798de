"""The door for operators: our commands, one module for each; `__main__.py` runs them.

A module is imported when somebody asks for its command. Workers of the web server, which need none,
are spared what only commands use, such as readers of library records: a tenth of their memory.
"""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

# Each module has `commands` of its own, or is one command.
_NOUNS = ("audit", "catalog", "demo", "mail", "moderation", "reviews", "scenario", "users")
_VERBS = ("backup", "check", "restore", "worker")


class _Commands(AppGroup):
    """An application's commands, and ours."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted((*super().list_commands(ctx), *_NOUNS, *_VERBS))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, or None where there is none of this name."""
        if name not in _NOUNS + _VERBS:
            return super().get_command(ctx, name)
        module = import_module(f"{__name__}.{name}")
        command: click.Command = getattr(module, "commands" if name in _NOUNS else name)
        return command


def open_door(app: Flask) -> None:
    """Add our commands to those of Flask and its extensions."""
    app.cli = _Commands(app.name, commands=app.cli.commands)
