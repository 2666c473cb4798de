"""Every page of the site, and whose eyes see it: for tests that look at all of them."""

import re
from dataclasses import dataclass, field

from tests.walkthrough.servers import Site
from tests.walkthrough.visitor import Visitor, reviews_in, sign_in, sign_up

BOOK = "/books/python-for-beginners"


@dataclass(frozen=True)
class Page:
    """A page as `who` sees it; with `form`, what comes back when the form for it is sent there."""

    path: str
    who: str = "visitor"
    form: str | None = None
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def is_routed(self) -> bool:
        """Tell whether the application knows its address."""
        return not self.path.startswith(("/static", "/no/such"))

    def __str__(self) -> str:
        sent = f", {self.form} sent" if self.form else ""
        return f"{self.who} at {self.path}{sent}"


_WRONG_PASSWORD = {"identifier": "nobody", "password": "not the password"}
_WRONG_ACCOUNT = {"username": "x", "email": "nowhere", "password": "short"}
_NO_STARS = {"stars": "", "body": " "}

PAGES = (
    Page("/"),
    Page("/books"),
    Page("/books?sort=title&after={after_title}"),
    Page(BOOK),
    Page("/books/code-complete"),
    Page(BOOK + "/reviews"),
    Page(BOOK + "/reviews?sort=highest&stars=4"),
    Page(BOOK + "/reviews?after={after}"),
    Page("/books/code-complete/reviews"),
    Page("/books/code-complete/reviews?stars=1"),
    Page("/reviews/{review}"),
    Page("/reviews/{spoiler}"),
    Page("/authors/ursula-k-le-guin"),
    Page("/subjects"),
    Page("/subjects/programming"),
    Page("/series/earthsea"),
    Page("/search"),
    Page("/search?q=python"),
    Page("/search?q=zzzz"),
    Page("/search?q=9780000000002"),
    Page("/isbn/9780000000002"),
    Page("/users/bo"),
    Page("/users/mo"),
    Page("/users/alex_who_is_not_there"),
    Page("/sign-up"),
    Page("/sign-up", form="/sign-up", typed=_WRONG_ACCOUNT),
    Page("/sign-in"),
    Page("/sign-in?next=" + BOOK, form="/sign-in", typed=_WRONG_PASSWORD),
    Page("/sign-in", form="/sign-in", typed={**_WRONG_PASSWORD, "csrf_token": "old"}),
    Page("/no/such/page"),
    Page("/static/errors/400.html"),
    Page("/static/errors/413.html"),
    Page("/static/errors/50x.html"),
    Page("/", who="newcomer"),
    Page("/users/{newcomer}", who="newcomer"),
    Page(BOOK, who="newcomer"),
    Page(BOOK, who="newcomer", form=BOOK + "/reviews", typed=_NO_STARS),
    Page("/", who="writer"),
    Page("/users/{writer}", who="writer"),
    Page(BOOK, who="writer"),
    Page("/books/code-complete", who="writer"),
    Page("/reviews/{own}", who="writer"),
    Page("/reviews/{own}/edit", who="writer"),
    Page("/reviews/{own}/edit", who="writer", form="/reviews/{own}", typed=_NO_STARS),
    Page("/reviews/{own}/thanks", who="writer"),
    Page("/reviews/{own_stars}/thanks", who="writer"),
    Page("/reviews/{own}/withdrawal", who="writer"),
    Page("/settings", who="writer"),
    Page("/settings", who="writer", form="/settings/profile", typed={"profile-name": " "}),
    Page("/settings", who="writer", form="/settings/email", typed={"email-email": "x"}),
    Page("/settings", who="writer", form="/settings/password"),
    Page("/no/such/page", who="writer"),
    Page("/", who="mo"),
    Page("/users/mo", who="mo"),
)


class Cast:
    """Those who look at the pages of a site, and what stands in their addresses."""

    def __init__(self, site: Site) -> None:
        self.visitors = {
            "visitor": Visitor(site.address),
            "newcomer": sign_up(site.address),
            "writer": sign_up(site.address),
            "mo": sign_in(site.address, "mo"),
        }
        writer, visitor = self.visitors["writer"], self.visitors["visitor"]
        book, books = visitor.get(BOOK).text, visitor.get("/books?sort=title").text
        self._places = {
            "newcomer": username_of(self.visitors["newcomer"]),
            "writer": username_of(writer),
            "review": str(reviews_in(book)[0][0]),
            "spoiler": str(review_with_spoilers(visitor)),
            "after": cursor_in(book),
            "after_title": cursor_in(books),
            "own": post(writer, BOOK, {"stars": "4.5", "body": "So *far*,\n\n> so good."}),
            "own_stars": post(writer, "/books/code-complete", {"stars": "3"}),
        }

    def place(self, address: str) -> str:
        """Return an address with what belongs in its braces."""
        return address.format_map(self._places)


def username_of(visitor: Visitor) -> str:
    found = re.search(r'href="/users/([a-z0-9_]+)">Your profile', visitor.get("/").text)
    assert found
    return found[1]


def review_with_spoilers(visitor: Visitor) -> int:
    """Return the number of the first review of the book whose words are folded."""
    page = visitor.get(BOOK + "/reviews?sort=highest").text
    return next(
        number
        for number, _ in reviews_in(page)
        if '<details class="spoilers">' in visitor.get(f"/reviews/{number}").text
    )


def cursor_in(html: str) -> str:
    """Return where a list goes on, as the link to its next page says it."""
    found = re.search(r'[?;]after=([^"&]+)"', html)
    assert found
    return found[1]


def post(writer: Visitor, book: str, said: dict[str, str]) -> str:
    thanks = writer.submit(book, f"{book}/reviews", **said)
    return thanks.path.split("/")[2]
