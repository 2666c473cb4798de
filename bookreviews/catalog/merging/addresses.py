"""The addresses of what was merged: they lead on to what stayed, and back."""

from sqlalchemy import delete, select, update

from bookreviews.catalog.facts import Entity
from bookreviews.catalog.merging.belongings import kind_of, write
from bookreviews.catalog.models import Author, FormerName, FormerSlug, Merge, Series, Subject, Work
from bookreviews.extensions import session


def lead_on(kept: Entity, gone: Entity) -> list[str]:
    """Let the loser's addresses lead to the winner; return the former ones, which moved."""
    if isinstance(gone, Work):
        session().add(FormerSlug(slug=gone.slug, work_id=kept.id))
        session().flush()
        return []  # its former ones are belongings
    kind = kind_of(gone)
    mine = FormerName.kind == kind, FormerName.thing_id == gone.id
    former = list(session().scalars(select(FormerName.slug).where(*mine)))
    write(update(FormerName).where(*mine).values(thing_id=kept.id))
    assert isinstance(gone, Author | Series | Subject)
    session().add(FormerName(kind=kind, slug=gone.slug, thing_id=kept.id))
    session().flush()
    return former


def lead_back(merge: Merge, gone: Entity) -> None:
    """Let the addresses of what is there again be its own."""
    if isinstance(gone, Work):
        write(delete(FormerSlug).where(FormerSlug.slug == gone.slug))
        return
    assert isinstance(gone, Author | Series | Subject)
    kind = merge.kind
    write(delete(FormerName).where(FormerName.kind == kind, FormerName.slug == gone.slug))
    former = FormerName.kind == kind, FormerName.slug.in_(merge.moved["addresses"])
    write(update(FormerName).where(*former).values(thing_id=gone.id))
