"""What a browser says it is, shortened to what its owner recognises: "Firefox on Windows"."""

from bookreviews.accounts.models import LONGEST_AGENT
from bookreviews.lib.text import is_readable

# The first that is in the text: newer browsers name the older ones that they want to pass for.
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def short_agent(said: str) -> str:
    """Return the browser and its system, or else the beginning of what it said."""
    program, system = _first_of(_PROGRAMS, said), _first_of(_SYSTEMS, said)
    if program and system:
        return f"{program} on {system}"
    if program or system:
        return program or system
    line = " ".join(said.split())
    return line[:LONGEST_AGENT] if is_readable(line) else ""


def _first_of(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for mark, name in known if mark in said), "")
