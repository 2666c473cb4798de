"""A reader adds a book that is missing. What a new reader added is marked until somebody looks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions, duplicates
from bookreviews.catalog.editing import hold
from bookreviews.catalog.facts import Facts, checked
from bookreviews.catalog.models import EDITION, UNCONFIRMED, WORK, CatalogEdit, Work
from bookreviews.catalog.services import NewEdition, NewWork, add_work
from bookreviews.catalog.turns import take_turn_on_catalogue
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import Conflict, Invalid
from bookreviews.extensions import session
from bookreviews.lib.languages import UNKNOWN
from bookreviews.lib.orm import Record

# Who sends the same form again within this time pressed the button twice.
SENT_TWICE_WITHIN = timedelta(hours=1)

_OF_EDITION = ("isbn", "format", "publisher", "published", "pages")


class Alike(Conflict):
    """Books that are here may be the one to be added: `works`."""

    def __init__(self, works: Sequence[Record]) -> None:
        super().__init__("There are books like this one already.")
        self.works = works


def add_book(*, editor: Viewer, said: Facts, is_new: bool, at: datetime) -> CatalogEdit:
    """Add a work with its first edition; return what the history says of it.

    Books like it raise Alike, unless `is_new` says that they were looked at. IsbnTaken where the
    ISBN is here already.
    """
    take_turn_on_catalogue()
    is_trusted = contributions.begin(editor, at=at)
    facts = _checked(said, editor)
    if (sent := _sent_before(editor, facts, at)) is not None:
        return sent
    if not is_new and (works := duplicates.likely(facts["title"], facts["authors"])):
        raise Alike(works)
    work = add_work(_new_work(facts), at=at)
    edit = CatalogEdit(
        kind=WORK,
        thing_id=work.id,
        work_id=work.id,
        editor_id=editor.id,
        at=at,
        before={},
        after=facts,
    )
    hold(edit)
    if not is_trusted:
        edit.state, work.unconfirmed_since = UNCONFIRMED, at
    session().add(edit)
    session().flush()
    raise_versions([work.id])
    return edit


def _checked(said: Facts, editor: Viewer) -> Facts:
    """Return what is said of the work and its first edition, or raise one Invalid for both."""
    facts: Facts = {"authors": []}
    problems: dict[str, str] = {}
    of_edition = {name: value for name, value in said.items() if name in _OF_EDITION}
    of_work = {name: value for name, value in said.items() if name not in _OF_EDITION}
    for kind, part in ((WORK, of_work), (EDITION, of_edition)):
        try:
            facts |= checked(kind, part, may_name_subjects=editor.is_moderator)
        except Invalid as error:
            problems |= error.fields
    if problems:
        raise Invalid(**problems)
    return {
        name: value
        for name, value in facts.items()
        if value not in (None, "", []) or name == "authors"
        if (name, value) != ("language", UNKNOWN)
    }


def _new_work(facts: Facts) -> NewWork:
    of_edition = {name: facts[name] for name in _OF_EDITION if name in facts}
    language = facts.get("language", UNKNOWN)
    editions = [NewEdition(language=language, **of_edition)] if of_edition else ()
    of_work = {name: value for name, value in facts.items() if name not in _OF_EDITION}
    return NewWork(editions=editions, **{**of_work, "language": language})


def _sent_before(editor: Viewer, facts: Facts, at: datetime) -> CatalogEdit | None:
    lately = (
        select(CatalogEdit)
        .join(Work, Work.id == CatalogEdit.thing_id)
        .where(
            CatalogEdit.editor_id == editor.id,
            CatalogEdit.kind == WORK,
            CatalogEdit.at > at - SENT_TWICE_WITHIN,
            Work.left_at.is_(None),
        )
        .order_by(CatalogEdit.id.desc())
    )
    found = (one for one in session().scalars(lately) if not one.before and one.after == facts)
    return next(found, None)
