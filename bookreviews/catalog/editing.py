"""Changing what the catalogue says: at once by those who are trusted, else by suggesting it.

Each change is kept with who, when, what and why (CatalogEdit), and can be taken back. What readers
are told of it, and what the ledger says, is `moderation.changes`'s. The doors commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import contributions
from bookreviews.catalog.applying import apply, show_anew
from bookreviews.catalog.facts import (
    COVER,
    LABELS,
    Entity,
    Facts,
    Thing,
    checked,
    entity,
    entity_in_turn,
    facts_of,
)
from bookreviews.catalog.models import (
    APPLIED,
    DECLINED,
    EDITION,
    LONGEST_SUMMARY,
    REVERTED,
    SUGGESTED,
    UNCONFIRMED,
    WORK,
    CatalogEdit,
    Edition,
    Work,
    WorkIdentifier,
)
from bookreviews.catalog.permissions import can_confirm
from bookreviews.catalog.services import NewEdition, add_edition, remember_title
from bookreviews.catalog.turns import take_turn_on_catalogue
from bookreviews.errors import Conflict, Invalid, NotAllowed, NotFound
from bookreviews.extensions import session
from bookreviews.lib import text


@dataclass(frozen=True, slots=True)
class Clash:
    """One fact that two people changed in different ways."""

    name: str
    theirs: Any
    mine: Any

    @property
    def label(self) -> str:
        """Return what people call the fact."""
        return LABELS[self.name]


class EditConflict(Conflict):
    """Somebody else has changed the same facts since the editor's page was made."""

    def __init__(self, clashes: Sequence[Clash], number: int) -> None:
        super().__init__("Somebody else has changed this while you were writing.")
        self.clashes = clashes
        self.number = number


class ChangedSince(Conflict):
    """What a change left was changed again: `names` are the facts in question."""

    def __init__(self, names: Sequence[str]) -> None:
        labels = " and ".join(LABELS[name].lower() for name in names)
        super().__init__(
            f"This can’t be done any more: the {labels} was changed again since. The history shows "
            "by which changes; edit it by hand instead."
        )
        self.names = names


class DecidedAlready(Conflict):
    """Somebody was faster, or pressed the button twice."""

    def __init__(self) -> None:
        super().__init__("This change has been decided already.")


def change(
    *, editor: Viewer, thing: Thing, wanted: Facts, seen: int, summary: str, at: datetime
) -> CatalogEdit | None:
    """Let a thing be as `wanted` says, or suggest it; None where it says so already.

    `seen` is the number of the last change that the editor's page knew. What others have changed
    since stays, unless the editor changed the same fact in another way: that is an EditConflict.
    """
    why = checked_summary(summary)
    take_turn_on_catalogue()
    is_trusted = contributions.begin(editor, at=at)
    found = entity_in_turn(thing)
    _check_is_here(found)
    said = checked(thing.kind, wanted, may_name_subjects=editor.is_moderator)
    present = facts_of(found)
    changed = _changes(thing, present, said, seen)
    if not changed:
        return None
    edit = CatalogEdit(
        kind=thing.kind,
        thing_id=thing.id,
        work_id=_work_of(found),
        editor_id=editor.id,
        at=at,
        summary=why,
        before={name: present[name] for name in changed},
        after=changed,
        state=SUGGESTED,
    )
    if is_trusted or _is_own_addition(editor, found):
        apply(found, changed)
        hold(edit)
    elif (same := _waiting_like(edit)) is not None:
        return same
    session().add(edit)
    session().flush()
    return edit


def add_to_work(
    *, editor: Viewer, work_id: int, wanted: Facts, summary: str, at: datetime
) -> CatalogEdit:
    """Add an edition to a work, or suggest it; IsbnTaken where its ISBN is here already."""
    why = checked_summary(summary)
    take_turn_on_catalogue()
    is_trusted = contributions.begin(editor, at=at)
    work = entity_in_turn(Thing(WORK, work_id))
    _check_is_here(work)
    said = {name: value for name, value in checked(EDITION, wanted).items() if value}
    if not said.keys() - {"language"}:
        raise Invalid(isbn="Please give its ISBN, or its publisher and year.")
    edit = CatalogEdit(
        kind=EDITION,
        work_id=work_id,
        editor_id=editor.id,
        at=at,
        summary=why,
        before={},
        after=said,
        state=SUGGESTED,
    )
    if (same := _waiting_like(edit)) is not None:
        return same
    if is_trusted or _is_own_addition(editor, work):
        _add_edition(edit, work)
    session().add(edit)
    session().flush()
    return edit


def confirm(*, by: Viewer, edit_id: int, at: datetime) -> CatalogEdit:
    """Let a suggestion hold, or what a new reader added stand; a declined addition comes back."""
    edit = edit_in_turn(edit_id, by, at)
    if edit.state not in (SUGGESTED, UNCONFIRMED, DECLINED):
        raise DecidedAlready
    if edit.state == DECLINED and not (is_addition(edit) and by.is_moderator):
        raise DecidedAlready
    if edit.editor_id == by.id:
        raise NotAllowed("Nobody confirms what is their own; somebody else will look at it.")
    if is_addition(edit):
        _keep_work(edit)
    elif edit.thing_id is None:
        _add_edition(edit, entity_in_turn(Thing(WORK, edit.work_id)))
    else:
        _let_hold(edit)
    edit.state, edit.decided_by_id, edit.decided_at = APPLIED, by.id, at
    contributions.count_confirmed(edit.editor_id)
    session().flush()
    return edit


def decline(*, by: Viewer, edit_id: int, reason: str, at: datetime) -> CatalogEdit:
    """Turn a suggestion down, or what a new reader added; who suggested it may take it back."""
    why = checked_summary(reason, needed="Please say in a few words why.")
    edit = edit_in_turn(edit_id, by, at, or_editor=True)
    if edit.state not in (SUGGESTED, UNCONFIRMED):
        raise DecidedAlready
    if is_addition(edit):
        _take_work_away(edit, at)
    if edit.editor_id != by.id and is_addition(edit):
        contributions.note_reverted(edit.editor_id, at=at)
    edit.state, edit.decided_by_id, edit.decided_at = DECLINED, by.id, at
    edit.summary = edit.summary or why
    session().flush()
    return edit


def revert(*, by: Viewer, edit_id: int, reason: str, at: datetime) -> CatalogEdit:
    """Put back what a change changed; ChangedSince where later ones touched the same facts."""
    why = checked_summary(reason, needed="Please say in a few words why.")
    edit = edit_in_turn(edit_id, by, at)
    if edit.state != APPLIED:
        raise DecidedAlready
    if edit.merge_id is not None:
        raise Conflict("This came with a merge: undo the merge instead.")
    if COVER in edit.after:
        raise Conflict("A cover isn’t taken back like a fact: give the book another one.")
    if not edit.before:
        raise Conflict("An addition can’t be taken back like a change: edit it, or merge it.")
    found = entity_in_turn(Thing(edit.kind, edit.thing_id))
    _check_is_here(found)
    present = facts_of(found)
    touched = [name for name, value in edit.after.items() if present[name] != value]
    if touched:
        raise ChangedSince(touched)
    apply(found, edit.before)
    edit.state = REVERTED
    if edit.editor_id != by.id:
        contributions.note_reverted(edit.editor_id, at=at)
    reversal = CatalogEdit(
        kind=edit.kind,
        thing_id=edit.thing_id,
        work_id=edit.work_id,
        editor_id=by.id,
        at=at,
        summary=why,
        before=edit.after,
        after=edit.before,
        state=APPLIED,
        reverts_id=edit.id,
    )
    hold(reversal)
    session().add(reversal)
    session().flush()
    return reversal


def read_facts(thing: Thing) -> Facts:
    """Return all that is said of a thing now, for a form to begin with."""
    return facts_of(entity(thing))


def differences(thing: Thing, wanted: Facts) -> list[Clash]:
    """Return where what somebody wrote is not what a thing says; Invalid if it can't be so."""
    present = read_facts(thing)
    said = checked(thing.kind, wanted)
    return [
        Clash(name, present[name], value) for name, value in said.items() if present[name] != value
    ]


def hold(edit: CatalogEdit) -> None:
    """Let a change have taken effect: it gets the next number of its thing."""
    mine = CatalogEdit.kind == edit.kind, CatalogEdit.thing_id == edit.thing_id
    edit.number = (session().scalar(select(func.max(CatalogEdit.number)).where(*mine)) or 0) + 1
    edit.state = APPLIED


def edit_in_turn(edit_id: int, by: Viewer, at: datetime, *, or_editor: bool = False) -> CatalogEdit:
    """Return a change that `by` may decide, as it is now that nobody else decides."""
    take_turn_on_catalogue()
    contributions.begin(by, at=at)
    edit = session().get(CatalogEdit, edit_id, populate_existing=True)
    if edit is None:
        raise NotFound("There is no such change.")
    if or_editor and edit.editor_id == by.id:
        return edit
    known = contributions.find(by)
    if not can_confirm(by, known, editor_id=None, at=at):
        raise NotAllowed("This is for moderators, and for readers who are trusted.")
    return edit


def is_addition(edit: CatalogEdit) -> bool:
    """Tell whether a change is that a work was added."""
    return edit.kind == WORK and not edit.before


def checked_summary(said: str, *, needed: str = "") -> str:
    """Return a few words on why, tidied, or raise Invalid."""
    words = text.tidy(" ".join(said.split()))
    if not text.is_readable(words) or text.has_hidden_characters(words):
        raise Invalid(summary="Some characters can't be read; please retype this.")
    if len(words) > LONGEST_SUMMARY:
        raise Invalid(summary=f"Please use at most {LONGEST_SUMMARY} characters.")
    if needed and text.is_blank(words):
        raise Invalid(summary=needed)
    return words


def _changes(thing: Thing, present: Facts, said: Facts, seen: int) -> Facts:
    """Return what the editor changed that isn't so yet, or raise EditConflict."""
    later = _held_since(thing, seen)
    base = dict(present)
    for edit in reversed(later):  # the earliest says what the editor's page said
        base |= {name: value for name, value in edit.before.items() if name in base}
    mine = {name: value for name, value in said.items() if value != base[name]}
    clashes = [
        Clash(name, present[name], value)
        for name, value in mine.items()
        if present[name] not in (base[name], value)
    ]
    if clashes:
        raise EditConflict(clashes, max(edit.number or 0 for edit in later))
    return {name: value for name, value in mine.items() if present[name] != value}


def _held_since(thing: Thing, number: int) -> Sequence[CatalogEdit]:
    mine = CatalogEdit.kind == thing.kind, CatalogEdit.thing_id == thing.id
    later = select(CatalogEdit).where(*mine, CatalogEdit.number > number)
    return session().scalars(later.order_by(CatalogEdit.number)).all()


def _waiting_like(edit: CatalogEdit) -> CatalogEdit | None:
    """Return a suggestion of the same editor that says the same: a form was sent twice."""
    waiting = select(CatalogEdit).where(
        CatalogEdit.editor_id == edit.editor_id,
        CatalogEdit.kind == edit.kind,
        CatalogEdit.work_id == edit.work_id,
        CatalogEdit.state == SUGGESTED,
    )
    alike = (one for one in session().scalars(waiting) if one.thing_id == edit.thing_id)
    return next((one for one in alike if one.after == edit.after), None)


def _is_own_addition(editor: Viewer, found: Entity) -> bool:
    """Tell whether somebody sets right what they added themselves and nobody has confirmed yet."""
    if not isinstance(found, Work) or found.unconfirmed_since is None:
        return False
    added_by = session().scalar(
        select(CatalogEdit.editor_id).where(
            CatalogEdit.kind == WORK, CatalogEdit.thing_id == found.id, CatalogEdit.number == 1
        )
    )
    return added_by == editor.id


def _let_hold(edit: CatalogEdit) -> None:
    """Apply a suggestion, unless what it would change is something else by now."""
    found = entity_in_turn(Thing(edit.kind, edit.thing_id))
    _check_is_here(found)
    present = facts_of(found)
    touched = [name for name, value in edit.before.items() if present[name] != value]
    if touched:
        raise ChangedSince(touched)
    apply(found, edit.after)
    hold(edit)


def _add_edition(edit: CatalogEdit, work: Entity) -> None:
    assert isinstance(work, Work)
    said = dict(edit.after)
    translators = said.pop("translators", "")
    new = NewEdition(translators=[translators] if translators else (), **said)
    edit.thing_id = add_edition(work=work, new=new).id
    show_anew([work.id])
    hold(edit)


def _keep_work(edit: CatalogEdit) -> None:
    work = entity_in_turn(Thing(WORK, edit.thing_id))
    assert isinstance(work, Work)
    if work.merged_into_id is not None:
        raise Conflict("This book has been merged with another meanwhile.")
    if work.left_at is not None:
        _give_names_back(work, edit.after)
    work.unconfirmed_since = work.left_at = None
    session().flush()
    show_anew([work.id])


def _give_names_back(work: Work, said: Facts) -> None:
    """Let a work that comes back have its ISBN, unless another book has it by now."""
    isbn = said.get("isbn")
    mine = select(Edition).where(Edition.work_id == work.id).order_by(Edition.id).limit(1)
    is_free = session().scalar(select(Edition.id).where(Edition.isbn13 == isbn)) is None
    if isbn and is_free and (edition := session().scalar(mine)) is not None:
        edition.isbn13 = isbn
    remember_title(work, facts_of(work)["authors"])


def _take_work_away(edit: CatalogEdit, at: datetime) -> None:
    """Let a work show nowhere any more; its ISBNs are free for who adds the right book.

    Files that are loaded don't find it by its title either.
    """
    work = entity_in_turn(Thing(WORK, edit.thing_id))
    assert isinstance(work, Work)
    work.left_at, work.unconfirmed_since = at, None
    for edition in session().scalars(select(Edition).where(Edition.work_id == work.id)):
        edition.isbn13 = None
    session().execute(delete(WorkIdentifier).where(WorkIdentifier.work_id == work.id))
    session().flush()
    show_anew([work.id])


def _check_is_here(found: Entity) -> None:
    if isinstance(found, Work):
        is_gone = found.left_at is not None
    else:
        is_gone = getattr(found, "merged_into_id", None) is not None
    if is_gone:
        raise NotFound("It was merged with another meanwhile, or taken away.")


def _work_of(found: Entity) -> int | None:
    if isinstance(found, Work):
        return found.id
    return found.work_id if isinstance(found, Edition) else None
