"""The command that does what runs later."""

from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext

from bookreviews.config import ROOT, Settings
from bookreviews.observing import logs


@click.command()
@with_appcontext
def worker() -> None:
    """Deliver mail and do what recurs, until Ctrl-C or SIGTERM; run it beside the web server."""
    logs.begin(current_app.config["SETTINGS"])
    click.echo(f"The worker is up. {where_mail_goes(current_app.config['SETTINGS'])}")
    current_app.extensions["jobs"].work()
    click.echo("The worker has stopped.")


def where_mail_goes(settings: Settings) -> str:
    """Tell an operator what becomes of mail."""
    if settings.mail_folder is not None:
        folder = settings.mail_folder
        shown = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder
        return f"Mail is not sent, but written into {shown}"
    if not settings.mail_url:
        return "Warning: MAIL_URL is not set, so letters wait and nobody gets mail."
    server = urlsplit(settings.mail_url)
    return f"Mail goes out by {server.hostname}."
