"""Compressing answers, for those who say that they can read it."""

import gzip
from functools import lru_cache

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

_LEVEL = 5  # a sixth larger than the best, in a third of its time


def gzipped(body: bytes) -> bytes:
    """Return `body` compressed; the same bytes become the same bytes, whenever that is."""
    return gzip.compress(body, _LEVEL, mtime=0)


@lru_cache(maxsize=256)  # browsers say it in a handful of ways
def accepts_gzip(accepted: str) -> bool:
    """Tell whether what is `accepted`, as Accept-Encoding says it, includes gzip."""
    return bool(parse_accept_header(accepted, Accept)["gzip"])
