"""Which tests share a worker, when several workers run them."""

from xdist.scheduler import LoadScopeScheduling


class BySite(LoadScopeScheduling):
    """Sends the walkthrough's tests to the worker that has started their site; others anywhere.

    xdist's own marks for this (`--dist loadgroup`) do nothing under pytest 9.2 so far.
    """

    def _split_scope(self, nodeid: str) -> str:
        """Return the name of what stays together; the largest groups are run first."""
        if not nodeid.startswith("tests/walkthrough/"):
            return nodeid
        return "PostgreSQL" if "postgres]" in nodeid else "SQLite"
