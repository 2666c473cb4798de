"""`make bench`: how fast the book's page is, as ratios in one run on this machine.

Everything is real: Gunicorn with our settings, Nginx with our nginx.conf, SQLite with the demo
(and PostgreSQL where DATABASE_URL names one), wrk with eight connections. Absolute numbers say
more about the machine than about us; the ratios to a bare Flask page and to a static file don't.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from flask import Flask, g, session
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf

from benchmarks import load
from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.config import Settings
from bookreviews.extensions import engine
from bookreviews.lib.clock import now
from bookreviews.reviews.rated_works import list_works
from bookreviews.transactions import transaction

ROOT = Path(__file__).resolve().parent.parent
PAGE = "/books/python-for-beginners"
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
# Each writer posts once on each book: enough pairs for the fastest machine.
WRITERS = 150
PORT, BARE_PORT, NGINX_PORT = 8901, 8902, 8080


def main() -> None:
    """Measure and print."""
    load.wrk()
    with tempfile.TemporaryDirectory(prefix="bookreviews-bench-") as folder:
        here = Path(folder)
        os.environ |= {
            "BOOKREVIEWS_ENV": "development",
            "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{here}/books.sqlite3"),
            "WEB_CONCURRENCY": "2",
        }
        cookies = _prepare(here)
        with _bare_gunicorn() as bare_pid:
            bare = load.measure(
                f"http://127.0.0.1:{BARE_PORT}/",
                pids=load.children_of(bare_pid),
                seconds=SECONDS,
            )
        _row("bare Flask page", bare, bare)
        _measure_pages(bare, cookies)
        _measure_posting(bare, here)
        _measure_nginx()


def _prepare(here: Path) -> list[str]:
    """Fill the database, sign writers in, write wrk's script of posts; return their cookies."""
    app = create_app(Settings.from_environment())
    with app.app_context():
        upgrade()
        subprocess.run(["bookreviews", "demo", "load"], check=True, stdout=subprocess.DEVNULL)
        sessions = [_signed_in(app, f"writer{number}") for number in range(WRITERS)]
        slugs = [row.slug for row in _all_works()]
        engine().dispose()
    posts = [f"{slug}\t{cookie}\t{token}" for slug in slugs for cookie, token in sessions]
    (here / "posts.tsv").write_text("\n".join(posts))
    (here / "posts.lua").write_text(_LUA.replace("POSTS", str(here / "posts.tsv")))
    return [cookie for cookie, _ in sessions]


# One reader after the other posts on the same book, then on the next: the worst case for its lock.
_LUA = """
local lines = {}
for line in io.lines("POSTS") do lines[#lines + 1] = line end
local next_line = 0
request = function()
  next_line = next_line % #lines + 1
  local slug, cookie, token = lines[next_line]:match("(.-)\\t(.-)\\t(.*)")
  local headers = {["Cookie"] = cookie, ["Content-Type"] = "application/x-www-form-urlencoded"}
  local body = "stars=4.5&body=Read+it+*twice*+and+would+again.&csrf_token=" .. token
  return wrk.format("POST", "/books/" .. slug .. "/reviews", headers, body)
end
"""


def _signed_in(app: Flask, username: str) -> tuple[str, str]:
    """Make a reader who is signed in; return the cookie's header and the token against forgery."""
    moment = now()
    with transaction():
        user = accounts.sign_up(
            username=username, name="", email="w@example.org", password_hash=None, at=moment
        )
        token = accounts.start_session(user_id=user.id, at=moment)
    with app.test_request_context():
        session["_user_id"], session["_fresh"] = token, True
        g.pop("csrf_token", None)  # the writer before left one in this application context
        forgery_token = generate_csrf()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return f"session={serializer.dumps(dict(session))}", forgery_token


def _all_works() -> Iterator[object]:
    page = list_works(sort="title")
    while True:
        yield from page.rows
        if page.older is None:
            return
        page = list_works(sort="title", after=page.older)


def _measure_pages(bare: load.Result, cookies: list[str]) -> None:
    address = f"http://127.0.0.1:{PORT}{PAGE}"
    with _gunicorn(f"127.0.0.1:{PORT}") as pid:
        workers = load.children_of(pid)
        _row("book page, signed out", load.measure(address, pids=workers, seconds=SECONDS), bare)
        signed_in = load.measure(
            address, pids=workers, seconds=SECONDS, headers={"Cookie": cookies[0]}
        )
        _row("book page, signed in", signed_in, bare)
        _print_memory(workers)


def _measure_posting(bare: load.Result, here: Path) -> None:
    with _gunicorn(f"127.0.0.1:{PORT}") as pid:
        posting = load.measure(
            f"http://127.0.0.1:{PORT}/",
            pids=load.children_of(pid),
            seconds=SECONDS,
            script=here / "posts.lua",
        )
        _row("posting a review, 8 writers", posting, bare)


def _measure_nginx() -> None:
    """Through Nginx, with our nginx.conf as it is: the page against a static file."""
    site = f"http://127.0.0.1:{NGINX_PORT}"
    with _gunicorn(f"unix:{ROOT}/var/bookreviews.sock") as pid, _nginx():
        static = load.measure(f"{site}/static/css/base.css", pids=[], seconds=SECONDS)
        _row("static file through Nginx", static, static)
        page = load.measure(f"{site}{PAGE}", pids=load.children_of(pid), seconds=SECONDS)
        _row("book page through Nginx, signed out", page, static)


def _row(name: str, result: load.Result, yardstick: load.Result) -> None:
    print(
        f"{name:<38} {result.rate:8.0f}/s  ratio {result.rate / yardstick.rate:5.3f}  "
        f"cpu {result.cpu:6.2f} ms  p99 {result.p99:7.1f} ms  max {result.slowest:7.1f} ms"
        + (f"  {result.errors} errors" if result.errors else ""),
        flush=True,
    )


def _print_memory(workers: list[int]) -> None:
    shares = ", ".join(f"{size:.0f}" for size in load.memory_of(workers))
    whole = ", ".join(f"{size:.0f}" for size in load.resident(workers))
    print(f"memory of each worker: {shares} MiB (its share), {whole} MiB (resident)")


def _bare_gunicorn() -> AbstractContextManager[int]:
    """Serve the bare page as gunicorn.conf.py would; that file is for our site alone."""
    flags = ["-w", "2", "-k", "gthread", "--threads", "2", "--preload", "bare:app"]
    return _gunicorn(f"127.0.0.1:{BARE_PORT}", flags, ROOT / "benchmarks")


@contextmanager
def _gunicorn(bind: str, arguments: Sequence[str] = (), folder: Path = ROOT) -> Iterator[int]:
    """Serve the site, by default as in production; yield the arbiter's process id."""
    command = [sys.executable, "-m", "gunicorn", "-b", bind, "--log-level", "warning", *arguments]
    server = subprocess.Popen(command, cwd=folder)
    try:
        _wait(lambda: _listens(bind))
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


@contextmanager
def _nginx() -> Iterator[None]:
    server = subprocess.Popen(["nginx", "-p", str(ROOT), "-c", "nginx.conf", "-g", "daemon off;"])
    try:
        _wait(lambda: _listens(f"127.0.0.1:{NGINX_PORT}"))
        yield
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=60)


def _listens(bind: str) -> bool:
    if bind.startswith("unix:"):
        return Path(bind.removeprefix("unix:")).is_socket()
    try:
        urllib.request.urlopen(f"http://{bind}/", timeout=5)
    except OSError:
        return False
    return True


def _wait(ready: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return
        time.sleep(0.05)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
