"""The command that restores a backup."""

from pathlib import Path
from time import monotonic

import click
from flask.cli import with_appcontext

from bookreviews.backups.services import restore as restore_backup
from bookreviews.cli.refusals import told_plainly


@click.command()
@click.argument("archive", type=click.Path(path_type=Path))
@click.option(
    "--identity",
    type=click.Path(path_type=Path),
    help="The file of the age key (AGE-SECRET-KEY-…) that an encrypted backup is for.",
)
@with_appcontext
def restore(archive: Path, identity: Path | None) -> None:
    """Restore the backup ARCHIVE into the empty database that DATABASE_URL names.

    Every row is compared with what was backed up. Should anything be wrong, nothing is changed.
    """
    began = monotonic()
    with told_plainly():
        manifest = restore_backup(archive, identity=identity)
    click.echo(
        f"Restored {manifest.rows} rows of {len(manifest.tables)} tables, as they were at "
        f"{manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, in {monotonic() - began:.1f} seconds. "
        "`bookreviews db upgrade` brings them up to date."
    )
