"""Which tests share a worker, when several workers run them."""

from xdist.scheduler import LoadScopeScheduling

# What is made once for a worker and takes long, and where the tests are that look at it.
_DEMO = ("tests/cli/test_demo.py", "tests/cli/test_scenario.py")


class ByWhatIsShared(LoadScopeScheduling):
    """Sends tests to the worker that has started their site or loaded their demo; others anywhere.

    xdist's own marks for this (`--dist loadgroup`) do nothing under pytest 9.2 so far.
    """

    def _split_scope(self, nodeid: str) -> str:
        """Return the name of what stays together.

        The largest groups are run first, each site's on a worker of its own; the many tests that
        stand for themselves come last, and leave no worker idle.
        """
        if nodeid.startswith("tests/deploy/containers/"):
            return "containers"
        if nodeid.startswith("tests/deploy/"):
            return nodeid.partition("::")[0]
        if nodeid.startswith("tests/walkthrough/"):
            return "PostgreSQL" if "postgres]" in nodeid else "SQLite"
        if nodeid.startswith("tests/deploy/test_nginx.py"):
            return "Nginx"
        return "demo" if nodeid.startswith(_DEMO) else nodeid
