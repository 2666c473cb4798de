"""Processes to be stopped and killed, with all that they have started."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.clusters import Cluster
from tests.walkthrough.servers import Server, wait_until


def children_of(process: int) -> list[int]:
    """Return the processes that a process has started, which still run."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8")
    return [int(one) for one in listed.split()]


def kill(server: Server) -> None:
    """Kill a server and all it has started, as a container's end does, without a farewell."""
    assert server.process is not None
    every = [server.process.pid, *children_of(server.process.pid)]
    for one in every:
        os.kill(one, signal.SIGKILL)
    server.process.wait()
    server.process = None
    wait_until(lambda: not any(_lives(one) for one in every), f"{server.name} to be gone")


@contextmanager
def stalled(cluster: Cluster) -> Iterator[None]:
    """Let all of PostgreSQL stand still inside: it takes connections, and says nothing."""
    first = int((cluster.data / "postmaster.pid").read_text("utf-8").split()[0])
    stopped = [first]
    os.kill(first, signal.SIGSTOP)  # which starts no more
    for one in children_of(first):
        os.kill(one, signal.SIGSTOP)
        stopped.append(one)
    try:
        yield
    finally:
        for one in reversed(stopped):
            os.kill(one, signal.SIGCONT)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
