"""Ends a worker in which a request hangs, so that the server starts another.

Gunicorn sees whether a worker lives. One with threads lives on while a request hangs in a thread of
it, and one more such request would leave it without any that answers.
"""

import logging
import os
import signal
import sys
import threading
import traceback
from time import monotonic, sleep

_log = logging.getLogger(__name__)

_began_at: dict[int, float] = {}  # by thread, of the requests under way


def begin() -> None:
    """Note that this thread works on a request from now on."""
    _began_at[threading.get_ident()] = monotonic()


def end() -> None:
    """Note that this thread has done its request."""
    _began_at.pop(threading.get_ident(), None)


def watch(*, patience: float, grace: float) -> None:
    """Watch this worker from now on: no request of it may take longer than `patience` seconds.

    Where one does, the worker takes no new ones, lets the others end within `grace` seconds, and
    ends.
    """
    arguments = {"patience": patience, "grace": grace}
    threading.Thread(target=_watch, kwargs=arguments, name="watchdog", daemon=True).start()


def _watch(*, patience: float, grace: float) -> None:
    while True:
        sleep(min(1.0, patience / 4))
        hanging = [
            thread for thread, began in dict(_began_at).items() if monotonic() - began > patience
        ]
        if hanging:
            _log.critical("A request hangs; its worker is replaced. It is at:\n%s", _at(hanging[0]))
            os.kill(os.getpid(), signal.SIGTERM)
            sleep(grace)
            os._exit(1)  # what hangs may not let Python end either


def _at(thread: int) -> str:
    frame = sys._current_frames().get(thread)
    return "".join(traceback.format_stack(frame)[-12:]) if frame is not None else "an unknown place"
