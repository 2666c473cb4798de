"""How Gunicorn serves BookReviews: `gunicorn` in this folder reads this file by itself.

From the environment: BIND (an address with its port, or unix:path), PORT, WEB_CONCURRENCY
(the number of workers), and the settings of `bookreviews/config/`.
"""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

# ---- Numbers ----------------------------------------------------------------------------------
# The folder where workers add up what /metrics tells, in memory where there is such a place; the
# library looks for the variable when it is imported. It is named after this process: a master
# that takes over from another (USR2) makes its own, and one that reads this again (HUP) keeps its.
_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
_of_any_master = f"bookreviews-metrics-{os.getuid()}-"
_of_this_master = f"{_of_any_master}{os.getpid()}-"
_numbers = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""))
if not _numbers.name.startswith(_of_this_master):
    _numbers = Path(tempfile.mkdtemp(prefix=_of_this_master, dir=_memory))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_numbers)

from bookreviews.config import ROOT, Settings, WrongSetting  # noqa: E402
from bookreviews.extensions import db  # noqa: E402
from bookreviews.observing import logs, metrics, watchdog  # noqa: E402
from bookreviews.web import assets  # noqa: E402

# Gunicorn loads the application before it calls any hook, and would show a traceback; here a
# wrong setting is still one sentence.
try:
    _settings = Settings.from_environment()
except WrongSetting as error:
    sys.stderr.write(f"bookreviews: {error}\n")
    sys.exit(2)

wsgi_app = "bookreviews:create_app()"
proc_name = "bookreviews"

# ---- Where ------------------------------------------------------------------------------------
# Whoever says PORT is a host of containers, and reaches us from outside (like Gunicorn's default).
_port = os.environ.get("PORT")
bind = os.environ.get("BIND") or (f"0.0.0.0:{_port}" if _port else "127.0.0.1:8000")
if bind.startswith("unix:"):
    if not _settings.trusted_proxies:
        # Behind a socket all clients would look like one, and share the limits of one.
        sys.stderr.write("bookreviews: set TRUSTED_PROXIES=1 where BIND is a Unix socket.\n")
        sys.exit(2)
    Path(bind.removeprefix("unix:")).parent.mkdir(parents=True, exist_ok=True)

# ---- Workers ----------------------------------------------------------------------------------
# SQLite lets one writer in at a time: beyond four, workers only wait for each other.
_most = 4 if _settings.database_url.startswith("sqlite") else 32
workers = int(os.environ.get("WEB_CONCURRENCY") or min(max(os.cpu_count() or 1, 2), _most))
# Unlike sync it keeps Nginx's connections open between requests. More threads make the slowest
# answers slower: docs/performance.md.
worker_class = "gthread"
threads = 2
# Who gives way to the other thread of its worker goes on after so long (Python says 5 ms). Writers
# do so at each statement, and on SQLite all others wait for the one whose turn it is.
sys.setswitchinterval(0.0005)
# The application is loaded once, and the workers share its memory.
preload_app = True
# What a library leaks does not add up for ever; the jitter keeps workers from leaving together.
max_requests = 20_000
max_requests_jitter = 2_000
# Workers touch a file to say that they live. On a slow disk that alone could make them look dead.
worker_tmp_dir = _memory

# ---- Time -------------------------------------------------------------------------------------
timeout = 30
# Less than the 10 seconds after which `docker stop` kills; at one's desk nobody wants to wait.
graceful_timeout = 2 if _settings.is_development else 8
keepalive = 75  # longer than nginx.conf keeps a connection, so that Nginx is the one to close it

# ---- What a request may be; nginx.conf draws the same lines -----------------------------------
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190

# ---- Proxies ----------------------------------------------------------------------------------
# Whom to believe about the client is said in one place: TRUSTED_PROXIES, by the application.
forwarded_allow_ips = ""
secure_scheme_headers = {}  # type: ignore[var-annotated]
forwarder_headers = ""

# ---- Telling ----------------------------------------------------------------------------------
accesslog = None  # Nginx keeps one; `gunicorn --access-logfile -` for a look
access_log_format = '%(s)s %(M)sms "%(r)s"'  # no address: nothing here needs to know who
errorlog = "-"
loglevel = "warning" if _settings.is_development else "info"
logconfig_dict = logs.plan(_settings)
# `gunicornc` could steer a running server through this socket; signals do all we need.
control_socket_disable = True


def on_starting(server):
    """Clear away the numbers of masters that could not do so themselves; let Nginx have files."""
    metrics.leave_place(metrics.NO_WORKER)  # this process answers nothing
    for left in _numbers.parent.glob(f"{_of_any_master}*-*"):
        if not Path(f"/proc/{left.name.split('-')[3]}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
    if bind.startswith("unix:"):  # Nginx stands in front, on this host
        try:
            assets.lay_out(assets.Assets(ROOT / "static"), Path("var/static"))
        except OSError as error:
            server.log.warning(
                "var/static can't be written (%s); files are kept for minutes.", error
            )


def pre_fork(server, worker):
    """Give the worker the first place that is free; in it, it goes on counting for its forerunner.

    So there are never more files of numbers than there were workers at a time.
    """
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in range(1, len(taken) + 2) if place not in taken)


def child_exit(_server, worker):
    """Forget what only a living worker has: its memory, and requests under way."""
    metrics.leave_place(worker.place)


def on_exit(_server):
    """Leave nothing in memory behind."""
    shutil.rmtree(_numbers, ignore_errors=True)


def when_ready(server):
    """Let workers share what is loaded, and tell whoever develops where to look."""
    # None of it will ever be garbage. A worker that went through it to see would write to each
    # page of memory, and so have a copy of its own: 25 MiB.
    gc.collect()
    gc.freeze()
    if _settings.is_development:
        sys.stdout.write(f"{_settings.site_name} is up: {_settings.site_url} (Ctrl-C stops it)\n")
        sys.stdout.flush()
    if not _settings.mail_url:
        server.log.warning("MAIL_URL is not set: letters wait, and nobody gets mail.")


def post_fork(_server, worker):
    """Let no database connection be shared between processes.

    Should loading the application have opened one, it stays with the parent: the worker
    forgets it without closing it, and opens its own.
    """
    metrics.take_place(worker.place)
    with worker.app.wsgi().app_context():
        for database in db.engines.values():
            database.dispose(close=False)


def post_worker_init(worker):
    """Let the worker end by itself should a request hang: Gunicorn doesn't see that (`timeout`)."""
    watchdog.watch(patience=worker.cfg.timeout, grace=worker.cfg.graceful_timeout)
