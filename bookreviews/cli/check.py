"""The command that looks, before a start, at what is unsafe or missing."""

import os
from collections.abc import Iterator

import click
from flask import Flask, current_app
from flask.cli import NoAppException, ScriptInfo

from bookreviews.accounts.queries import count_admins
from bookreviews.config import Settings, WrongSetting, secret_files
from bookreviews.extensions import engine
from bookreviews.lib.clock import now
from bookreviews.lib.failures import words_of
from bookreviews.preflight.database import file_of, look_at_database
from bookreviews.preflight.files import look_at_database_file, look_at_secrets
from bookreviews.preflight.findings import Finding
from bookreviews.preflight.replica import look_at_replica
from bookreviews.preflight.settings import look_at_settings


@click.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Tell what is unsafe or missing before a start, and how to mend it.

    Run it as the user and with the settings that the site has. It ends with 1 if there is
    something to mend, so that a start can depend on it.
    """
    try:
        app = context.ensure_object(ScriptInfo).load_app()
    except (NoAppException, WrongSetting) as error:
        found = [Finding(str(error), "Then check again: nothing else could be looked at.")]
    else:
        found = [*_findings(app)]
    for finding in found:
        click.echo(f"- {finding}")
    click.echo(_verdict(len(found)))
    if found:
        context.exit(1)


def _verdict(number: int) -> str:
    if not number:
        return "All is well: the site may start."
    return "One thing needs mending." if number == 1 else f"{number} things need mending."


def _findings(app: Flask) -> Iterator[Finding]:
    with app.app_context():
        settings: Settings = app.config["SETTINGS"]
        yield from look_at_settings(settings, os.environ)
        yield from look_at_secrets(secret_files())
        file = file_of(engine())
        if file is not None:
            yield from look_at_database_file(file)
        broken = [*look_at_database(engine(), now())]
        yield from broken
        if not broken:
            yield from _look_at_people()
        replica = app.extensions.get("replica")
        if replica is not None:
            yield from look_at_replica(replica.engine)
        yield from _look_at_queue()


def _look_at_people() -> Iterator[Finding]:
    if not count_admins():
        yield Finding(
            "Nobody runs the site: it has no admin.", "Run `bookreviews users create-admin`."
        )


def _look_at_queue() -> Iterator[Finding]:
    try:
        current_app.extensions["jobs"].huey.pending_count()
    except Exception as error:  # each kind of queue has errors of its own
        yield Finding(
            f"The queue of jobs can't be reached: {words_of(error)}.",
            "See that it runs, and that QUEUE_URL is right; till then mail waits for the sweeps.",
        )
