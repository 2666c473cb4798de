"""What every template can use: addresses, covers, the viewer, and how things are written."""

from collections.abc import Hashable, MutableMapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from flask.templating import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from bookreviews.catalog.covers import cover_svg
from bookreviews.catalog.facts import LABELS
from bookreviews.config import Settings
from bookreviews.lib import languages
from bookreviews.lib.clock import now
from bookreviews.lib.differences import compared
from bookreviews.lib.orm import Record
from bookreviews.site import queries as site
from bookreviews.site.settings import SiteSettings
from bookreviews.viewing import viewer
from bookreviews.web import deeds, pictures
from bookreviews.web.addresses import ADDRESSES, thing_path
from bookreviews.web.forms import Form, blank
from bookreviews.web.linked_data import as_script

_LONGEST_REMEMBERED = 4096  # characters of HTML


class Pages(Environment):
    """Flask's Jinja environment, whose templates have their globals in one plain dict.

    For each import in a template Jinja compares the globals of both; in the chain of mappings
    that it uses otherwise, that took a tenth of a page's time.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template sees; `furnish` has set all of it before the first is loaded."""
        return {**self.globals, **(d or {})}


def furnish(app: Flask) -> None:
    """Give the templates of `app` their filters and globals."""
    settings: Settings = app.config["SETTINGS"]
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        day=day,
        year=year,
        decade=decade,
        thousands=thousands,
        trusted=trusted,
        percent_of=percent_of,
    )
    environment.globals.update({address.__name__: address for address in ADDRESSES})
    environment.globals.update(
        cover=cover,
        compared=compared,
        preview_of=pictures.preview_of,
        date=date,
        deeds=deeds,
        filled_in=filled_in,
        fact_labels=LABELS,
        language_name=languages.name_of,
        moment=moment,
        linked_data=as_script,
        remembered=remembered,
        stars=stars,
        thing_path=thing_path,
        # What holds where nobody can be asked: on the page that says that something broke.
        site=SiteSettings(name=settings.site_name),
        site_name=settings.site_name,
        site_url=settings.site_url.rstrip("/"),
    )
    app.context_processor(_of_this_request)


def _of_this_request() -> dict[str, object]:
    """Return what templates see besides, which is another for each request."""
    current, who = site.current_or_last_known(), viewer()
    return {
        "viewer": who,
        "is_suspended": who is not None and who.is_suspended(now()),
        "site": current,
        "site_name": current.name,
    }


def remembered(macro: Macro, row: Record, **arguments: Hashable) -> Markup:
    """Return what `macro` makes of `row`; made once while the row stays as it is.

    The row is the key, so what is shown is always what the database just said. Only for macros
    that look at nothing but their arguments. Long reviews are made anew each time: a thousand of
    them would fill a worker's memory.
    """
    if len(getattr(row, "body_html", None) or "") > _LONGEST_REMEMBERED:
        return cast(Markup, macro(row, **arguments))
    return _made(macro, row, tuple(arguments.items()))


@lru_cache(maxsize=1024)
def _made(macro: Macro, row: Record, arguments: tuple[tuple[str, Hashable], ...]) -> Markup:
    return cast(Markup, macro(row, **dict(arguments)))


def filled_in(macro: Macro, form: Form) -> Markup:
    """Return what `macro` makes of a form's fields; of a blank form it is made once for all."""
    if form.is_blank:
        return _blank(macro, type(form))  # type: ignore[arg-type]
    return cast(Markup, macro(form))


@lru_cache(maxsize=64)
def _blank(macro: Macro, kind: type[Form]) -> Markup:
    return cast(Markup, macro(blank(kind)))  # type: ignore[arg-type]


def stars(number: float | None) -> Markup:
    """Return stars to look at, with their number in words; None has none, an average is rounded."""
    return Markup() if number is None else _stars(round(number * 2))


@lru_cache
def _stars(halves: int) -> Markup:
    """CSS draws them: s1 to s10 are half stars."""
    words = f"{halves / 2:g} out of 5 stars"
    return Markup('<span class="stars s{}" role="img" aria-label="{}"></span>').format(
        halves, words
    )


@lru_cache(maxsize=2048)
def date(moment: datetime) -> Markup:
    """Return a day for readers, with the moment for machines."""
    machine = moment.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(machine, day(moment))


@lru_cache(maxsize=2048)
def moment(at: datetime) -> Markup:
    """Return a moment to the minute, in UTC, for whoever reads what happened when."""
    machine = at.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}, {:%H:%M} UTC</time>').format(machine, day(at), at)


def cover(work: Record, size: str = "card") -> Markup:
    """Return the cover of a card or a book's row: its picture, or inline SVG drawn for it."""
    if work.cover:
        return pictures.cover_picture(work.cover, size)
    return cover_svg(title=work.title, byline=work.byline, subject=work.main_subject)


def trusted(html: str | None) -> Markup:
    """Mark HTML that `lib.markdown` has sanitised as fit to show."""
    return Markup(html or "")  # noqa: S704 - sanitised when it was written


def day(moment: datetime) -> str:
    """Write a date as "14 March 2025"."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def year(number: int) -> str:
    """Write a year; those before our era count backwards."""
    return str(number) if number > 0 else f"{-number} BCE"


def decade(first_year: int) -> str:
    """Write ten years by their first one: "1980s"; before our era they count backwards."""
    return f"{first_year}s" if first_year >= 0 else f"{-first_year}–{-first_year - 9} BCE"


def thousands(number: int) -> str:
    """Write 12345 as "12,345"."""
    return f"{number:,}"


def percent_of(part: int, whole: int) -> str:
    """Write a share as "12%"; one that is there but rounds to nothing is "under 1%"."""
    percent = round(100 * part / whole) if whole else 0
    return "under 1%" if part and not percent else f"{percent}%"


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
