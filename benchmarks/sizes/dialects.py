"""What SQLite and PostgreSQL say differently where tables are filled, and how to draw lots."""

from dataclasses import dataclass

_CIRCLE = 1_000_003


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database writes what the other writes otherwise."""

    is_sqlite: bool

    def moment(self, seconds: str) -> str:
        """Return the moment so many seconds after 1970, as SQLAlchemy stores it."""
        if self.is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%f000', {seconds}, 'unixepoch')"
        return f"to_timestamp({seconds})"

    def json(self, text: str) -> str:
        """Return a text as a value of a column that holds JSON."""
        return text if self.is_sqlite else f"CAST({text} AS json)"

    def join_up_to(self, most: str) -> str:
        """Return the join that makes of one row as many, numbered `n.number` from 1 to `most`."""
        if self.is_sqlite:
            return f"JOIN numbers n ON n.number <= {most}"
        return f"CROSS JOIN LATERAL generate_series(CAST(1 AS bigint), {most}) AS n (number)"


def chance(number: str, prime: int) -> str:
    """Return SQL for a fraction from 0 up to 1, as good as random, always the same.

    Each thing that is drawn for the same `number`, a big integer, takes a `prime` of its own.
    """
    mixed = f"(({number}) * {prime} + ({number}) / 11 * 7919 + {prime}) % {_CIRCLE}"
    return f"({mixed} / CAST({_CIRCLE} AS double precision))"


def draw(number: str, prime: int, below: int, *, skew: int = 1) -> str:
    """Return SQL for a whole number from 0 up to `below`; the more skew, the more small ones."""
    return f"CAST(floor(power({chance(number, prime)}, {skew}) * {below}) AS bigint)"


def draw_frequent(number: str, prime: int, most: int) -> str:
    """Return SQL for a rank from 1 to `most`; each is drawn half as often as one of half of it."""
    return f"CAST(floor(power({most}, {chance(number, prime)})) AS bigint)"
