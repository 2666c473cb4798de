"""Browsers by the names that their owners know."""

import pytest

from bookreviews.accounts.agents import short_agent

MOZILLA = "Mozilla/5.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            f"{MOZILLA} (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
            "Firefox on Linux",
        ),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} Edg/130.0.0.0", "Edge on Windows"),
        (f"{MOZILLA} (Linux; Android 14; Pixel 8) {CHROME}", "Chrome on Android"),
        (
            f"{MOZILLA} (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/17.6 "
            "Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("Firefox/1", "Firefox"),
        ("", ""),
        ("a\0b", ""),
        ("x" * 500, "x" * 80),
    ],
)
def test_are_short(said: str, name: str) -> None:
    assert short_agent(said) == name
