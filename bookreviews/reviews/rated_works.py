"""Every read of works together with what readers make of them: book pages and cards.

The catalogue knows no ratings, so whatever shows them is read here; in `lists.py` what readers
page through, in `suggesting.py` what they may read next.
"""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from bookreviews.catalog.models import Edition, RatingsElsewhere, Series, Work
from bookreviews.catalog.queries import missing_edition, missing_work
from bookreviews.errors import NotFound
from bookreviews.extensions import read
from bookreviews.lib.orm import Record
from bookreviews.reviews.models import RatingSummary

_CARD = (
    Work.id,
    Work.slug,
    Work.title,
    Work.subtitle,
    Work.byline,
    Work.main_subject,
    Work.cover,
    Work.first_published.label("published"),
    func.coalesce(RatingSummary.ratings_count, 0).label("ratings_count"),
    RatingSummary.average,
)
# Works that were merged into others, or turned down, show nowhere.
_is_here = Work.left_at.is_(None)
CARDS = select(*_CARD).outerjoin(RatingSummary, RatingSummary.work_id == Work.id).where(_is_here)

# Of the ratings at other sites a page tells the most numerous.
_any_elsewhere = aliased(RatingsElsewhere)
_most_elsewhere = (
    select(_any_elsewhere.source)
    .where(_any_elsewhere.work_id == Work.id)
    .order_by(_any_elsewhere.ratings_count.desc(), _any_elsewhere.source)
    .limit(1)
    .scalar_subquery()
)
_elsewhere = and_(RatingsElsewhere.work_id == Work.id, RatingsElsewhere.source == _most_elsewhere)
_PAGE = CARDS.add_columns(
    Work.version,
    Work.original_title,
    Work.description,
    Work.language,
    Work.unconfirmed_since,
    Work.series_position,
    Series.name.label("series_name"),
    Series.slug.label("series_slug"),
    func.coalesce(RatingSummary.reviews_count, 0).label("reviews_count"),
    RatingSummary.distribution,
    func.coalesce(RatingSummary.uncounted_count, 0).label("uncounted_count"),
    func.coalesce(RatingSummary.young_count, 0).label("young_count"),
    func.coalesce(RatingSummary.given_count, 0).label("given_count"),
    RatingSummary.locked_until,
    RatingSummary.lock_reason,
    RatingsElsewhere.source.label("elsewhere_source"),
    RatingsElsewhere.ratings_count.label("elsewhere_count"),
    RatingsElsewhere.average.label("elsewhere_average"),
).outerjoin(Series, Series.id == Work.series_id)
_PAGE = _PAGE.outerjoin(RatingsElsewhere, _elsewhere)
_BY_SLUG = _PAGE.where(Work.slug == bindparam("slug"))
_BY_ID = _PAGE.where(Work.id == bindparam("work_id"))
_BY_IDS = CARDS.where(Work.id.in_(bindparam("ids", expanding=True)))
_EDITION = (
    CARDS.add_columns(
        Edition.id.label("edition_id"),
        Edition.isbn13,
        Edition.publisher,
        Edition.published.label("edition_published"),
        Edition.pages,
        Edition.format,
        Edition.language.label("edition_language"),
        Edition.translators,
        Work.language,
    )
    .join(Edition, Edition.work_id == Work.id)
    .where(Edition.id == bindparam("edition_id"))
)


def get_rated_work(slug: str) -> Record:
    """Return all a book page says of the work itself; Moved or NotFound if it isn't here."""
    row = read(_BY_SLUG, slug=slug).one_or_none()
    if row is None:
        raise missing_work(slug)
    return row


def get_rated_work_by_id(work_id: int) -> Record:
    """Return the same by id, or raise NotFound."""
    row = read(_BY_ID, work_id=work_id).one_or_none()
    if row is None:
        raise NotFound("There is no such book here.")
    return row


def get_edition(edition_id: int) -> Record:
    """Return an edition with the card of its work; MergedEdition or NotFound if it isn't here."""
    row = read(_EDITION, edition_id=edition_id).one_or_none()
    if row is None:
        raise missing_edition(edition_id)
    return row


def cards_of(work_ids: Sequence[int]) -> list[Record]:
    """Return the cards of these works, in this order."""
    if not work_ids:
        return []
    found = {row.id: row for row in read(_BY_IDS, ids=work_ids)}
    return [found[work_id] for work_id in work_ids if work_id in found]
