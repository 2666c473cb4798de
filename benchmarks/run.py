"""`make bench`: how fast the book's page is, as ratios in one run on this machine.

Everything is real: Gunicorn with our settings, Nginx with our nginx.conf, SQLite with the demo,
PostgreSQL for posting (the empty database that BENCH_DATABASE_URL names, or a server that is
started for it and thrown away), and wrk with 32 connections, or with eight that write. Absolute
numbers say more about the machine than about us; the ratios to a bare Flask page and to a static
file don't. docs/performance.md has a table of them, and what they mean.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from flask import Flask, g, session
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf

from benchmarks import load
from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.config import Settings
from bookreviews.extensions import engine
from bookreviews.lib.clock import now
from bookreviews.reviews import lists
from bookreviews.transactions import transaction
from tests.postgres import Postgres, new_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = "/books/python-for-beginners"
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
TURNS = 5
WORKERS = 2
# Each writer posts once on each book, from an address of their own, and so seldom that no automatic
# rule takes it for a flood, which would be reported.
WRITERS = 600
PORT, BARE_PORT, UNKEPT_PORT, NGINX_PORT = 8901, 8902, 8903, 8080
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def main() -> None:
    """Measure and print."""
    load.wrk()
    with tempfile.TemporaryDirectory(prefix="bookreviews-bench-") as folder:
        here = Path(folder)
        os.environ |= {
            "BOOKREVIEWS_ENV": "development",
            "DATABASE_URL": f"sqlite:///{here}/books.sqlite3",
            "WEB_CONCURRENCY": str(WORKERS),
            "DEMO": "1",
            "TRUSTED_PROXIES": "1",
        }
        cookies = _prepare(here)
        with _bare_gunicorn() as bare_pid:
            bare = Load(f"http://127.0.0.1:{BARE_PORT}/", load.children_of(bare_pid))
            _print_row("bare Flask page", _in_turn(bare, bare))
            with _gunicorn(f"127.0.0.1:{PORT}") as pid:
                _measure_reading(bare, load.children_of(pid), cookies[0])
                _measure_posting(bare, load.children_of(pid), here, "SQLite")
                _print_memory(load.children_of(pid))
            with _postgres() as url:
                os.environ["DATABASE_URL"] = url
                _prepare(here)
                with _gunicorn(f"127.0.0.1:{PORT}") as pid:
                    _measure_posting(bare, load.children_of(pid), here, "PostgreSQL")
            os.environ["DATABASE_URL"] = f"sqlite:///{here}/books.sqlite3"
        with _gunicorn(f"unix:{ROOT}/var/bookreviews.sock") as pid, _nginx():
            _measure_through_nginx(pid)


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
    for turn in range(TURNS):
        script = _LUA.replace("POSTS", str(here / "posts.tsv"))
        script = script.replace("FIRST", str(turn * len(posts) // TURNS))
        script = script.replace("WRITERS", str(WRITERS))
        (here / f"posts-{turn}.lua").write_text(script)
    return [cookie for cookie, _ in sessions]


# One reader after the other posts on the same book, then on the next: the worst case for its lock.
_LUA = """
local lines = {}
for line in io.lines("POSTS") do lines[#lines + 1] = line end
local next_line = FIRST
request = function()
  next_line = next_line % #lines + 1
  local slug, cookie, token = lines[next_line]:match("(.-)\\t(.-)\\t(.*)")
  local headers = {["Cookie"] = cookie, ["Content-Type"] = "application/x-www-form-urlencoded"}
  local writer = next_line % WRITERS
  headers["X-Forwarded-For"] = "10." .. math.floor(writer / 200) .. "." .. writer % 200 .. ".1"
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
    page = lists.works(sort="title", at=now())
    while True:
        yield from page.rows
        if page.older is None:
            return
        page = lists.works(sort="title", after=page.older, at=now())


def _measure_reading(bare: "Load", workers: list[int], cookie: str) -> None:
    """Hold the book's page against the bare page; both are up, and loaded in turn."""
    page = Load(f"http://127.0.0.1:{PORT}{PAGE}", workers, headers=BROWSER)
    with _gunicorn(f"127.0.0.1:{UNKEPT_PORT}", KEPT_PAGES_MB="0") as pid:
        made = Load(f"http://127.0.0.1:{UNKEPT_PORT}{PAGE}", load.children_of(pid))
        _print_row("signed out, made anew", _in_turn(made, bare))
    _print_row("signed out, kept by version", _in_turn(page, bare))
    seen = replace(page, headers={**BROWSER, "If-None-Match": _tag_of(page.url)})
    _print_row("the same where a browser has it: 304", _in_turn(seen, bare))
    _print_row("signed in", _in_turn(replace(page, headers={"Cookie": cookie}), bare))


def _measure_posting(bare: "Load", workers: list[int], here: Path, database: str) -> None:
    """Hold the posting of a review against the bare page."""
    scripts = sorted(here.glob("posts-*.lua"))
    posting = Load(f"http://127.0.0.1:{PORT}/", workers, scripts=scripts, connections=8)
    _print_row(f"posting a review, 8 writers, {database}", _in_turn(posting, bare))


def _measure_through_nginx(pid: int) -> None:
    """Hold the page against a file of the same bytes, both through Nginx as it is, compressed."""
    site = f"http://127.0.0.1:{NGINX_PORT}"
    with _file_of(f"{site}{PAGE}") as address:
        static = Load(f"{site}{address}", [], headers=BROWSER)
        _print_row("a file of the page's bytes through Nginx", _in_turn(static, static))
        page = Load(f"{site}{PAGE}", load.children_of(pid), headers=BROWSER)
        _print_row("the page through Nginx, signed out", _in_turn(page, static))


@contextmanager
def _file_of(url: str) -> Iterator[str]:
    """Let Nginx have a file, compressed already, of the bytes of a page; yield its address."""
    folder = ROOT / "var" / "static" / "v-000000000000"
    folder.mkdir(parents=True)
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=5) as response:
        (folder / "page.html.gz").write_bytes(response.read())
    (folder / "page.html").write_bytes(b"what browsers get that take nothing compressed")
    try:
        yield "/static/v-000000000000/page.html"
    finally:
        shutil.rmtree(folder)


def _tag_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        return str(response.headers["ETag"])


@dataclass(frozen=True)
class Load:
    """What to load: an address, whose processes to watch, with which headers or scripts."""

    url: str
    pids: list[int]
    headers: Mapping[str, str] = field(default_factory=dict)
    scripts: Sequence[Path] = ()
    connections: int = 32  # enough for both workers to get their share

    def run(self, turn: int) -> load.Result:
        """Load for a while; each turn has a script of its own, for nobody posts twice."""
        return load.measure(
            self.url,
            pids=self.pids,
            seconds=SECONDS,
            connections=self.connections,
            script=self.scripts[turn] if self.scripts else None,
            headers=self.headers,
        )


def _in_turn(ours: Load, yardstick: Load) -> list[tuple[load.Result, float]]:
    """Return each turn's result and its ratio to the yardstick, which was loaded just before.

    The machine's speed drifts; two neighbours in time meet the same machine.
    """
    results = []
    for turn in range(TURNS):
        before = yardstick.run(turn)
        result = before if ours is yardstick else ours.run(turn)
        results.append((result, result.rate / before.rate))
    return results


def _print_row(name: str, results: list[tuple[load.Result, float]]) -> None:
    """Print the medians of all turns, and the worst wait of any."""
    ratios = sorted(ratio for _, ratio in results)
    runs = [result for result, _ in results]
    errors = sum(run.errors for run in runs)
    print(
        f"{name:<42} ratio {median(ratios):5.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"
        f"  {median(run.rate for run in runs):7.0f}/s"
        f"  cpu {median(run.cpu for run in runs):5.2f} ms"
        f"  p99 {median(run.p99 for run in runs):6.1f} ms"
        f"  worst {max(run.slowest for run in runs):6.1f} ms"
        + (f"  {errors} errors" if errors else ""),
        flush=True,
    )


def _print_memory(workers: list[int]) -> None:
    shares = ", ".join(f"{size:.0f}" for size in load.memory_of(workers))
    whole = ", ".join(f"{size:.0f}" for size in load.resident(workers))
    print(f"memory of each worker: {shares} MiB (its share), {whole} MiB (resident)")


def _bare_gunicorn() -> AbstractContextManager[int]:
    """Serve the bare page as gunicorn.conf.py would; that file is for our site alone."""
    flags = ["-w", str(WORKERS), "-k", "gthread", "--threads", "2", "--preload", "bare:app"]
    return _gunicorn(f"127.0.0.1:{BARE_PORT}", flags, ROOT / "benchmarks")


@contextmanager
def _gunicorn(
    bind: str, arguments: Sequence[str] = (), folder: Path = ROOT, **environment: str
) -> Iterator[int]:
    """Serve the site, by default as in production; yield the arbiter's process id."""
    # No worker is replaced after its many requests: its processor time is read from its process.
    command = [sys.executable, "-m", "gunicorn", "-b", bind, "--log-level", "warning"]
    command += ["--max-requests", "0", *arguments]
    server = subprocess.Popen(command, cwd=folder, env=os.environ | environment)
    try:
        _wait(lambda: _listens(bind) and len(load.children_of(server.pid)) == WORKERS)
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


@contextmanager
def _postgres() -> Iterator[str]:
    """Yield the address of an empty PostgreSQL database: one that was named, or one of our own."""
    if named := os.environ.get("BENCH_DATABASE_URL"):
        yield named
        return
    server = Postgres.start()
    try:
        yield server.url_of(server.create_database(new_name()))
    finally:
        server.stop()


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
