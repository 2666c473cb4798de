"""Finding works: search, suggestions, facets; the same on SQLite and PostgreSQL.

    folding     which words a text is found by, in any script
    questions   what is asked for, as expressions that both databases understand
    sqlite      ... by FTS5                           } what a database does natively,
    postgresql  ... by text search and trigrams       } and nothing else
    looking     asks the database: at most so many works, the most read first
    understanding  what was typed, else what may be meant, else what comes near
    spelling    words that are meant by words with typing errors
    ranking     how well a work matches, and which comes first
    facets      what found works can be narrowed by
    finding     puts these together: `find` and `suggest`
    indexing    writes what all this reads: `index_works`

Why it is so is in docs/decisions/0010.
"""

from bookreviews.catalog.search.facets import Choice, Facet, names_of
from bookreviews.catalog.search.finding import Found, find, suggest, suggest_authors
from bookreviews.catalog.search.folding import fold
from bookreviews.catalog.search.indexing import Readership, index_again, index_works
from bookreviews.catalog.search.ranking import Sort

__all__ = [
    "Choice",
    "Facet",
    "Found",
    "Readership",
    "Sort",
    "find",
    "fold",
    "index_again",
    "index_works",
    "names_of",
    "suggest",
    "suggest_authors",
]
