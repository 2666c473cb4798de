"""Operators make admins; the password comes over standard input and is seen nowhere."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from bookreviews.accounts import queries, services
from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.audit.models import AuditEntry
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation.models import Statement
from bookreviews.transactions import transaction
from tests.conftest import PASSWORD, any_database

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


def run(app: Flask, *arguments: str, given: str | None = None) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["users", *arguments], input=given)
    session().rollback()
    return result.exit_code, result.output


def trail() -> list[tuple[str, str, int | None]]:
    """Return act, kind of actor, and whom it was about, of all that the trail tells of."""
    entries = session().scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(one.act, one.actor_kind, one.person_id) for one in entries]


class TestRole:
    @any_database
    def test_is_changed_and_told_in_the_trail(self, app: Flask, alex: Viewer, ada: Viewer) -> None:
        assert run(app, "role", "Alex", "moderator") == (0, "alex is moderator now.\n")
        assert queries.get_profile("alex").role == "moderator"
        assert trail() == [("changed a role", "command", alex.id)]
        (details,) = session().scalars(select(AuditEntry.details))
        assert details == {"before": "reader", "after": "moderator"}
        assert queries.find_viewers(["alex"])["alex"].unread == 1

    def test_that_they_have_already_is_nothing_to_tell(self, app: Flask, alex: Viewer) -> None:
        assert run(app, "role", "alex", "reader") == (0, "alex is reader now.\n")
        assert trail() == []
        assert queries.find_viewers(["alex"])["alex"].unread == 0

    def test_of_the_last_admin_stays(self, app: Flask, ada: Viewer) -> None:
        code, told = run(app, "role", "ada", "reader")
        assert (code, told) == (1, "Error: Somebody must run the site: make another admin first.\n")
        assert queries.get_profile("ada").role == "admin"
        assert trail() == []

    def test_must_be_one_there_is(self, app: Flask, alex: Viewer) -> None:
        code, told = run(app, "role", "alex", "owner")
        assert (code, "'reader', 'moderator', 'admin'" in told) == (2, True)


class TestSuspension:
    @any_database
    def test_lasts_until_it_is_lifted(self, app: Flask, alex: Viewer) -> None:
        code, told = run(app, "suspend", "alex", "--days", "7", "--reason", "spam")
        assert (code, told.startswith("alex is suspended until ")) == (0, True)
        assert queries.find_viewers(["alex"])["alex"].is_suspended(now())
        assert run(app, "lift", "alex") == (0, "alex can write again.\n")
        assert not queries.find_viewers(["alex"])["alex"].is_suspended(now())
        assert trail() == [
            ("decided: suspend", "command", alex.id),
            ("decided: lift", "command", alex.id),
        ]

    def test_is_told_to_whom_it_concerns(self, app: Flask, alex: Viewer) -> None:
        run(app, "suspend", "alex", "--days", "7", "--reason", "spam", "--words", "Enough links.")
        statement = session().scalars(select(Statement)).one()
        assert (statement.person_id, statement.words) == (alex.id, "Enough links.")

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("suspend", "ada", "--days", "7", "--reason", "spam"), "take the role away"),
            (("suspend", "alex", "--days", "7", "--reason", "other"), "in a few words why"),
            (("lift", "alex"), "not suspended"),
        ],
    )
    def test_that_cannot_be_is_refused(
        self, app: Flask, alex: Viewer, ada: Viewer, arguments: tuple[str, ...], reason: str
    ) -> None:
        code, told = run(app, *arguments)
        assert (code, told.startswith("Error: "), reason in told) == (1, True, True), told
        assert trail() == []

    @pytest.mark.parametrize("days", ["0", "367", "for ever"])
    def test_lasts_for_days_that_make_sense(self, app: Flask, alex: Viewer, days: str) -> None:
        assert run(app, "suspend", "alex", "--days", days, "--reason", "spam")[0] == 2

    def test_follows_a_rule_there_is(self, app: Flask, alex: Viewer) -> None:
        assert run(app, "suspend", "alex", "--days", "7", "--reason", "rudeness")[0] == 2


class TestResetPassword:
    @any_database
    def test_lets_in_and_ends_all_sessions(self, app: Flask, alex: Viewer) -> None:
        with transaction():
            services.start_session(user_id=alex.id, at=now())
        code, told = run(app, "reset-password", "alex", "--password-stdin", given=f"{GOOD}\n")
        assert (code, GOOD in told) == (0, False)
        assert services.check_password(identifier="alex", password=GOOD) == alex.id
        assert queries.sessions_of(alex.id) == []
        assert trail() == [("set a password", "command", alex.id)]

    def test_asks_twice_and_shows_nothing(self, app: Flask, alex: Viewer) -> None:
        code, told = run(app, "reset-password", "alex", given=f"{GOOD}\n{GOOD}\n")
        assert (code, GOOD in told) == (0, False)
        assert services.check_password(identifier="alex", password=GOOD) == alex.id

    def test_takes_no_slip_of_the_finger(self, app: Flask, alex: Viewer) -> None:
        assert run(app, "reset-password", "alex", given=f"{GOOD}\n{GOOD}!\n")[0] == 1
        assert services.check_password(identifier="alex", password=PASSWORD) == alex.id

    def test_gives_a_password_to_who_had_none(self, app: Flask) -> None:
        with transaction():
            user_id = services.sign_up(
                username="grace", name="", email="g@example.org", password_hash=None, at=now()
            ).id
        assert run(app, "reset-password", "grace", "--password-stdin", given=GOOD)[0] == 0
        assert services.check_password(identifier="grace", password=GOOD) == user_id

    @pytest.mark.parametrize("password", ["", "short", "alex@example.org", "1234567890123"])
    def test_refuses_what_is_too_easy(self, app: Flask, alex: Viewer, password: str) -> None:
        code, told = run(app, "reset-password", "alex", "--password-stdin", given=password)
        assert (code, told.startswith("Error: Please use") or "too easy" in told) == (1, True)
        assert services.check_password(identifier="alex", password=PASSWORD) == alex.id
        assert trail() == []


class TestShow:
    def test_tells_what_is_known_and_that_it_was_looked_up(self, app: Flask, alex: Viewer) -> None:
        with transaction():
            services.register_attempt(identifier="alex", address="192.0.2.1", at=now())
        code, told = run(app, "show", "alex")
        assert code == 0
        for words in (
            "alex@example.org (not confirmed)",
            "reader",
            "wrong password from 192.0.2.1",
        ):
            assert words in told
        assert "argon2" not in told
        assert trail() == [("looked up", "command", alex.id)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("role", "nobody", "reader"),
        ("suspend", "nobody", "--days", "7", "--reason", "spam"),
        ("lift", "nobody"),
        ("reset-password", "nobody", "--password-stdin"),
        ("show", "nobody"),
        ("show", ""),
        ("show", "%"),
        ("show", "\x00"),
        ("show", "\udc80"),
    ],
)
def test_an_account_that_is_not_there_is_refused(
    app: Flask, alex: Viewer, arguments: tuple[str, ...]
) -> None:
    code, told = run(app, *arguments, given=f"{GOOD}\n")
    assert (code, told.startswith("Error: There is no account")) == (1, True), told
    assert trail() == []


def test_an_erased_account_is_refused(app: Flask, alex: Viewer) -> None:
    with transaction():
        services.erase(user_id=alex.id, at=now())
    for arguments in (("role", "moderator"), ("suspend", "--days", "7", "--reason", "spam")):
        command, *more = arguments
        code, told = run(app, command, f"erased-{alex.id}", *more)
        assert (code, told.startswith("Error: ")) == (1, True), told
    code, told = run(
        app, "reset-password", f"erased-{alex.id}", "--password-stdin", given=f"{GOOD}\n"
    )
    assert (code, told.startswith("Error: ")) == (1, True), told


def test_that_an_admin_was_made_is_told_in_the_trail(app: Flask) -> None:
    create_admin(app, "grace", "--email", "grace@example.org", "--password-stdin")
    grace = queries.find_viewers(["grace"])["grace"]
    assert trail() == [("made an admin", "command", grace.id)]
