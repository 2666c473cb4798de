"""Readers who go on reading and writing while something happens to the site.

    with Traffic(site.address) as traffic:
        traffic.flow()                          # until everybody has had good answers
        with traffic.fault() as fault:
            os.kill(worker, SIGKILL)
        traffic.flow()                          # until everybody has good answers again
    traffic.assert_kept()                       # all that was promised is there, once and whole
    print(fault.seconds, traffic.failures)

Each writer is a thread with an account of its own, who posts reviews by form and by JSON in turns,
revises some, and tries again what was not answered, as people do. 303 and 201 are promises: what
was said must be there. 503 that says when to come back, and 429, are honest refusals. All else, a
connection that breaks off say, is a failure, after which nobody knows whether it was saved.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from ipaddress import ip_address
from itertools import count
from time import monotonic
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from tests.client import fields_of, has_form, token_of
from tests.deploy.looking import Look, TheApi
from tests.walkthrough.servers import PATIENCE, wait_until
from tests.walkthrough.visitor import Answer, Visitor, sign_up

# However long a test goes on: no thread asks more than this, nor longer.
MOST_REQUESTS = 5_000
LONGEST = 120  # seconds

# What each reader posts at most: more in an hour would look like a flood to the site's rules.
MOST_POSTS = 9

_PAUSE, _PAUSE_AFTER_BAD = 0.01, 0.05  # seconds

GOOD, REFUSED, FAILED = "good", "refused", "failed"

_BOOK = re.compile(r'class="work-title"><a [^>]*href="/books/([^"/]+)"')
_WORK = re.compile(r'data-work-id="(\d+)"')
_PROFILE = re.compile(r'href="/users/([^"/]+)">Your profile')
_THANKS = re.compile(r"/reviews/(\d+)/thanks$")


@dataclass(frozen=True)
class Heard:
    """One answer, or that there was none; moments are those of `time.monotonic`."""

    asked_at: float
    heard_at: float
    what: str
    kind: str
    told: str  # the status, or how it broke off


@dataclass(frozen=True)
class Saying:
    """Stars and words that a reader has sent."""

    stars: float
    body: str


@dataclass
class Written:
    """One reader's review of one book: what was promised last, and what was sent after that."""

    author: str
    slug: str
    work_id: int
    promised: Saying | None = None
    unanswered: list[Saying] = field(default_factory=list)
    review_id: int | None = None

    def keep(self, saying: Saying, review_id: int | None = None) -> None:
        """Note that the site has promised to have this."""
        self.promised = saying
        self.unanswered.clear()
        self.review_id = review_id or self.review_id

    @property
    def may_say(self) -> list[Saying | None]:
        """Return all that the site may hold now; None is no review at all."""
        return [self.promised, *self.unanswered]


@dataclass
class Fault:
    """Something that happened, and how long it was felt."""

    began_at: float
    heard: list[Heard] = field(repr=False)

    @property
    def seconds(self) -> float:
        """Return the time until the first good answer after the last bad one; 0 if none was bad."""
        after = [one for one in list(self.heard) if one.heard_at >= self.began_at]
        bad = [one.heard_at for one in after if one.kind != GOOD]
        if not bad:
            return 0.0
        good = [one.heard_at for one in after if one.kind == GOOD and one.heard_at > max(bad)]
        return min(good) - self.began_at if good else float("inf")

    @property
    def slowest(self) -> float:
        """Return how long the slowest answer since took, in seconds."""
        since = [one for one in list(self.heard) if one.heard_at >= self.began_at]
        return max((one.heard_at - one.asked_at for one in since), default=0.0)


class Traffic:
    """Readers who read and write until the `with` block ends."""

    def __init__(
        self,
        address: str,
        *,
        writers: list[Visitor] | int = 3,
        readers: int = 2,
        slugs: list[str] | None = None,
    ) -> None:
        """Let `writers` (so many new ones, or these) write about the books of these slugs.

        Without slugs these are the first books of the site; nobody may have reviewed them so far.
        """
        host = urlsplit(address).hostname or ""
        assert host == "localhost" or ip_address(host).is_loopback, "traffic is for this machine"
        self.address = address
        self.heard: list[Heard] = []
        self.written: list[Written] = []
        self._until = monotonic() + LONGEST
        self._stopping = threading.Event()
        people = writers
        if isinstance(people, int):
            people = [sign_up(address) for _ in range(people)]
        books = _books(people[0], slugs or _slugs_on("/books", people[0])[:MOST_POSTS])
        self.look: Look = TheApi(people[0], [work_id for _slug, work_id in books])
        self._threads = [
            *(_Writer(self, person, number, books) for number, person in enumerate(people)),
            *(_Reader(self, [slug for slug, _ in books]) for _ in range(readers)),
        ]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(PATIENCE * 2)
        if kind is None:
            self._check()
            assert not any(thread.is_alive() for thread in self._threads)

    @property
    def is_over(self) -> bool:
        """Tell whether everybody is to stop."""
        return self._stopping.is_set() or monotonic() > self._until

    @property
    def failures(self) -> list[Heard]:
        """Return what was neither answered well nor refused honestly."""
        return [one for one in list(self.heard) if one.kind == FAILED]

    @property
    def refusals(self) -> list[Heard]:
        """Return what was refused honestly."""
        return [one for one in list(self.heard) if one.kind == REFUSED]

    @property
    def promises(self) -> int:
        """Return how many reviews the site has promised to hold."""
        return sum(one.promised is not None for one in list(self.written))

    def flow(self, rounds: int = 3) -> None:
        """Wait until each reader has asked, and been answered well, so many times from now on."""
        before = {thread: thread.good for thread in self._threads}
        began_at = monotonic()

        def flows() -> bool:
            self._check()
            return all(
                thread.good >= before[thread] + rounds and thread.last_asked_at > began_at
                for thread in self._threads
            )

        wait_until(flows, f"good answers; the last were {self.heard[-5:]}")

    def wait_for(self, kind: str, *, since: float) -> None:
        """Wait until somebody has had an answer of this kind to what was asked `since`."""

        def has_come() -> bool:
            self._check()
            return any(one.kind == kind and one.asked_at > since for one in list(self.heard))

        wait_until(has_come, f"an answer that is {kind}")

    @contextmanager
    def fault(self) -> Iterator[Fault]:
        """Let something happen inside; what is yielded says how long it was felt."""
        yield Fault(monotonic(), self.heard)

    def rest(self, seconds: float) -> None:
        """Let a reader take breath; everybody wakes at the end."""
        self._stopping.wait(seconds)

    def assert_kept(self, look: Look | None = None) -> None:
        """Assert that what was promised is there once, whole, and counted; after the end."""
        assert self.promises, "nobody was promised anything"
        assert_kept(self.written, look or self.look)

    def _check(self) -> None:
        """Fail now rather than late where a reader has met what they don't understand."""
        for thread in self._threads:
            assert thread.broke is None, thread.broke


def assert_kept(written: list[Written], look: Look) -> None:
    """Assert that all of it stands once and as it was promised, and that its books' sums hold."""
    for work_id in sorted({one.work_id for one in written}):
        found = look.reviews_of(work_id)
        for one in (one for one in written if one.work_id == work_id):
            stands = [Saying(stars, body) for author, stars, body in found if author == one.author]
            assert len(stands) <= 1, f"twice there: {one}"
            assert next(iter(stands), None) in one.may_say, f"{one}, but there is {stands}"
        trouble = look.trouble_with(work_id)
        assert trouble is None, f"the summary of book {work_id}: {trouble}"


class _Person(threading.Thread):
    """Somebody who asks one thing after the other, and notes what comes back."""

    def __init__(self, traffic: Traffic, visitor: Visitor) -> None:
        super().__init__(daemon=True)
        self.traffic, self.visitor = traffic, visitor
        self.good = 0
        self.last_asked_at = 0.0
        self.broke: BaseException | None = None

    def run(self) -> None:
        try:
            for number in range(MOST_REQUESTS):
                if self.traffic.is_over:
                    return
                self.act(number)
        except BaseException as error:
            self.broke = error  # shown where the test waits

    def act(self, number: int) -> None:
        """Do the next thing; `number` counts them."""
        raise NotImplementedError

    def ask(self, what: str, request: Request, *wanted: int) -> Answer | None:
        """Return a good answer, one of the wanted statuses; otherwise pause and return None."""
        answer = self.try_to_ask(what, request, *wanted)
        return answer if answer is not None and answer.status in wanted else None

    def try_to_ask(self, what: str, request: Request, *wanted: int) -> Answer | None:
        """Return the answer, whichever it is, or None where none came."""
        asked_at, answer = monotonic(), None
        try:
            answer = self.visitor.ask(request)
            kind, told = judge(answer, wanted), str(answer.status)
        except (OSError, HTTPException) as error:
            kind, told = FAILED, repr(error)
        self.traffic.heard.append(Heard(asked_at, monotonic(), what, kind, told))
        if kind == GOOD:
            self.good += 1
            self.last_asked_at = asked_at
        self.traffic.rest(_PAUSE if kind == GOOD else _PAUSE_AFTER_BAD)
        return answer

    def page(self, path: str) -> str | None:
        """Return a page, or None where it could not be had."""
        answer = self.ask(f"GET {path}", Request(self.visitor.address + path), 200)
        return answer.text if answer is not None else None


def judge(answer: Answer, wanted: tuple[int, ...]) -> str:
    """Tell whether an answer is good, an honest refusal, or a failure."""
    if answer.status in wanted:
        return GOOD
    is_honest = answer.status in (429, 503) and answer.headers.get("Retry-After", "").isdigit()
    return REFUSED if is_honest else FAILED


class _Reader(_Person):
    """Reads, signed out."""

    def __init__(self, traffic: Traffic, slugs: list[str]) -> None:
        super().__init__(traffic, Visitor(traffic.address))
        self._paths = ["/", "/books", *(f"/books/{slug}" for slug in slugs)]

    def act(self, number: int) -> None:
        self.page(self._paths[number % len(self._paths)])


class _Writer(_Person):
    """Posts a review of each book, by form and by JSON in turns, and revises them."""

    def __init__(
        self, traffic: Traffic, visitor: Visitor, number: int, books: list[tuple[str, int]]
    ) -> None:
        super().__init__(traffic, visitor)
        self._username = _username(visitor)
        self._numbers = count(1)
        # Everybody begins at another book, and meets the others at each.
        first = number % len(books)
        self._waiting = iter([*books[first:], *books[:first]])
        self._mine: list[Written] = []

    def act(self, number: int) -> None:
        """Post, revise, post, revise; when every book is reviewed, go on revising."""
        book = next(self._waiting, None) if number % 2 == 0 else None
        known = [one for one in self._mine if one.review_id is not None]
        if book is not None:
            self._post(self._begin(*book))
        elif known:
            self._revise(known[number % len(known)])
        else:
            self.page("/books")

    def _begin(self, slug: str, work_id: int) -> Written:
        one = Written(self._username, slug, work_id)
        self._mine.append(one)
        self.traffic.written.append(one)
        return one

    def _new_saying(self) -> Saying:
        number = next(self._numbers)
        return Saying(number % 10 / 2 + 0.5, f"{self._username} says this as number {number}.")

    # ---- Posting --------------------------------------------------------------------------------
    def _post(self, one: Written) -> None:
        """Post a review until the site has promised to keep it."""
        page = None
        while page is None and not self.traffic.is_over:
            page = self.page(f"/books/{one.slug}")
        if page is None:
            return
        saying = self._new_saying()
        one.unanswered.append(saying)
        post = self._post_by_form if len(self._mine) % 2 else self._post_by_json
        post(one, saying, page)

    def _post_by_form(self, one: Written, saying: Saying, page: str) -> None:
        """Send the form; where it is refused, send the one on the page that says so."""
        action = f"/books/{one.slug}/reviews"
        fields = _filled_in(fields_of(page, action), saying)
        while not self.traffic.is_over:
            answer = self._send_form(f"POST {action}", action, fields)
            found = _THANKS.search(answer.headers.get("Location", "")) if answer else None
            if found:
                one.keep(saying, int(found[1]))
                return
            if answer is not None and has_form(answer.text, action):
                fields = fields_of(answer.text, action)
                kept = fields.get("body"), fields.get("stars")
                assert kept == (saying.body, f"{saying.stars:g}"), "the words were not kept"

    def _post_by_json(self, one: Written, saying: Saying, page: str) -> None:
        """Send JSON; that there is a review already means that an unanswered one was saved."""
        path = f"/api/v1/works/{one.work_id}/reviews"
        said = {"stars": saying.stars, "body": saying.body}
        while not self.traffic.is_over:
            answer = self._send_json("POST", path, said, token_of(page), 201, 409)
            if answer is not None and answer.status == 201:
                one.keep(saying, json.loads(answer.text)["id"])
                return
            if answer is not None and answer.status == 409:
                one.keep(saying)
                return

    # ---- Revising -------------------------------------------------------------------------------
    def _revise(self, one: Written) -> None:
        """Change a review once; where it is not answered, nobody knows whether it was."""
        page = self.page(f"/reviews/{one.review_id}/edit")
        if page is None:
            return
        saying = self._new_saying()
        one.unanswered.append(saying)
        path = f"/reviews/{one.review_id}"
        if int(saying.stars * 2) % 2:
            fields = _filled_in(fields_of(page, path), saying)
            answer = self._send_form("POST /reviews/…", path, fields)
            is_promised = answer is not None and answer.status == 303
        else:
            said = {"stars": saying.stars, "body": saying.body}
            patched = self._send_json("PATCH", f"/api/v1{path}", said, token_of(page), 200)
            is_promised = patched is not None
        if is_promised:
            one.keep(saying)

    # ---- Sending --------------------------------------------------------------------------------
    def _send_form(self, what: str, path: str, fields: dict[str, str]) -> Answer | None:
        data = urlencode(fields).encode()
        return self.try_to_ask(what, Request(self.visitor.address + path, data), 303)

    def _send_json(
        self, method: str, path: str, said: dict[str, object], token: str, *wanted: int
    ) -> Answer | None:
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        address = self.visitor.address + path
        request = Request(address, json.dumps(said).encode(), headers, method=method)
        return self.ask(f"{method} {path}", request, *wanted)


def _filled_in(fields: dict[str, str], saying: Saying) -> dict[str, str]:
    return fields | {"stars": f"{saying.stars:g}", "body": saying.body}


def _slugs_on(path: str, visitor: Visitor) -> list[str]:
    return list(dict.fromkeys(_BOOK.findall(visitor.get(path).text)))


def _books(visitor: Visitor, slugs: list[str]) -> list[tuple[str, int]]:
    """Return these books by their slugs, with their numbers."""
    found = [(slug, _WORK.search(visitor.get(f"/books/{slug}").text)) for slug in slugs]
    return [(slug, int(number[1])) for slug, number in found if number]


def _username(visitor: Visitor) -> str:
    found = _PROFILE.search(visitor.get("/books").text)
    assert found, "nobody is signed in"
    return found[1]
