"""The worker: takes jobs from the queue, asks the clock for what recurs, ends when told to."""

import logging
import signal
import threading
from datetime import datetime

from huey import Huey
from huey.consumer import Consumer, Scheduler

# Mail waits for servers: while one thread does, another sends.
_THREADS = 4

# Threads that have not finished their job by then are left; their letters' leases run out.
_FAREWELL = 5

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Timetable(Scheduler):  # type: ignore[misc]
    """Huey's scheduler, which does what recurs by itself where the queue is down.

    Without it, nobody would look for the letters whose jobs the queue has not taken.
    """

    def enqueue_periodic_tasks(self, now: datetime | None) -> None:
        """Queue what is due at this minute, or do it."""
        for task in self.huey.read_periodic(now):
            try:
                self.huey.enqueue(task)
            except Exception:  # each kind of queue fails in its own way
                self._logger.warning("The queue takes no jobs; doing %s without it.", task.name)
                task.execute()


class _Consumer(Consumer):  # type: ignore[misc]
    scheduler_class = _Timetable


def work(huey: Huey) -> None:
    """Do jobs until SIGINT, SIGTERM or SIGHUP; then finish those at hand, and return."""
    _quieten()
    stop = threading.Event()
    consumer = _Consumer(
        huey,
        workers=_THREADS,
        max_delay=1,  # seconds between looks at an idle queue that can't call
        scheduler_interval=10,
        shutdown_timeout=_FAREWELL,
    )
    # The consumer would restart on SIGHUP and leave jobs half done on one of the others. Threads
    # inherit the block, so that the signals come here.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    consumer.start()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    while not stop.wait(10):
        consumer.check_worker_health()
    consumer.stop(graceful=True)


def _quieten() -> None:
    """Let Huey speak up when something is wrong only, in one line, and not each second."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    for name in ("huey.consumer.Worker", "huey.consumer.Scheduler"):
        logging.getLogger(name).addFilter(_OneLine())


class _OneLine(logging.Filter):
    """Cuts tracebacks off, and says the same at most once in a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is to be written."""
        if record.exc_info and record.exc_info[1]:
            record.msg = f"{record.msg} ({type(record.exc_info[1]).__name__})"
            record.exc_info = record.exc_text = None
        previous = self._said.get(record.msg)
        if previous is not None and record.created < previous + 60:
            return False
        self._said[record.msg] = record.created
        return True
