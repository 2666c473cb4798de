"""Works, editions, authors, subjects and series, and the lists that works stand in.

Each statement fills one table on either database. What readers make of works is there before, so
that each row is written once.
"""

from collections.abc import Iterator

from benchmarks.sizes.dialects import Dialect, chance, draw, draw_frequent
from benchmarks.sizes.scale import SUBJECTS, TOP_SUBJECTS, Scale

UNKNOWN_YEAR, LONGEST_START = -9999, 60
_GIVEN_NAMES = 3000
_ADDED = 1_767_225_600  # the beginning of 2026, in seconds after 1970
_LONGEST_TITLE = 5  # words
_FORMS = ("paperback", "hardcover", "ebook", "audiobook")

Statements = Iterator[tuple[str, str]]


def statements(scale: Scale, dialect: Dialect) -> Statements:
    """Yield each table's name with the statement that fills it, in an order that holds."""
    yield (
        "authors",
        _AUTHORS.format(
            given=f"10 + {draw_frequent('n.number', 31, min(_GIVEN_NAMES, scale.words - 10))}",
            family=f"11 + {draw('n.number', 37, scale.words - 10)}",
            authors=scale.authors,
        ),
    )
    yield "author_names", _AUTHOR_NAMES
    yield "subjects", _SUBJECTS.format(tops=TOP_SUBJECTS, subjects=SUBJECTS)
    yield (
        "series",
        _SERIES.format(word=draw_frequent("n.number", 41, scale.words), series=scale.series),
    )
    yield "works", _works(scale, dialect)
    yield "authorships", _AUTHORSHIPS.format(author=_author("id", scale))
    yield "work_subjects", _WORK_SUBJECTS.format(main=_main_subject("id"), other=_subject("id"))
    yield "listings", _LISTINGS
    yield (
        "editions",
        _EDITIONS.format(
            check=_CHECK_DIGIT, editions=scale.editions, works=scale.works, form=_form("w.id")
        ),
    )
    yield "ratings_elsewhere", _RATINGS_ELSEWHERE
    yield "similar_works", _SIMILAR_WORKS.format(works=scale.works)


def _author(work: str, scale: Scale) -> str:
    """Return SQL for who wrote a work: the first authors wrote much, and most one work."""
    return f"1 + {draw(work, 43, scale.authors, skew=2)}"


def _main_subject(work: str) -> str:
    return f"1 + {draw(work, 47, SUBJECTS, skew=2)}"


def _subject(work: str) -> str:
    return f"1 + {draw(work, 53, SUBJECTS)}"


def _form(work: str) -> str:
    options = " ".join(f"WHEN {number} THEN '{form}'" for number, form in enumerate(_FORMS))
    return f"CASE ({work}) % {len(_FORMS) + 1} {options} ELSE '' END"


def _works(scale: Scale, dialect: Dialect) -> str:
    length = f"1 + {draw('n.number', 59, _LONGEST_TITLE)}"
    primes = (61, 67, 71, 73, 79)
    joins = [
        f"LEFT JOIN words w{at} ON w{at}.number = "
        f"CASE WHEN {length} > {at} THEN {draw_frequent('n.number', prime, scale.words)} END"
        for at, prime in enumerate(primes)
    ]
    return _WORKS.format(
        title="w0.word || "
        + " || ".join(f"coalesce(' ' || w{at}.word, '')" for at in range(1, len(primes))),
        joins=" ".join(joins),
        subtitle=draw_frequent("n.number", 83, scale.words),
        author=_author("n.number", scale),
        subject=_main_subject("n.number"),
        language=_LANGUAGE.format(chance=chance("n.number", 89)),
        year=f"2025 - {draw('n.number', 97, 300, skew=4)}",
        others=_OTHERS,
        added=dialect.moment(f"{_ADDED} + n.number % 1000000"),
        series=scale.series,
        works=scale.works,
    )


_NAME = "upper(substr({word}, 1, 1)) || substr({word}, 2)"
_AUTHORS = f"""
INSERT INTO authors (id, slug, name)
SELECT n.number, 'author-' || n.number,
  {_NAME.format(word="g.word")} || ' ' || {_NAME.format(word="f.word")}
FROM numbers n
JOIN words g ON g.number = {{given}}
JOIN words f ON f.number = {{family}}
WHERE n.number <= {{authors}}
"""
_AUTHOR_NAMES = """
INSERT INTO author_names (author_id, name, key) SELECT id, name, lower(name) FROM authors
"""
_SUBJECTS = """
INSERT INTO subjects (id, slug, name, parent_id)
SELECT n.number, 'subject-' || n.number, 'Subject ' || n.number,
  CASE WHEN n.number > {tops} THEN 1 + n.number % {tops} END
FROM numbers n WHERE n.number <= {subjects} ORDER BY n.number
"""
_SERIES = """
INSERT INTO series (id, slug, name)
SELECT n.number, 'series-' || n.number, 'Series ' || w.word || ' ' || n.number
FROM numbers n JOIN words w ON w.number = {word} WHERE n.number <= {series}
"""
_LANGUAGE = """
CASE WHEN {chance} < 0.6 THEN 'en' WHEN {chance} < 0.75 THEN 'de' WHEN {chance} < 0.85 THEN 'fr'
WHEN {chance} < 0.93 THEN 'es' WHEN {chance} < 0.98 THEN 'ja' ELSE 'nl' END
"""
_WORKS = """
INSERT INTO works (
  id, slug, title, subtitle, byline, main_subject, description, language, first_published,
  series_id, series_position, added_at, popularity, score
)
SELECT n.number, 'work-' || n.number, {title},
  CASE WHEN n.number % 3 = 0 THEN 'a story of ' || s.word ELSE '' END,
  a.name, 'subject-' || ({subject}), 'It is about ' || s.word || '.', {language}, {year},
  CASE WHEN n.number % 10 = 0 THEN 1 + n.number / 10 % {series} END,
  CASE WHEN n.number % 10 = 0 THEN 1 + n.number % 7 END,
  {added}, 100 * coalesce(r.ratings_count, 0) + {others}, coalesce(r.score, 0)
FROM numbers n {joins}
JOIN words s ON s.number = {subtitle}
JOIN authors a ON a.id = {author}
LEFT JOIN rating_summaries r ON r.work_id = n.number
WHERE n.number <= {works}
"""
# Among works with as many ratings, readers of other sites say which is read more.
_OTHERS = """
CASE WHEN n.number % 3 = 0 AND r.ratings_count IS NOT NULL
THEN CAST(floor(10 * ln(1 + 5 * r.ratings_count) / ln(10.0) + 0.0000000001) AS integer) ELSE 0 END
"""
_AUTHORSHIPS = """
INSERT INTO authorships (work_id, author_id, position, popularity, published)
SELECT id, {author}, 0, popularity, first_published FROM works
"""
_WORK_SUBJECTS = """
INSERT INTO work_subjects (work_id, subject_id, position)
SELECT id, {main}, 0 FROM works
UNION ALL
SELECT id, {other}, 1 FROM works WHERE id % 2 = 0 AND {other} <> {main}
"""
# Under its subjects, and under those that these are part of.
_LISTINGS = f"""
INSERT INTO listings (work_id, subject_id, popularity, score, published, title)
SELECT w.id, l.subject_id, w.popularity, w.score, w.first_published,
  substr(w.title, 1, {LONGEST_START})
FROM (
  SELECT work_id, subject_id FROM work_subjects
  UNION
  SELECT o.work_id, s.parent_id FROM work_subjects o JOIN subjects s ON s.id = o.subject_id
  WHERE s.parent_id IS NOT NULL
) l JOIN works w ON w.id = l.work_id
"""
_CHECK_DIGIT = (
    "(10 - (38 + "
    + " + ".join(
        f"n.number / {10**place} % 10 * {3 if place % 2 == 0 else 1}" for place in range(9)
    )
    + ") % 10) % 10"
)
_EDITIONS = """
INSERT INTO editions (
  id, work_id, isbn13, publisher, published, pages, format, language, translators
)
SELECT n.number, w.id, (978000000000 + n.number) || '' || ({check}), 'Made Up',
  w.first_published + n.number % 3, 100 + n.number % 700, {form}, w.language, ''
FROM numbers n
JOIN works w ON w.id = CASE
  WHEN n.number <= {works} THEN n.number ELSE 1 + n.number * 7 % {works} END
WHERE n.number <= {editions}
"""
_RATINGS_ELSEWHERE = """
INSERT INTO ratings_elsewhere (
  work_id, source, ratings_count, average, ones, twos, threes, fours, fives
)
SELECT work_id, 'openlibrary', 5 * ratings_count, 3.0, ratings_count, ratings_count,
  ratings_count, ratings_count, ratings_count
FROM rating_summaries WHERE work_id % 3 = 0
"""
# For works that enough readers rated, as the chore would find them.
_SIMILAR_WORKS = """
INSERT INTO similar_works (work_id, position, other_id, score)
SELECT w.id, n.number, 1 + (w.id + n.number * 7919) % {works}, 1.0 / n.number
FROM works w CROSS JOIN numbers n WHERE w.popularity >= 2000 AND n.number <= 6
"""
