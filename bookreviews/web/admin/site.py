"""The site: its name, its rules, who may join, and what is watched for."""

from datetime import UTC, datetime

from flask import flash, render_template, url_for

from bookreviews.audit import queries as audit
from bookreviews.errors import Conflict, Invalid
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.site import queries, services
from bookreviews.site.settings import NAMES, as_text
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.admin.doors import back_to, room
from bookreviews.web.admin.forms import SiteForm
from bookreviews.web.answers import Answer, refused

blueprint = room("site", "/site")

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_CHANGES = 10


@blueprint.get("")
def show() -> str:
    """Show all settings as they are at this moment, and what was changed last."""
    stored = queries.stored()
    said = {name: getattr(stored, name) for name in NAMES}
    typed = {name: v if isinstance(v, bool) else as_text(v) for name, v in said.items()}
    seen = (queries.last_change() or _NEVER).isoformat()
    return _page(SiteForm(formdata=None, data={**typed, "seen": seen}))


@blueprint.post("")
@csrf.exempt  # the form checks its token itself and stays as it was typed
def change() -> Answer:
    """Change the settings that are different from what they were."""
    form = SiteForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            changes = services.change(
                actor=signed_in_viewer(), values=form.values, at=now(), seen=_seen(form)
            )
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return refused(_page(form), error)
    queries.forget()
    flash("The settings are saved." if changes else "All is as it was.", "success")
    return back_to(url_for("admin_site.show"))


def _page(form: SiteForm) -> str:
    changes = audit.entries(act=services.CHANGED).rows[:_MOST_CHANGES]
    return render_template("admin/site.html", form=form, changes=changes)


def _seen(form: SiteForm) -> datetime:
    try:
        moment = datetime.fromisoformat(form.seen.data or "")
    except ValueError:
        return _NEVER
    return moment if moment.tzinfo else _NEVER
