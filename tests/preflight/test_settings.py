"""Settings that would start, and are told of; and those of a good site, which aren't."""

import secrets
from pathlib import Path

import pytest

from bookreviews.config import Settings
from bookreviews.preflight.settings import is_weak, look_at_settings

KEY = "vB3xk9TqLw7PzR2mNc8sYd4JhG6fQaUe"
GOOD = {
    "SECRET_KEY": KEY,
    "SITE_URL": "https://books.example",
    "MAIL_URL": "smtp://bo:pw@mail.example:587",
    "TRUSTED_PROXIES": "1",
}


def problems(**changes: str) -> list[str]:
    environ = {**GOOD, **changes}
    return [
        finding.problem for finding in look_at_settings(Settings.from_environment(environ), environ)
    ]


def test_a_good_site_has_no_problems() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"SECRET_KEY": "k" * 40}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY": "please-changeme-before-going-live-ok"}, "SECRET_KEY can be guessed"),
        ({"SITE_URL": "http://books.example"}, "SITE_URL begins with http"),
        ({"DEMO": "1"}, "DEMO=1 shows"),
        ({"MAIL_URL": ""}, "MAIL_URL is not set"),
        ({"MAIL_URL": "folder:/srv/mail"}, "MAIL_URL names a folder"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES is 0 behind a proxy"),
        (
            {"TRUSTED_PROXIES": "0", "SITE_URL": "http://localhost", "BIND": "unix:/run/books"},
            "TRUSTED_PROXIES is 0 behind a proxy",
        ),
        (
            {"BOOKREVIEWS_ENV": "development", "SITE_URL": "https://books.example"},
            "BOOKREVIEWS_ENV is development",
        ),
    ],
)
def test_what_is_unsafe_is_told_alone(changes: dict[str, str], problem: str) -> None:
    (told,) = problems(**changes)
    assert told.startswith(problem)


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]", "http://a.localhost"]
)
def test_this_machine_needs_no_tls(url: str) -> None:
    assert problems(SITE_URL=url) == []
    assert problems(SITE_URL=url, BOOKREVIEWS_ENV="development", DEMO="1", SECRET_KEY="") == []


def test_a_key_that_was_drawn_is_not_weak() -> None:
    assert not any(
        is_weak(key)
        for _ in range(500)
        for key in (secrets.token_urlsafe(48), secrets.token_hex(32))
    )


def test_every_finding_says_how_to_mend_it() -> None:
    bad = {**GOOD, "SECRET_KEY": "k" * 32, "SITE_URL": "http://b.example", "MAIL_URL": ""}
    for finding in look_at_settings(Settings.from_environment(bad), bad):
        assert finding.mend
        assert str(finding) == f"{finding.problem} {finding.mend}"
        assert "k" * 32 not in str(finding)


def test_an_address_that_was_guessed_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(KEY)
    told = problems(SECRET_KEY="", SITE_URL="", DATABASE_URL=f"sqlite:///{tmp_path}/books")
    assert [problem.split(":")[0] for problem in told] == ["SITE_URL is not set"]
