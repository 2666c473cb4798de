"""How a session reads and writes: from the replica if there is one and it may be behind.

Whoever has written carries the place of their commit in a cookie for a minute, and reads from the
primary until the replica has got there. All writing, and what moderators, admins and owners of
accounts see of their rooms, is the primary's. What the replica doesn't have is looked for in the
primary before anybody is told that there is no such page: somebody may have a link to it already.
"""

from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bookreviews.config import Settings
from bookreviews.lib import postgresql, sqlite
from bookreviews.lib.replica import WRITTEN, Replica

COOKIE = "written"
_COOKIE_LASTS = 60  # seconds; a replica that is further behind is not read from at all
_BIND = "replica"

_OF_THE_PRIMARY = ("/moderation", "/admin", "/settings", "/sign-", "/confirm", "/password-resets")

# A place that no replica has reached.
_FARTHEST = 2**63

_OF_READERS, _OF_WRITERS = "how transactions read", "how transactions write"


class ReadingSession(Session):
    """A session that reads where its request may, and from the primary while it writes."""

    def __init__(self, db: Any, **options: Any) -> None:
        super().__init__(db, **options)
        self._primary: Engine = db.engine
        self.writes = False

    @property
    def writes(self) -> bool:
        """Tell whether what begins next, or has begun, is a transaction that writes."""
        return self._writes

    @writes.setter
    def writes(self, writes: bool) -> None:
        self._writes = writes
        self.execution_options = current_app.extensions[_OF_WRITERS if writes else _OF_READERS]

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: Engine | Connection | None = None,
        **words: Any,
    ) -> Engine | Connection:
        """Return the database for the transaction that begins: all tables are in one."""
        if bind is not None:
            return bind
        if not self._writes and _reads_replica():
            return cast(Replica, _replica()).engine
        return self._primary


def bind(app: Flask, engines: Mapping[str | None, Engine]) -> None:
    """Let `app` read and write as its database does best, and from a replica if there is one."""
    kind = sqlite if engines[None].dialect.name == "sqlite" else postgresql
    app.extensions[_OF_READERS], app.extensions[_OF_WRITERS] = kind.READS, kind.WRITES
    settings: Settings = app.config["SETTINGS"]
    if not settings.replica_url:
        return
    app.extensions["replica"] = Replica(
        engines[_BIND], engines[None], most_behind=settings.replica_most_behind
    )
    app.after_request(_remember_written)


def connect_visitor(primary: Engine) -> Connection:
    """Return a connection to where somebody reads who hasn't just written."""
    replica = _replica()
    engine = replica.engine if replica is not None and replica.follows() else primary
    return engine.connect().execution_options(**current_app.extensions[_OF_READERS])


def note_written(session: Session) -> None:
    """Remember where the primary is after a commit; this request reads from it from now on."""
    if _replica() is None or not has_request_context():
        return
    g.reads_replica = False
    try:
        g.written = session.connection().execute(WRITTEN).scalar_one()
    except SQLAlchemyError:  # what was committed stays so; nobody knows where
        session.rollback()
        g.written = _FARTHEST


def leave_replica() -> bool:
    """Read no more from the replica that failed; tell whether this request had read from it."""
    if not turn_to_primary():
        return False
    cast(Replica, _replica()).leave()
    return True


def turn_to_primary() -> bool:
    """Let this request read from the primary; tell whether it had read from the replica so far."""
    if not g.get("reads_replica"):
        return False
    g.reads_replica = False
    return True


def _replica() -> Replica | None:
    return current_app.extensions.get("replica")


def _reads_replica() -> bool:
    replica = _replica()
    if replica is None or not has_request_context():
        return False
    if "reads_replica" not in g:
        g.reads_replica = _may_read(replica)
    return bool(g.reads_replica)


def _may_read(replica: Replica) -> bool:
    if request.method not in ("GET", "HEAD") or request.path.startswith(_OF_THE_PRIMARY):
        return False
    written = request.cookies.get(COOKIE, "0")
    return replica.follows(int(written[:20]) if written.isdecimal() else 0)


def _remember_written(response: Response) -> Response:
    if "written" in g:
        response.set_cookie(
            COOKIE,
            str(g.written),
            max_age=_COOKIE_LASTS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response
