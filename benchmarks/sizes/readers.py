"""Readers, what they gave and wrote, and what it amounts to for each work."""

from datetime import UTC, datetime
from math import gcd

from benchmarks.sizes.catalogue import Statements
from benchmarks.sizes.dialects import Dialect, draw
from benchmarks.sizes.scale import IN_WORDS, SKEW, TEXTS, Scale
from bookreviews.reviews import heat
from bookreviews.reviews.scores import STARS, SURENESS

_1970 = datetime.fromtimestamp(0, UTC)
_YEARS = 4 * 365 * 86_400  # seconds in which all was said, more of it lately
_HASHED = 7_919  # apart from each other, so that the draws of one work's readers differ


def statements(scale: Scale, dialect: Dialect, *, until: datetime) -> Statements:
    """Yield each table's name with the statement that fills it; the last was said at `until`."""
    last = int(until.timestamp())
    joined = dialect.moment(f"{last - _YEARS - 90 * 86_400} - n.number")
    yield "users", _USERS.format(joined=joined, groups=dialect.json("'[]'"), readers=scale.readers)
    yield (
        "demand",
        _DEMAND.format(
            rank=f"1 + number * {_coprime(569_840_297, scale.works)} % {scale.works}",
            top=scale.demand,
            skew=SKEW,
            works=scale.works,
        ),
    )
    one = f"d.work_id * {_HASHED} + n.number"
    yield (
        "rated",
        _RATED.format(
            reader=f"1 + ({one} * {_coprime(104_729, scale.readers)}) % {scale.readers}",
            stars=f"3 + d.work_id * 31 % 6 + {draw(one, 101, 5)} - 2",
            said=f"{last} - {draw(one, 103, _YEARS, skew=2)}",
            in_words=f"(d.work_id + n.number) % {IN_WORDS} = 0",
            text=f"1 + {draw(one, 107, TEXTS)}",
            each=dialect.join_up_to("d.ratings"),
        ),
    )
    yield "reviews", _REVIEWS.format(posted=dialect.moment("said_at"))
    yield "rating_summaries", _summaries(dialect)


def _coprime(near: int, to: int) -> int:
    """Return a number by whose steps one comes to each of `to` places before any again."""
    return next(number for number in range(near, near + to) if gcd(number, to) == 1)


def _summaries(dialect: Dialect) -> str:
    """Return how all works are summed up, as in `reviews.scores` and `heat`."""
    counts = [f"count(CASE WHEN stars = {halves} THEN 1 END)" for halves in range(1, 11)]
    kinds = len(STARS)
    of_one = sum(STARS)
    squares = sum(stars * stars for stars in STARS)
    in_1970, worded = (heat.warmth(_1970, in_words=in_words) for in_words in (False, True))
    weeks = f"CAST(said_at AS double precision) / {heat.HALF_LIFE.total_seconds()}"
    return _SUMMARIES.format(
        counts=", ".join(f"{count} AS n{at}" for at, count in enumerate(counts)),
        distribution=dialect.json(
            "'[' || " + " || ', ' || ".join(f"n{at}" for at in range(kinds)) + " || ']'"
        ),
        mean=f"((halves / 2.0 + {of_one}) / (ratings + {kinds}))",
        squares=f"((squares / 4.0 + {squares}) / (ratings + {kinds}))",
        sureness=SURENESS,
        kinds=kinds,
        warmth=f"power(2, {weeks} + {in_1970})",
        words=2 ** (worded - in_1970),
    )


_USERS = """
INSERT INTO users (
  id, username, name, email, email_given_at, role, place, about, joined_at, approved_at,
  unread_notifications, mails_about
)
SELECT n.number, 'reader' || n.number, 'Reader ' || n.number,
  'reader' || n.number || '@example.org', {joined}, 'reader', '', '', {joined}, {joined}, 0,
  {groups}
FROM numbers n WHERE n.number <= {readers}
"""
_DEMAND = """
CREATE TEMPORARY TABLE demand AS
SELECT number AS work_id,
  CAST(floor({top} / power(CAST({rank} AS double precision), {skew}) + 0.5) AS bigint) AS ratings
FROM numbers WHERE number <= {works}
"""
_RATED = """
CREATE TEMPORARY TABLE rated AS
SELECT d.work_id, {reader} AS reader_id, {stars} AS stars, {said} AS said_at,
  CASE WHEN {in_words} THEN {text} END AS text_number
FROM demand d {each}
"""
# In the order in which they came in, as on a site: what was said of one work lies far apart.
_REVIEWS = """
INSERT INTO reviews (
  id, work_id, author_id, stars, body_source, body_html, has_spoilers, language, posted_at,
  version, was_given, by_new_account
)
SELECT r.id, r.work_id, r.reader_id, r.stars, t.body, '<p>' || t.body || '</p>', false,
  CASE WHEN t.body IS NOT NULL THEN 'en' END, {posted}, 1, false, false
FROM (
  SELECT row_number() OVER (ORDER BY said_at, work_id, reader_id) AS id, rated.* FROM rated
) r LEFT JOIN texts t ON t.number = r.text_number
"""
_SUMMARIES = """
INSERT INTO rating_summaries (
  work_id, ratings_count, reviews_count, average, score, distribution, uncounted_count,
  young_count, given_count, heat
)
SELECT work_id, ratings, reviews, halves / 2.0 / ratings,
  {mean} - {sureness} * sqrt(({squares} - {mean} * {mean}) / (ratings + {kinds} + 1)),
  {distribution}, 0, 0, 0, ln(warmth) / ln(2.0)
FROM (
  SELECT work_id, {counts}, count(*) AS ratings, count(text_number) AS reviews,
    CAST(sum(stars) AS double precision) AS halves,
    CAST(sum(stars * stars) AS double precision) AS squares,
    sum({warmth} * CASE WHEN text_number IS NULL THEN 1 ELSE {words} END) AS warmth
  FROM rated GROUP BY work_id
) s
"""
