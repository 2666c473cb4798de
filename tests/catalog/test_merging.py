"""Whatever refers to a work, an author, a series or a subject is thought of when two are merged."""

import bookreviews.app  # noqa: F401 - all tables are known then
from bookreviews.catalog.merging.belongings import BELONGINGS
from bookreviews.catalog.models import AUTHOR, SERIES, SUBJECT, WORK
from bookreviews.lib.orm import Base

# What doesn't go with the loser as it is, and why.
ELSEWHERE = {
    "authorships.work_id": "facts, put together anew",
    "work_subjects.work_id": "facts, put together anew",
    "listings.work_id": "made anew from the facts",
    "listings.subject_id": "made anew from the facts",
    "search_documents.work_id": "made anew from the facts",
    "reviews.work_id": "moved by reviews.moving",
    "rating_summaries.work_id": "counted anew",
    "similar_works.work_id": "computed anew by a chore",
    "similar_works.other_id": "computed anew by a chore",
    "cases.work_id": "moved by moderation.merging",
    "moderation_actions.work_id": "the ledger is never changed",
    "surge_signs.work_id": "told of days that are over",
    "cover_images.work_id": "the picture that shows, and only where the winner has none",
    "catalog_edits.work_id": "the loser's own history",
}


def test_all_that_refers_to_them_is_told_here_or_moved() -> None:
    kinds = {"works": WORK, "authors": AUTHOR, "series": SERIES, "subjects": SUBJECT}
    referring = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in kinds
    }
    moved = {
        f"{column.class_.__tablename__}.{column.key}"
        for columns in BELONGINGS.values()
        for column in columns
    }
    assert referring - moved == set(ELSEWHERE)
