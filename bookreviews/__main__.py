"""The command line: `bookreviews COMMAND`, Flask's own under the project's name."""

from dataclasses import replace

import click
from flask import Flask
from flask.cli import FlaskGroup, NoAppException

from bookreviews.app import create_app
from bookreviews.cli.check import check
from bookreviews.cli.serve import serve
from bookreviews.config import Settings, WrongSetting


def _create_app() -> Flask:
    """Return the application for commands, which may take as long as they need."""
    try:
        return create_app(replace(Settings.from_environment(), database_patience=0))
    except WrongSetting as error:
        raise NoAppException(str(error)) from error


class _Commands(FlaskGroup):
    """Flask's group, which would say "No such command" where a setting is wrong."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command; those that need the application need settings that are right."""
        if name not in self.commands:
            try:
                Settings.from_environment()
            except WrongSetting as error:
                raise click.ClickException(str(error)) from error
        return super().get_command(ctx, name)


@click.group(cls=_Commands, create_app=_create_app)
def main() -> None:
    """Run and look after a BookReviews site."""


# Both must also work where the settings let no application be made.
main.add_command(check)
main.add_command(serve)


if __name__ == "__main__":
    main()
