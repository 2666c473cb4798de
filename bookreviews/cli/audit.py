"""Commands about the audit trail."""

import click
from flask.cli import AppGroup

from bookreviews.accounts.queries import find_viewers
from bookreviews.audit import queries
from bookreviews.audit.tables import as_csv

commands = AppGroup("audit", help="What moderators and admins did.")


@commands.command()
@click.option("--by", help="Only what this username did.")
@click.option("--about", help="Only what was done about this username.")
@click.option("--act", help="Only entries of this act, such as “changed a role”.")
def export(by: str | None, about: str | None, act: str | None) -> None:
    """Write the audit trail as CSV to standard output, the oldest entry first."""
    actor, person = (_id_of(name) if name else None for name in (by, about))
    for line in as_csv(queries.export(actor=actor, person=person, act=act)):
        click.echo(line, nl=False)


def _id_of(username: str) -> int:
    known = find_viewers([username.lower()])
    if username.lower() not in known:
        raise click.ClickException(f"There is no account named {username}.")
    return known[username.lower()].id
