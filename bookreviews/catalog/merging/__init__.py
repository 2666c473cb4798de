"""Merging two of a kind that are one: what the catalogue itself moves, and puts back.

The loser keeps its row, so that undoing brings back the very thing; it shows nowhere, and its
addresses lead to the winner. (An edition's row is written down whole in the merge, and made again
with its number, which nobody else gets: `numbers.py`.) Everything here happens in the turn of the
catalogue. Reviews, and what moderators have open about a work, are moved by `moderation.merging`.
Each room imports only from those above it.

    belongings   the rows that go with a thing
    between      where rows wait that change sides
    addresses    those that lead on
    records      what is written down of a merge, and of its undoing
    beginning    who may merge these two, and whether both are here
    works        two works
    editions     two editions
    names        two authors, series or subjects
"""

from bookreviews.catalog.merging.beginning import begin, check_may_merge
from bookreviews.catalog.merging.between import place_between
from bookreviews.catalog.merging.editions import merge_editions, undo_editions
from bookreviews.catalog.merging.names import merge_names, undo_names
from bookreviews.catalog.merging.records import get_merge, note_undone, record
from bookreviews.catalog.merging.works import merge_works, undo_works

__all__ = [
    "begin",
    "check_may_merge",
    "get_merge",
    "merge_editions",
    "merge_names",
    "merge_works",
    "note_undone",
    "place_between",
    "record",
    "undo_editions",
    "undo_names",
    "undo_works",
]
