"""The command that makes a backup."""

from pathlib import Path
from time import monotonic

import click
from flask.cli import with_appcontext

from bookreviews.backups.services import back_up
from bookreviews.cli.refusals import told_plainly
from bookreviews.lib.clock import now


@click.command()
@click.argument("target", type=click.Path())
@click.option(
    "--encrypt-to",
    multiple=True,
    metavar="RECIPIENT",
    help="Encrypt with age to this public key (age1…); may be given more than once.",
)
@with_appcontext
def backup(target: str, encrypt_to: tuple[str, ...]) -> None:
    """Write the whole database into the new file TARGET, or a file in the folder TARGET.

    The site may go on meanwhile: the backup holds one moment. Nothing is ever overwritten. A folder
    that is written with a slash at its end is made where there is none.
    """
    began = monotonic()
    if target.endswith("/"):
        _make_folder(Path(target))
    with told_plainly():
        written = back_up(Path(target), encrypt_to=encrypt_to, at=now())
    manifest = written.manifest
    click.echo(
        f"Wrote {written.file}: {shown_size(written.size)}, {manifest.rows} rows of "
        f"{len(manifest.tables)} tables, in {monotonic() - began:.1f} seconds."
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{folder} can't be made: {error.strerror}.") from error


def shown_size(size: int) -> str:
    """Return a number of bytes as one says it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.0f} kB"
