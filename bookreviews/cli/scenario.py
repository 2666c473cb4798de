"""Stories about moderation, played on the demo: to practise with, and to see that it works."""

import textwrap
import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from bookreviews.accounts.viewer import Viewer
from bookreviews.cli.demo import FIRST_DAY, people_of_demo
from bookreviews.cli.scenarios.stage import Stage, Told, next_run
from bookreviews.cli.scenarios.stories import STORIES
from bookreviews.config import ROOT
from bookreviews.errors import DomainError
from bookreviews.lib.clock import now

commands = AppGroup("scenario", help="Stories about moderation, played on the demo.")

_FILES = ROOT / "demo/scenarios"
_LATEST = timedelta(days=366)
_WIDTH = 88


@commands.command("list")
def list_all() -> None:
    """List the stories there are."""
    for name in STORIES:
        click.echo(f"{name:15} {_texts(name)['summary']}")


@commands.command()
@click.argument("name", type=click.Choice(tuple(STORIES)))
@click.option("--step", is_flag=True, help="Wait for Enter after each step.")
@click.option(
    "--at",
    type=click.DateTime(("%Y-%m-%dT%H:%M", "%Y-%m-%d")),
    help="When the story begins (UTC); by default so that it ends about now.",
)
@click.option(
    "--to-the-end", is_flag=True, help="Decide also what spam-wave leaves for you to practise."
)
def play(name: str, step: bool, at: datetime | None, to_the_end: bool) -> None:
    """Play the story NAME on the demo's database, on a clock of its own.

    Each play has its own accounts, which nobody can sign in with.
    """
    cast = people_of_demo()
    _check_roles(cast)
    story = STORIES[name]
    stage = Stage(
        at=_checked(at) if at is not None else now() - story.lasts,
        texts=_texts(name),
        run=next_run(story.people),
        mo=cast["mo"],
        ada=cast["ada"],
        goes_to_the_end=to_the_end,
    )
    try:
        for told in story.play(stage):
            _say(told)
            if step:
                click.prompt("Enter goes on", default="", show_default=False, prompt_suffix=" ")
        _verify(stage)
    except DomainError as error:
        raise click.ClickException(str(error)) from error


def _texts(name: str) -> dict[str, Any]:
    return tomllib.loads((_FILES / f"{name}.toml").read_text("utf-8"))


def _checked(at: datetime) -> datetime:
    """Return when a story begins: after the demo's books were there, and not in a far future."""
    begins = at.replace(tzinfo=UTC)
    if not FIRST_DAY <= begins <= now() + _LATEST:
        raise click.ClickException(
            f"A story begins between {FIRST_DAY:%d %B %Y}, when the demo does, and a year from now."
        )
    return begins


def _check_roles(cast: dict[str, Viewer]) -> None:
    if not (cast["mo"].is_moderator and cast["ada"].is_moderator):
        raise click.ClickException(
            "The stories need mo and ada as moderators, and one of them is none any more. "
            "`bookreviews users role` gives the role back."
        )


def _say(told: Told) -> None:
    site_url = current_app.config["SETTINGS"].site_url
    click.echo(click.style(f"{told.at:%a %d %b %Y, %H:%M}", bold=True))
    click.echo(textwrap.indent(textwrap.fill(told.words, _WIDTH), "  "))
    if told.page is not None:
        click.echo(f"  → {site_url}{told.page}")
    click.echo()


def _verify(stage: Stage) -> None:
    """Count the stars of all touched books anew, and say whether the pages told the truth."""
    books = len(stage.touched)
    wrong = stage.wrong_summaries()
    if wrong:
        raise click.ClickException(f"Counted anew, these books had wrong stars: {', '.join(wrong)}")
    touched = "the book" if books == 1 else f"all {books} books"
    click.echo(f"Counted anew, the stars of {touched} it touched are as they were shown.")
