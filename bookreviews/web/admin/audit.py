"""The audit trail: what moderators, admins and commands did or looked up about people."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, current_app, render_template, request

from bookreviews.accounts import queries as accounts
from bookreviews.audit import queries
from bookreviews.audit.tables import head, lines_of
from bookreviews.lib.clock import now
from bookreviews.lib.text import is_readable
from bookreviews.web.admin.doors import room

blueprint = room("audit", "/audit")

_NOBODY = 0  # the id of no account: a name that nobody has finds nothing


@blueprint.get("")
def show() -> str:
    """Show the trail, narrowed by who did it, to whom, and what."""
    asked = _asked()
    page = queries.entries(**_ids(asked), act=asked.get("act"), after=request.args.get("after"))
    return render_template("admin/audit.html", page=page, asked=asked, acts=queries.list_acts())


@blueprint.get("/export")
def export() -> Response:
    """Return the same as a file for spreadsheets, however long it is."""
    asked = _asked()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    pieces = _pieces(app, act=asked.get("act"), **_ids(asked))
    name = f"audit-{now():%Y-%m-%d}.csv"
    return Response(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked() -> dict[str, str]:
    """Return what the address asks for, of what can be asked."""
    given = {name: request.args.get(name, "").strip() for name in ("by", "about", "act")}
    return {name: value for name, value in given.items() if value and is_readable(value)}


def _ids(asked: dict[str, str]) -> dict[str, int]:
    """Return whom the two names mean."""
    names = {"actor": asked.get("by"), "person": asked.get("about")}
    wanted = [name.lower() for name in names.values() if name]
    known = accounts.find_viewers(wanted) if wanted else {}
    return {
        role: known[name.lower()].id if name.lower() in known else _NOBODY
        for role, name in names.items()
        if name
    }


def _pieces(app: Flask, **asked: Any) -> Iterator[str]:
    """Yield the file in pieces. Each reads in a context of its own.

    Whoever takes the file slowly holds no connection to the database meanwhile.
    """
    yield head()
    last = 0
    while True:
        with app.app_context():
            entries = queries.export_part(**asked, last=last)
            piece = "".join(lines_of(entries))
        if not entries:
            return
        yield piece
        last = entries[-1].id
