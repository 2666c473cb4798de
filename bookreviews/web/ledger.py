"""The public ledger: all that moderators and automatic rules have done, for everyone to read."""

import re
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, make_response, render_template, request

from bookreviews.lib.orm import Record
from bookreviews.moderation import queries
from bookreviews.moderation.vocabulary import DECISION_REASONS, KINDS
from bookreviews.site import queries as site
from bookreviews.site.settings import SiteSettings
from bookreviews.web.answers import Answer

blueprint = Blueprint("ledger", __name__)

# What a bulk decides is done at one moment, in one way, for one reason.
_ONE_GO = attrgetter(
    "at", "kind", "reason", "rule", "subject", "actor_name", "reverses_kind", "appeal_outcome"
)

# XML has no way to write these, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@blueprint.get("/moderation/log")
def index() -> str:
    """Show the latest entries, filtered as asked, and on the first page what they add up to."""
    asked = {"kind": _asked("kind", KINDS), "reason": _asked("reason", DECISION_REASONS)}
    asked = {name: value for name, value in asked.items() if value}
    after = request.args.get("after")
    figures = None if asked or after else queries.figures()
    page = queries.list_entries(**asked, after=after)
    return render_template(
        "ledger/index.html",
        figures=figures,
        page=page,
        groups=_decided_together(page.rows),
        asked=asked,
        kinds=KINDS,
        reasons=DECISION_REASONS,
        settings=site.current(),
    )


@blueprint.get("/moderation/log/<int:action_id>")
def show(action_id: int) -> str:
    """Show one entry at its permanent address."""
    entry = queries.get_entry(action_id)
    return render_template("ledger/show.html", entry=entry, kinds=KINDS, settings=site.current())


@blueprint.get("/moderation/log.atom")
def feed() -> Answer:
    """Give the latest entries to programs that follow them."""
    settings = site.current()
    response = make_response(_feed_of(settings))
    response.content_type = "application/atom+xml; charset=utf-8"
    response.add_etag()
    return response.make_conditional(request)


def _decided_together(entries: Sequence[Record]) -> list[list[Record]]:
    """Return the entries in groups: what was done in one go stands together, all else alone."""
    return [list(group) for _, group in groupby(entries, key=_ONE_GO)]


def _feed_of(settings: SiteSettings) -> str:
    page = queries.list_entries()
    xml = render_template("ledger/feed.xml", page=page, settings=settings)
    return _NOT_IN_XML.sub("", xml)


def _asked(name: str, known: dict[str, str]) -> str | None:
    """Return a filter out of the address; what nobody knows means all."""
    value = request.args.get(name)
    return value if value in known else None
