"""The command that serves a site from one machine, and needs no setting for it on SQLite."""

import logging
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
from flask.cli import ScriptInfo
from flask_migrate import upgrade

from bookreviews.config import OWN_SITE, ROOT, Settings, WrongSetting, own_key_file
from bookreviews.extensions import engine
from bookreviews.observing import logs
from bookreviews.preflight.settings import look_at_address

_BOTH = ROOT / "scripts" / "serve"
_log = logging.getLogger(__name__)


@click.command()
@click.pass_context
def serve(context: click.Context) -> None:
    """Bring the tables up to date, then run web server and worker until Ctrl-C or SIGTERM.

    A site on SQLite that was given no SECRET_KEY gets one of its own, kept beside the database.
    """
    # The first process of a container is deaf to signals that it has not asked for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        see_to_key(os.environ)
    except WrongSetting as error:
        raise click.ClickException(str(error)) from error
    _prepare(context)
    # What has been loaded for this is not needed to wait for two other processes.
    os.execv(sys.executable, [sys.executable, str(_BOTH)])  # noqa: S606


def see_to_key(environ: Mapping[str, str]) -> None:
    """Make the key of a site on SQLite that was given none, unless it has made one before."""
    if environ.get("SECRET_KEY") or environ.get("SECRET_KEY_FILE"):
        return
    key = secrets.token_urlsafe(48)
    address = environ.get("SITE_URL") or OWN_SITE
    settings = Settings.from_environment({**environ, "SECRET_KEY": key, "SITE_URL": address})
    file = own_key_file(settings.database_url)
    if file is not None and settings.bookreviews_env == "production":
        try:
            _keep_first(file, key)
        except OSError as error:
            raise WrongSetting(f"No SECRET_KEY can be kept as {file}: {error.strerror}.") from error


def _keep_first(file: Path, key: str) -> None:
    """Write the key for its owner alone; of several who do so at once, the first is kept."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".secret_key-")
    try:
        with os.fdopen(handle, "w") as written:
            written.write(f"{key}\n")
            written.flush()
            os.fsync(handle)
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def _prepare(context: click.Context) -> None:
    """Migrate, and tell what the site has assumed by itself."""
    app = context.ensure_object(ScriptInfo).load_app()
    settings = app.config["SETTINGS"]
    with app.app_context():
        upgrade()
        engine().dispose()
    logs.begin(settings)  # after Alembic, which has its own idea of a log
    for finding in look_at_address(settings, os.environ):
        _log.warning("%s", finding)
