"""Every write to covers: whose picture a book shows, since when, by whom; what is swept out.

Files are put before the transaction that names them ends, so that no page ever names a file that
isn't there. What a failed transaction leaves behind, and what was replaced or removed a while ago,
a chore sweeps out. The doors commit.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import bindparam, delete, select, update

from bookreviews.catalog.editing import hold
from bookreviews.catalog.facts import COVER
from bookreviews.catalog.images.making import PREFIX, MadeCover, cover_of, files_of
from bookreviews.catalog.models import WORK, CatalogEdit, CoverImage, Work
from bookreviews.catalog.versions import raise_versions
from bookreviews.errors import Conflict, NotFound
from bookreviews.extensions import after_commit, read, session
from bookreviews.lib.orm import Record
from bookreviews.lib.storage import Storage

# A removal may be taken back for as long as it may be appealed against, and a little longer.
KEPT_FOR = timedelta(days=200)
# A file that is younger may belong to a transaction that isn't finished.
_UNNAMED_FOR = timedelta(days=1)
_PORTION = 200  # files of one transaction of the sweep

_LATEST = (
    select(CoverImage.name, CoverImage.added_at, CoverImage.left_at)
    .where(CoverImage.work_id == bindparam("work_id"))
    .order_by(CoverImage.id.desc())
    .limit(10)
)


def covers_of(work_id: int) -> Sequence[Record]:
    """Return the latest pictures of a book (`name`, `added_at`, `left_at`), the last one first."""
    return read(_LATEST, work_id=work_id).all()


def give_cover(
    *, work_id: int, made: MadeCover, storage: Storage, uploader_id: int, at: datetime
) -> None:
    """Let a book show this picture from now on; the one before is kept for a while."""
    work = _work_in_turn(work_id)
    if work.cover == made.name:
        return
    for name, content in made.files.items():
        storage.put(name, content)
    _end(work, at)
    session().add(CoverImage(work_id=work_id, name=made.name, uploader_id=uploader_id, added_at=at))
    _tell(work, made.name, editor_id=uploader_id, at=at)
    _show(work, made.name)


def take_cover(*, work_id: int, at: datetime, editor_id: int | None = None) -> str | None:
    """Let a book show its drawn cover again; return the name of the picture it showed.

    The book's history tells which editor did it; of decisions, which have none, the ledger does.
    """
    work = _work_in_turn(work_id)
    name = work.cover
    _end(work, at)
    if name is not None and editor_id is not None:
        _tell(work, None, editor_id=editor_id, at=at)
    _show(work, None)
    return name


def erase_cover(*, work_id: int, at: datetime) -> None:
    """Take a picture that is against the law from every book that shows it, for good.

    A job deletes its files as soon as that is committed; should it fail, the daily sweep does.
    """
    name = take_cover(work_id=work_id, at=at)
    if name is None:
        return
    theirs = select(CoverImage.work_id).where(CoverImage.name == name)
    work_ids = session().scalars(theirs).all()
    raise_versions(work_ids)  # of books that were merged or turned down too: they may come back
    session().execute(
        update(Work).where(Work.id.in_(work_ids), Work.cover == name).values(cover=None)
    )
    session().execute(
        delete(CoverImage)
        .where(CoverImage.name == name)
        .execution_options(synchronize_session=False)
    )
    after_commit("delete_cover", cover=name)


def delete_files(storage: Storage, name: str) -> None:
    """Delete the files of a picture, unless a book has been given it again."""
    if not _is_named(name):
        for file in files_of(name):
            storage.delete(file)


def put_cover_back(*, work_id: int, name: str) -> None:
    """Let a book show again what it showed before a decision took it away."""
    work = _work_in_turn(work_id)
    if work.cover is not None:
        raise Conflict("This book has another cover meanwhile.")
    shown = session().execute(
        update(CoverImage)
        .where(CoverImage.work_id == work_id, CoverImage.name == name)
        .values(left_at=None)
        .execution_options(synchronize_session=False)
        .returning(CoverImage.id)
    )
    if shown.first() is not None:
        _show(work, name)


def pass_cover_on(kept: Work, gone: Work) -> int | None:
    """Let a book that stays show the picture of one merged into it, unless it has its own.

    Return the picture's id, if one was passed on. Both books are in their turn.
    """
    showing = select(CoverImage).where(
        CoverImage.work_id == gone.id, CoverImage.left_at.is_(None), CoverImage.name == gone.cover
    )
    image = session().scalars(showing.order_by(CoverImage.id.desc())).first()
    if image is None or kept.cover is not None:
        return None
    image.work_id = kept.id
    kept.cover, gone.cover = gone.cover, None
    session().flush()
    return image.id


def hand_cover_back(kept: Work, gone: Work, *, image_id: int | None) -> None:
    """Let a book that was merged show again the picture that it had passed on.

    One that was taken away meanwhile shows nowhere, whatever was given after that; the one that
    replaced it stays where it is.
    """
    image = session().get(CoverImage, image_id) if image_id is not None else None
    if image is None or image.work_id != kept.id:
        return
    is_shown = image.left_at is None
    is_wanted = is_shown or _was_replaced(image)
    image.work_id = gone.id
    if is_shown:
        kept.cover = None
    if is_wanted:
        image.left_at, gone.cover = None, image.name
    session().flush()


def _was_replaced(image: CoverImage) -> bool:
    """Tell whether a picture left for another one, and not because somebody took it away."""
    successor = select(CoverImage.id).where(
        CoverImage.work_id == image.work_id,
        CoverImage.id > image.id,
        CoverImage.added_at == image.left_at,
    )
    return session().scalar(successor.limit(1)) is not None


def forget_replaced(*, at: datetime) -> None:
    """Forget what was replaced long ago."""
    session().execute(delete(CoverImage).where(CoverImage.left_at < at - KEPT_FOR))
    session().flush()


def old_files(storage: Storage, *, at: datetime) -> Iterator[list[str]]:
    """Yield the files that no running transaction has put, in portions for `sweep_files`."""
    old = (file for file, put_at in storage.names(PREFIX) if put_at < at - _UNNAMED_FOR)
    while portion := list(islice(old, _PORTION)):
        yield portion


def sweep_files(storage: Storage, files: Sequence[str]) -> int:
    """Delete those of a portion of files that no book names; return how many.

    Whoever does it begins a transaction for each portion: nobody waits for the whole walk, and a
    picture that is given again at that moment is seen.
    """
    names = {cover_of(file) for file in files} - {None}
    named = set(session().scalars(select(CoverImage.name).where(CoverImage.name.in_(names))))
    swept = [file for file in files if cover_of(file) not in named]
    for file in swept:
        storage.delete(file)
    return len(swept)


def _is_named(name: str) -> bool:
    known = select(CoverImage.id).where(CoverImage.name == name).limit(1)
    return session().scalar(known) is not None


def _work_in_turn(work_id: int) -> Work:
    work = session().get(Work, work_id, populate_existing=True, with_for_update=True)
    if work is None or work.left_at is not None:
        raise NotFound("There is no such book here.")
    return work


def _end(work: Work, at: datetime) -> None:
    session().execute(
        update(CoverImage)
        .where(CoverImage.work_id == work.id, CoverImage.left_at.is_(None))
        .values(left_at=at)
        .execution_options(synchronize_session=False)
    )


def _tell(work: Work, name: str | None, *, editor_id: int, at: datetime) -> None:
    """Write the change of a cover into the book's history."""
    edit = CatalogEdit(
        kind=WORK,
        thing_id=work.id,
        work_id=work.id,
        editor_id=editor_id,
        at=at,
        before={COVER: work.cover},
        after={COVER: name},
    )
    hold(edit)
    session().add(edit)


def _show(work: Work, name: str | None) -> None:
    work.cover = name
    raise_versions([work.id])
