"""Operators make admins; the password comes over standard input and is seen nowhere."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from bookreviews.accounts import queries, services
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from tests.conftest import any_database

GOOD = "a long enough secret"


def create_admin(app: Flask, *arguments: str, given: str = f"{GOOD}\n") -> Result:
    return app.test_cli_runner().invoke(args=["users", "create-admin", *arguments], input=given)


@any_database
def test_an_admin_is_made_who_can_sign_in(app: Flask) -> None:
    result = create_admin(
        app, "Grace", "--email", "Grace@Example.org", "--name", "Grace H.", "--password-stdin"
    )
    assert (result.exit_code, result.output) == (0, "grace can now sign in and runs the site.\n")
    user_id = services.check_password(identifier="grace@example.org", password=GOOD)
    user = session().get_one(User, user_id)
    assert (user.username, user.name, user.role) == ("grace", "Grace H.", "admin")


@pytest.mark.parametrize("given", [GOOD, f"{GOOD}\n", f"{GOOD}\r\n", f"{GOOD}\nand more\n"])
def test_the_password_is_the_first_line(app: Flask, given: str) -> None:
    arguments = ("grace", "--email", "grace@example.org", "--password-stdin")
    assert create_admin(app, *arguments, given=given).exit_code == 0
    assert services.check_password(identifier="grace", password=GOOD)


def test_blanks_at_its_ends_belong_to_the_password(app: Flask) -> None:
    arguments = ("grace", "--email", "grace@example.org", "--password-stdin")
    assert create_admin(app, *arguments, given=f"  {GOOD} \n").exit_code == 0
    assert services.check_password(identifier="grace", password=f"  {GOOD} ")


def test_without_a_name_the_username_is_shown(app: Flask) -> None:
    create_admin(app, "grace", "--email", "grace@example.org", "--password-stdin")
    assert queries.get_profile("grace").name == "grace"


def test_the_password_is_asked_for_twice_and_not_shown(app: Flask) -> None:
    arguments = ("grace", "--email", "grace@example.org")
    result = create_admin(app, *arguments, given=f"{GOOD}\n{GOOD}\n")
    assert result.exit_code == 0
    assert GOOD not in result.output
    assert services.check_password(identifier="grace", password=GOOD)


def test_a_slip_when_typing_it_again_makes_no_account(app: Flask) -> None:
    arguments = ("grace", "--email", "grace@example.org")
    result = create_admin(app, *arguments, given=f"{GOOD}\n{GOOD}!\n")
    assert result.exit_code != 0
    assert _accounts() == 0


@pytest.mark.parametrize(
    ("username", "email", "password", "reason"),
    [
        ("grace", "grace@example.org", "", "at least 10"),
        ("grace", "grace@example.org", "short", "at least 10"),
        ("grace", "grace@example.org", "x" * 201, "at most 200"),
        ("grace", "grace@example.org", "aaaaaaaaaaaaaaa", "too easy"),
        ("grace", "grace@example.org", "GRACE@example.org", "too easy"),
        ("grace", "example.org", GOOD, "not an e-mail address"),
        ("g", "grace@example.org", GOOD, "Usernames have"),
        ("gräce", "grace@example.org", GOOD, "Usernames have"),
        ("admin", "grace@example.org", GOOD, "reserved"),
    ],
)
def test_what_signing_up_refuses_is_refused(
    app: Flask, username: str, email: str, password: str, reason: str
) -> None:
    result = create_admin(
        app, username, "--email", email, "--password-stdin", given=f"{password}\n"
    )
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert reason in result.output
    assert _accounts() == 0


def test_a_username_that_is_taken_is_refused(alex: Viewer, app: Flask) -> None:
    result = create_admin(app, "ALEX", "--email", "grace@example.org", "--password-stdin")
    assert result.exit_code == 1
    assert "taken" in result.output
    assert queries.get_profile("alex").role == "reader"


@pytest.mark.parametrize("arguments", [[], ["grace"], ["--email", "grace@example.org"]])
def test_name_and_address_are_needed(app: Flask, arguments: list[str]) -> None:
    assert create_admin(app, *arguments, "--password-stdin").exit_code == 2


def test_a_password_on_the_command_line_is_refused(app: Flask) -> None:
    result = create_admin(app, "grace", "--email", "grace@example.org", "--password", GOOD)
    assert result.exit_code == 2
    assert _accounts() == 0


def _accounts() -> int:
    return session().scalar(select(func.count(User.id))) or 0
