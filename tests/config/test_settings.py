"""Every variable, given well, not at all, and impossibly; a refusal names it and says why."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bookreviews import create_app
from bookreviews.config import ROOT, Settings, WrongSetting, for_flask

SECRET = "k" * 32
ENOUGH = {"SECRET_KEY": SECRET, "SITE_URL": "https://books.example"}


def settings(**changes: str) -> Settings:
    return Settings.from_environment({**ENOUGH, **changes})


def refusal(environ: Mapping[str, str]) -> str:
    with pytest.raises(WrongSetting) as refused:
        Settings.from_environment(environ)
    return str(refused.value)


def test_a_key_and_an_address_are_enough() -> None:
    assert settings() == Settings(
        bookreviews_env="production",
        secret_key=SECRET,
        database_url=f"sqlite:///{ROOT / 'var' / 'bookreviews.sqlite3'}",
        site_url="https://books.example",
        site_name="BookReviews",
        trusted_proxies=0,
        mail_url="",
        mail_from="BookReviews <no-reply@books.example>",
        queue_url=f"sqlite:///{ROOT / 'var' / 'bookreviews.sqlite3-queue'}",
        demo=False,
    )


@pytest.mark.parametrize("variable", [one.name.upper() for one in fields(Settings)])
def test_an_empty_variable_is_one_that_is_missing(variable: str) -> None:
    without = {name: value for name, value in ENOUGH.items() if name != variable}

    def outcome(environ: Mapping[str, str]) -> object:
        try:
            return Settings.from_environment(environ)
        except WrongSetting as error:
            return str(error)

    assert outcome({**without, variable: ""}) == outcome(without)


def test_variables_of_others_do_not_matter() -> None:
    assert settings(HOME="/", SITE="x", demo="maybe") == settings()


def test_every_setting_says_what_it_is_for() -> None:
    assert all(one.metadata["meaning"] for one in fields(Settings))


class TestEnvironment:
    @pytest.mark.parametrize("name", ["production", "test"])
    def test_is_production_or_test_where_it_has_what_it_needs(self, name: str) -> None:
        assert settings(BOOKREVIEWS_ENV=name).bookreviews_env == name
        assert not settings(BOOKREVIEWS_ENV=name).is_development

    def test_of_development_needs_nothing_else(self) -> None:
        made = Settings.from_environment({"BOOKREVIEWS_ENV": "development"})
        assert made.is_development
        assert made.site_url == "http://127.0.0.1:8000"
        assert len(made.secret_key) >= 32

    def test_of_development_takes_what_is_given(self) -> None:
        made = settings(BOOKREVIEWS_ENV="development", SITE_URL="http://10.0.0.7:8000")
        assert (made.secret_key, made.site_url) == (SECRET, "http://10.0.0.7:8000")

    @pytest.mark.parametrize("name", ["Production", "staging", "dev", " test", "1"])
    def test_of_another_name_is_refused(self, name: str) -> None:
        message = refusal({**ENOUGH, "BOOKREVIEWS_ENV": name})
        assert f"BOOKREVIEWS_ENV is {name!r}" in message
        assert "production, development, test" in message


class TestSecretKey:
    @pytest.mark.parametrize("environment", ["production", "test"])
    def test_has_no_default_outside_development(self, environment: str) -> None:
        message = refusal({"SITE_URL": "https://books.example", "BOOKREVIEWS_ENV": environment})
        assert "SECRET_KEY must be set" in message
        assert "at least 32" in message

    @pytest.mark.parametrize("environment", ["production", "test"])
    def test_of_development_is_refused_elsewhere(self, environment: str) -> None:
        public = Settings.from_environment({"BOOKREVIEWS_ENV": "development"}).secret_key
        given = {**ENOUGH, "SECRET_KEY": public, "BOOKREVIEWS_ENV": environment}
        assert "SECRET_KEY is development's public key" in refusal(given)

    @pytest.mark.parametrize("environment", ["production", "test", "development"])
    def test_that_is_short_is_refused_and_not_repeated(self, environment: str) -> None:
        short = "0123456789abcdef0123456789abcde"
        message = refusal({**ENOUGH, "SECRET_KEY": short, "BOOKREVIEWS_ENV": environment})
        assert "SECRET_KEY must be set to at least 32" in message
        assert short not in message


class TestDatabaseUrl:
    @pytest.mark.parametrize("prefix", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_of_postgresql_means_psycopg_however_it_is_written(self, prefix: str) -> None:
        made = settings(DATABASE_URL=f"{prefix}://bo:p%40ss@db.example:5432/books?sslmode=require")
        assert made.database_url == (
            "postgresql+psycopg://bo:p%40ss@db.example:5432/books?sslmode=require"
        )
        assert for_flask(made)["SQLALCHEMY_ENGINE_OPTIONS"]["pool_pre_ping"] is True

    def test_may_name_a_folder_of_a_socket(self) -> None:
        made = settings(DATABASE_URL="postgresql:///books?host=/run/postgresql")
        assert made.database_url == "postgresql+psycopg:///books?host=/run/postgresql"

    @pytest.mark.parametrize(
        ("url", "file"),
        [
            ("sqlite:///var/books.sqlite3", ROOT / "var" / "books.sqlite3"),
            ("sqlite:///books.sqlite3", ROOT / "books.sqlite3"),
        ],
    )
    def test_of_sqlite_begins_in_the_projects_folder(self, url: str, file: Path) -> None:
        assert settings(DATABASE_URL=url).database_url == f"sqlite:///{file}"

    def test_of_sqlite_stays_as_it_is(self) -> None:
        made = settings(DATABASE_URL="sqlite:////srv/books.sqlite3")
        assert made.database_url == "sqlite:////srv/books.sqlite3"
        assert for_flask(made)["SQLALCHEMY_ENGINE_OPTIONS"] == {}

    @pytest.mark.parametrize(
        ("url", "start"),
        [
            ("mysql://bo:secret@db/books", "'mysql'"),
            ("postgresql+asyncpg://bo:secret@db/books", "'postgresql+asyncpg'"),
            ("sqlite://", "'sqlite'"),
            ("/srv/books.sqlite3", "it has no ://"),
            ("secret", "it has no ://"),
        ],
    )
    def test_of_another_database_is_refused(self, url: str, start: str) -> None:
        message = refusal({**ENOUGH, "DATABASE_URL": url})
        assert message.startswith("DATABASE_URL must start with sqlite:/// or postgresql://")
        assert start in message
        assert "secret" not in message

    def test_that_cannot_be_read_is_refused_and_not_repeated(self) -> None:
        message = refusal({**ENOUGH, "DATABASE_URL": "postgres://bo:secret@db:port/books"})
        assert message.startswith("DATABASE_URL can't be read")
        assert "secret" not in message


class TestMailUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "smtp://localhost",
            "smtp://bo:p%40ss@mail.example:587",
            "smtps://bo:p%40ss@mail.example/",
            "smtp://[::1]:25",
            "folder:/srv/mail",
        ],
    )
    def test_stays_as_it_is(self, url: str) -> None:
        assert settings(MAIL_URL=url).mail_url == url

    def test_may_be_missing(self) -> None:
        assert (settings().mail_url, settings().mail_folder) == ("", None)

    def test_of_development_is_a_folder_of_the_project(self) -> None:
        made = Settings.from_environment({"BOOKREVIEWS_ENV": "development"})
        assert made.mail_folder == ROOT / "var" / "mail"

    def test_of_a_folder_begins_in_the_projects_folder(self) -> None:
        assert settings(MAIL_URL="folder:letters").mail_folder == ROOT / "letters"

    @pytest.mark.parametrize(
        "url",
        [
            "mail.example",
            "smtp://",
            "smtp:mail.example",
            "http://bo:secret@mail.example",
            "smtp://bo:secret@mail.example:port",
            "smtp://bo:secret@mail.example:0",
            "smtp://bo:sec/ret@mail.example",
            "smtp://bo:secret@mail.example/box",
            "folder:",
        ],
    )
    def test_that_cannot_be_read_is_refused_and_not_repeated(self, url: str) -> None:
        message = refusal({**ENOUGH, "MAIL_URL": url})
        assert message.startswith("MAIL_URL can't be read; its form is smtp://")
        assert "secret" not in message


class TestMailFrom:
    @pytest.mark.parametrize(
        ("site", "host"),
        [
            ("https://books.example:8443", "books.example"),
            ("http://localhost", "localhost"),
            ("http://127.0.0.1:8000", "localhost"),
            ("http://[2001:db8::a]", "localhost"),
        ],
    )
    def test_is_made_from_name_and_address_of_the_site(self, site: str, host: str) -> None:
        made = settings(SITE_URL=site, SITE_NAME="Books, and more")
        assert made.mail_from == f'"Books, and more" <no-reply@{host}>'

    def test_has_a_name_of_any_script_and_one_line(self) -> None:
        assert settings(SITE_NAME="書評").mail_from == "書評 <no-reply@books.example>"
        assert "SITE_NAME is" in refusal({**ENOUGH, "SITE_NAME": "Books\nBcc: al@b.example"})

    @pytest.mark.parametrize("sender", ["bo@books.example", "Bo <bo@books.example>"])
    def test_may_be_another(self, sender: str) -> None:
        assert settings(MAIL_FROM=sender).mail_from == sender

    @pytest.mark.parametrize("sender", ["Bo", "bo@", "Bo <bo>", "bo@b.example\nBcc: al@b.example"])
    def test_that_is_no_address_is_refused(self, sender: str) -> None:
        assert refusal({**ENOUGH, "MAIL_FROM": sender}).startswith("MAIL_FROM is ")


class TestQueueUrl:
    def test_is_by_default_a_file_beside_an_sqlite_database(self) -> None:
        made = settings(DATABASE_URL="sqlite:////srv/books.sqlite3")
        assert made.queue_url == "sqlite:////srv/books.sqlite3-queue"

    def test_is_by_default_a_file_of_the_project_with_postgresql(self) -> None:
        made = settings(DATABASE_URL="postgresql:///books")
        assert made.queue_url == f"sqlite:///{ROOT / 'var' / 'queue.sqlite3'}"

    def test_of_a_test_is_memory_unless_it_wants_another(self) -> None:
        assert settings(BOOKREVIEWS_ENV="test").queue_url == "memory:"
        made = settings(BOOKREVIEWS_ENV="test", QUEUE_URL="sqlite:///q")
        assert made.queue_url == f"sqlite:///{ROOT / 'q'}"

    @pytest.mark.parametrize(
        "url",
        [
            "redis://localhost",
            "redis://:secret@cache.example:6380/2",
            "rediss://cache.example/0",
            "valkey://localhost:6379",
        ],
    )
    def test_may_be_a_server(self, url: str) -> None:
        assert settings(QUEUE_URL=url).queue_url == url

    @pytest.mark.parametrize("url", ["localhost", "amqp://bo:secret@mq", "redis://:secret@h:port"])
    def test_that_cannot_be_read_is_refused_and_not_repeated(self, url: str) -> None:
        message = refusal({**ENOUGH, "QUEUE_URL": url})
        assert message.startswith("QUEUE_URL can't be read")
        assert "secret" not in message


class TestSiteUrl:
    @pytest.mark.parametrize(
        ("url", "is_https"),
        [
            ("https://books.example", True),
            ("https://books.example/", True),
            ("HTTPS://Books.example", True),
            ("https://books.example:8443", True),
            ("https://[2001:db8::1]", True),
            ("http://localhost", False),
            ("http://127.0.0.1:8000", False),
            ("http://[::1]:8000/", False),
            ("http://https.example", False),
        ],
    )
    def test_tells_whether_cookies_are_secure(self, url: str, is_https: bool) -> None:
        made = settings(SITE_URL=url)
        assert made.is_https is is_https
        assert for_flask(made)["SESSION_COOKIE_SECURE"] is is_https

    @pytest.mark.parametrize("environment", ["production", "test"])
    def test_has_no_default_outside_development(self, environment: str) -> None:
        message = refusal({"SECRET_KEY": SECRET, "BOOKREVIEWS_ENV": environment})
        assert message.startswith("SITE_URL is ''; it must be the address readers type")

    @pytest.mark.parametrize(
        "url",
        [
            "books.example",
            "//books.example",
            "ftp://books.example",
            "javascript://books.example",
            "https://",
            "https://:443",
            "https://books.example:port",
            "https://books.example/shop",
            "https://books.example?a=b",
            "https://books.example#top",
            "https://bo:secret@books.example",
            " https://books.example",
            "https://books.example\n",
            "https://books .example",
            "http://[",
            "http://[books]",
        ],
    )
    def test_that_is_no_root_of_a_host_is_refused(self, url: str) -> None:
        message = refusal({**ENOUGH, "SITE_URL": url})
        assert message.startswith(f"SITE_URL is {url!r}; it must be the address readers type")


def test_the_site_has_the_name_it_is_given() -> None:
    made = settings(SITE_NAME="Lesezirkel Größenwahn")
    assert made.site_name == "Lesezirkel Größenwahn"
    assert for_flask(made)["API_TITLE"] == "Lesezirkel Größenwahn API"


class TestTrustedProxies:
    @pytest.mark.parametrize(("text", "number"), [("0", 0), ("1", 1), ("9", 9), ("01", 1)])
    def test_is_a_small_number(self, text: str, number: int) -> None:
        assert settings(TRUSTED_PROXIES=text).trusted_proxies == number

    @pytest.mark.parametrize("text", ["-1", "one", "1.0", "1 ", "0x1", "٣", "²", "9" * 5_000])
    def test_that_is_no_number_is_refused(self, text: str) -> None:
        message = refusal({**ENOUGH, "TRUSTED_PROXIES": text})
        assert message == f"TRUSTED_PROXIES is {text!r}; it must be a whole number."

    @pytest.mark.parametrize("text", ["10", "127001"])
    def test_that_is_too_large_is_refused(self, text: str) -> None:
        assert "TRUSTED_PROXIES must be a number from 0 to 9" in refusal(
            {**ENOUGH, "TRUSTED_PROXIES": text}
        )


class TestDatabasePatience:
    def test_ends_what_takes_longer(self) -> None:
        options = connecting(DATABASE_PATIENCE="7")["connect_args"]
        assert "statement_timeout=7s" in options["options"]
        assert options["connect_timeout"] == 3
        assert options["tcp_user_timeout"] == 7000

    def test_of_none_ends_nothing(self) -> None:
        assert "options" not in connecting(DATABASE_PATIENCE="0")["connect_args"]

    @pytest.mark.parametrize("text", ["1", "26", "soon"])
    def test_is_refused_where_it_makes_no_sense(self, text: str) -> None:
        with pytest.raises(WrongSetting, match="DATABASE_PATIENCE"):
            settings(DATABASE_PATIENCE=text)

    def test_asks_nothing_of_a_session_that_a_pooler_lends(self) -> None:
        options = connecting(DATABASE_POOLER="1")["connect_args"]
        assert options["prepare_threshold"] is None
        assert "options" not in options


def connecting(**variables: str) -> dict[str, Any]:
    made = settings(DATABASE_URL="postgresql://db.example/books", **variables)
    options: dict[str, Any] = for_flask(made)["SQLALCHEMY_ENGINE_OPTIONS"]
    return options


class TestReplicaUrl:
    def test_means_psycopg_too(self) -> None:
        made = settings(
            DATABASE_URL="postgresql://db.example/books",
            REPLICA_URL="postgres://replica.example/books",
        )
        assert for_flask(made)["SQLALCHEMY_BINDS"]["replica"]["url"] == (
            "postgresql+psycopg://replica.example/books"
        )

    @pytest.mark.parametrize("url", ["sqlite:///copy.sqlite3", "mysql://replica.example/books"])
    def test_of_another_kind_is_refused(self, url: str) -> None:
        with pytest.raises(WrongSetting):
            settings(DATABASE_URL="postgresql://db.example/books", REPLICA_URL=url)

    def test_further_behind_than_anybody_looks_is_refused(self) -> None:
        assert settings(REPLICA_MOST_BEHIND="900").replica_most_behind == 900
        with pytest.raises(WrongSetting, match="from 0 to 900"):
            settings(REPLICA_MOST_BEHIND="901")

    def test_beside_sqlite_is_refused(self) -> None:
        with pytest.raises(WrongSetting, match="both"):
            settings(REPLICA_URL="postgresql://replica.example/books")


class TestDemo:
    @pytest.mark.parametrize(
        ("text", "is_on"),
        [
            *((text, True) for text in ("1", "true", "True", "yes", "YES")),
            *((text, False) for text in ("0", "false", "FALSE", "no")),
        ],
    )
    def test_is_on_or_off(self, text: str, is_on: bool) -> None:
        assert settings(DEMO=text).demo is is_on

    @pytest.mark.parametrize("text", ["2", "maybe", "on", " 1"])
    def test_that_is_neither_is_refused(self, text: str) -> None:
        assert refusal({**ENOUGH, "DEMO": text}) == f"DEMO is {text!r}; it must be 1 or 0."


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WrongSetting, match="DATABASE_URL names a file in a folder that can't"):
        create_app(settings(DATABASE_URL=f"sqlite:///{tmp_path}/file/books.sqlite3"))


def test_the_application_reads_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in (one.name.upper() for one in fields(Settings)):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(WrongSetting, match="SECRET_KEY"):
        create_app()
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("SITE_URL", "https://books.example")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'books.sqlite3'}")
    app = create_app()
    assert app.config["SECRET_KEY"] == SECRET
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.config["SESSION_COOKIE_HTTPONLY"] is True


class TestTelling:
    @pytest.mark.parametrize("form", ["json", "text"])
    def test_of_the_log_takes_two_forms(self, form: str) -> None:
        assert settings(LOG_FORMAT=form).writes_json == (form == "json")

    def test_of_another_form_is_refused(self) -> None:
        assert refusal({**ENOUGH, "LOG_FORMAT": "xml"}).startswith("LOG_FORMAT is 'xml'")

    @pytest.mark.parametrize("token", ["short", "x" * 31, "é" * 32])
    def test_to_operators_needs_a_good_token_which_is_not_repeated(self, token: str) -> None:
        message = refusal({**ENOUGH, "OPERATOR_TOKEN": token})
        assert message.startswith("OPERATOR_TOKEN must ")
        assert token not in message

    def test_to_operators_of_networks(self) -> None:
        made = settings(OPERATOR_NETWORKS="10.0.7.0/24, ::1")
        assert [str(network) for network in made.operators] == ["10.0.7.0/24", "::1/128"]
        assert settings().operators == ()

    @pytest.mark.parametrize("networks", ["10.0.7.5/24", "here", "10.0.7.0/33"])
    def test_to_operators_of_no_networks_is_refused(self, networks: str) -> None:
        message = refusal({**ENOUGH, "OPERATOR_NETWORKS": networks})
        assert message.startswith("OPERATOR_NETWORKS can't be read: ")
