"""Commands about accounts, for what must work when the site doesn't, or nobody can sign in.

What they do is told in the audit trail as done by command.
"""

import sys
from datetime import datetime, timedelta
from typing import Any

import click
from flask.cli import AppGroup

from bookreviews.accounts import people, queries, services
from bookreviews.accounts.models import ADMIN, ROLES
from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.models import COMMAND
from bookreviews.audit.services import LOOKED_UP, record
from bookreviews.cli.refusals import told_plainly
from bookreviews.errors import NotAllowed, NotFound
from bookreviews.lib.clock import now
from bookreviews.lib.text import is_readable
from bookreviews.moderation import services as moderation
from bookreviews.moderation.vocabulary import LONGEST_SUSPENSION, REASONS
from bookreviews.notifications.services import notify
from bookreviews.transactions import transaction

commands = AppGroup("users", help="Accounts.")

_MOST_SIGN_INS = 5


@commands.command("create-admin")
@click.argument("username")
@click.option("--email", required=True, help="The admin's e-mail address.")
@click.option("--name", default="", help="The name others see; the username by default.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_admin(username: str, email: str, name: str, password_stdin: bool) -> None:
    """Make an account that runs the site.

    The password is asked for, or read from standard input; never from the command line, where
    every process can read it.
    """
    password = _asked_password(password_stdin)
    with told_plainly():
        password_hash = services.new_password_hash(password, username=username, email=email)
        with transaction():
            user = services.sign_up(
                username=username,
                name=name,
                email=email,
                password_hash=password_hash,
                role=ADMIN,
                at=now(),
            )
            username = user.username
            _record("made an admin", user.id, now())
    click.echo(f"{username} can now sign in and runs the site.")


@commands.command()
@click.argument("username")
@click.argument("role", type=click.Choice(ROLES))
def role(username: str, role: str) -> None:
    """Give an account another ROLE; somebody must be left to run the site."""
    at = now()
    with told_plainly(), transaction():
        person = _person(username)
        people.change_role(user_id=person.id, role=role)
        if role != person.role:
            _record("changed a role", person.id, at, before=person.role, after=role)
            notify(user_id=person.id, kind="role_changed", details={"role": role}, at=at)
    click.echo(f"{person.username} is {role} now.")


@commands.command()
@click.argument("username")
@click.option(
    "--days", required=True, type=click.IntRange(1, LONGEST_SUSPENSION.days), help="For how long."
)
@click.option(
    "--reason", required=True, type=click.Choice(tuple(REASONS)), help="The rule it follows."
)
@click.option("--words", default="", help="What the person is told besides.")
def suspend(username: str, days: int, reason: str, words: str) -> None:
    """Let an account read, but not write; its ratings don't count meanwhile."""
    at = now()
    until = at + timedelta(days=days)
    with told_plainly(), transaction():
        person = _person(username)
        if person.is_admin:
            raise NotAllowed("An admin’s account can’t be suspended: take the role away first.")
        moderation.suspend(
            actor=None, user_id=person.id, reason=reason, words=words, until=until, at=at
        )
    click.echo(f"{person.username} is suspended until {_moment(until)}, and told why.")


@commands.command()
@click.argument("username")
@click.option("--words", default="Your suspension was ended early.", help="What they are told.")
def lift(username: str, words: str) -> None:
    """End the suspension of an account."""
    with told_plainly(), transaction():
        person = _person(username)
        moderation.lift(actor=None, user_id=person.id, reason="other", words=words, at=now())
    click.echo(f"{person.username} can write again.")


@commands.command("reset-password")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def reset_password(username: str, password_stdin: bool) -> None:
    """Give an account another password, and sign it out everywhere."""
    with told_plainly():
        person = _person(username)
        password = _asked_password(password_stdin)
        password_hash = services.new_password_hash(
            password, username=person.username, email=queries.get_person(person.id).email
        )
        with transaction():
            people.set_password(user_id=person.id, password_hash=password_hash, at=now())
            _record("set a password", person.id, now())
    click.echo(f"{person.username} can sign in with the new password, and is signed out elsewhere.")


@commands.command()
@click.argument("username")
def show(username: str) -> None:
    """Show what there is to know of an account; the look is told in the audit trail."""
    with told_plainly():
        known = _person(username)
        with transaction():
            _record(LOOKED_UP, known.id, now())
        person = queries.get_person(known.id)
        sign_ins = queries.sign_ins_of(known.id, most=_MOST_SIGN_INS)
        sessions = len(queries.sessions_of(known.id))
    for name, value in _facts(person, sessions, now()):
        click.echo(f"{name + ':':14} {value}")
    for sign_in in sign_ins:
        how = "signed in" if sign_in.succeeded else "wrong password"
        click.echo(f"{_moment(sign_in.at)}  {how} from {sign_in.address or 'unknown'}")


def _asked_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _person(username: str) -> Viewer:
    """Return an account by its username, or raise NotFound."""
    wanted = username.strip().lower()
    known = queries.find_viewers([wanted]) if is_readable(wanted) else {}
    if wanted not in known:
        raise NotFound(f"There is no account {wanted!r} here.")
    return known[wanted]


def _record(act: str, person_id: int, at: datetime, **details: Any) -> None:
    record(actor=None, act=act, person_id=person_id, details=details, at=at, kind=COMMAND)


def _facts(person: Any, sessions: int, at: datetime) -> list[tuple[str, str]]:
    suspended = person.suspended_until
    return [
        ("username", person.username),
        ("name", person.name),
        ("role", person.role),
        ("e-mail", f"{person.email} ({'' if person.email_confirmed_at else 'not '}confirmed)"),
        ("joined", _moment(person.joined_at)),
        ("approved", _moment(person.approved_at) if person.approved_at else "waits for it"),
        ("suspended", f"until {_moment(suspended)}" if suspended and suspended > at else "no"),
        ("password", "has one" if person.has_password else "has none, so nobody can sign in"),
        ("sessions", str(sessions)),
    ]


def _moment(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"
