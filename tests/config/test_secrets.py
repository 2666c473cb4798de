"""Secrets come from variables or files, and are seen nowhere afterwards."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from bookreviews import create_app
from bookreviews.config import Settings, WrongSetting, secret_files

SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2"
ENOUGH = {
    "SECRET_KEY": SECRET,
    "SITE_URL": "https://books.example",
    "DATABASE_URL": "postgresql://db.example/books",
}
SECRETS = {
    "SECRET_KEY": SECRET,
    "DATABASE_URL": f"postgresql+psycopg://bo:{SECRET}@db.example/books",
    "MAIL_URL": f"smtp://bo:{SECRET}@mail.example",
    "QUEUE_URL": f"redis://bo:{SECRET}@cache.example/0",
    "OPERATOR_TOKEN": SECRET,
    "REPLICA_URL": f"postgresql+psycopg://bo:{SECRET}@replica.example/books",
    "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={SECRET}",
    "SENTRY_DSN": f"https://{SECRET}@sentry.example/1",
}
VARIABLES = sorted(SECRETS)


def refusal(environ: Mapping[str, str]) -> str:
    with pytest.raises(WrongSetting) as refused:
        Settings.from_environment(environ)
    return str(refused.value)


def without(variable: str, **more: str) -> dict[str, str]:
    return {**{name: text for name, text in ENOUGH.items() if name != variable}, **more}


def test_these_settings_hold_secrets() -> None:
    marked = {one.name.upper() for one in fields(Settings) if one.metadata["is_secret"]}
    assert marked == set(SECRETS)


@pytest.mark.parametrize("variable", VARIABLES)
class TestFile:
    @pytest.mark.parametrize("end", ["", "\n", "\r\n"])
    def test_holds_what_the_variable_would(self, variable: str, end: str, tmp_path: Path) -> None:
        (tmp_path / "secret").write_bytes(f"{SECRETS[variable]}{end}".encode())
        given = without(variable, **{f"{variable}_FILE": str(tmp_path / "secret")})
        made = Settings.from_environment(given)
        assert getattr(made, variable.lower()) == SECRETS[variable]
        assert secret_files(given) == {f"{variable}_FILE": tmp_path / "secret"}

    def test_together_with_the_variable_is_refused(self, variable: str, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text(SECRETS[variable])
        file = {f"{variable}_FILE": str(tmp_path / "secret")}
        words = refusal({**ENOUGH, variable: SECRETS[variable], **file})
        assert words == f"{variable} and {variable}_FILE are both set; keep one of them."

    def test_that_cannot_be_read_is_refused_in_one_sentence(
        self, variable: str, tmp_path: Path
    ) -> None:
        (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
        (tmp_path / "empty").write_text("\n")
        for name, reason in {
            "nothing": "can't be read: No such file or directory.",
            "": "can't be read: Is a directory.",
            "binary": "can't be read: it is not text.",
            "empty": "is empty.",
        }.items():
            words = refusal(without(variable, **{f"{variable}_FILE": f"{tmp_path}/{name}"}))
            assert words == f"{variable}_FILE names a file that {reason}"

    def test_is_not_repeated_where_the_secret_stands_in_its_place(self, variable: str) -> None:
        words = refusal(without(variable, **{f"{variable}_FILE": SECRETS[variable]}))
        assert SECRET not in words

    def test_is_the_same_as_missing_where_its_variable_is_empty(self, variable: str) -> None:
        made = Settings.from_environment({**ENOUGH, f"{variable}_FILE": ""})
        assert made == Settings.from_environment(ENOUGH)


def test_one_line_break_is_cut_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET} \n\n")
    made = Settings.from_environment(without("SECRET_KEY", SECRET_KEY_FILE=f"{tmp_path}/key"))
    assert made.secret_key == f"{SECRET} \n"


def test_other_settings_have_no_file(tmp_path: Path) -> None:
    (tmp_path / "name").write_text("Books")
    assert (
        Settings.from_environment({**ENOUGH, "SITE_NAME_FILE": f"{tmp_path}/name"}).site_name
        == "BookReviews"
    )


def test_no_secret_is_shown_where_settings_are_printed() -> None:
    made = Settings.from_environment({**ENOUGH, **SECRETS})
    assert SECRET not in repr(made)
    assert SECRET not in f"{made} {made!r}"
    assert "https://books.example" in repr(made)


@pytest.mark.parametrize(
    ("variable", "broken"),
    [
        ("DATABASE_URL", SECRET),
        ("DATABASE_URL", f"postgresql://bo:{SECRET}@db:port/books"),
        ("DATABASE_URL", f"mysql://bo:{SECRET}@db/books"),
        ("MAIL_URL", SECRET),
        ("QUEUE_URL", SECRET),
        ("QUEUE_URL", f"amqp://bo:{SECRET}@mq"),
        ("OPERATOR_TOKEN", f"{SECRET}é"),
    ],
)
def test_no_secret_is_repeated_by_a_refusal(variable: str, broken: str) -> None:
    assert SECRET not in refusal({**ENOUGH, "SECRET_KEY": "k" * 32, variable: broken})


def test_no_secret_is_logged_by_a_database_that_cannot_be_reached(
    caplog: pytest.LogCaptureFixture,
) -> None:
    given = {**ENOUGH, "DATABASE_URL": f"postgresql://bo:{SECRET}@127.0.0.1:1/books"}
    app = create_app(Settings.from_environment(given))
    answer = app.test_client().get("/", base_url="https://books.example")
    assert answer.status_code >= 500
    assert SECRET not in answer.get_data(as_text=True) + caplog.text
