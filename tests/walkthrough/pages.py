"""Every page of the site, and whose eyes see it: for tests that look at all of them."""

import re
from dataclasses import dataclass, field
from uuid import uuid4

from bookreviews import create_app
from bookreviews.accounts import services as accounts
from bookreviews.accounts.queries import find_viewers
from bookreviews.lib.clock import now
from bookreviews.transactions import transaction
from tests import letters
from tests.conftest import PASSWORD, settings_for
from tests.walkthrough.browser import Browser
from tests.walkthrough.servers import Site
from tests.walkthrough.visitor import Answer, Visitor, reviews_in, sign_in, sign_up

BOOK = "/books/python-for-beginners"


@dataclass(frozen=True)
class Page:
    """A page as `who` sees it; with `form`, what comes back when the form for it is sent there.

    `button` is where it goes by a button that sends it elsewhere.
    """

    path: str
    who: str = "visitor"
    form: str | None = None
    typed: dict[str, str] = field(default_factory=dict)
    button: str | None = None

    @property
    def target(self) -> str | None:
        """Return where the form goes."""
        return self.button or self.form

    @property
    def is_routed(self) -> bool:
        """Tell whether the application knows its address."""
        return not self.path.startswith(("/static", "/no/such"))

    def __str__(self) -> str:
        sent = f", {self.target} sent" if self.form else ""
        return f"{self.who} at {self.path}{sent}"


_WRONG_PASSWORD = {"identifier": "nobody", "password": "not the password"}
_WRONG_ACCOUNT = {"username": "x", "email": "nowhere", "password": "short"}
_TOO_MANY_WORDS = {"suspension-words": "x" * 2001}
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
    Page("/subjects/by-name"),
    Page("/subjects/programming"),
    Page("/series/earthsea"),
    Page(BOOK + "/editions"),
    Page("/editions/1"),
    Page("/languages"),
    Page("/years/1980s"),
    Page("/years"),
    Page("/years/1979"),
    Page("/languages/en"),
    Page("/rules"),
    Page("/rules/ratings"),
    Page("/moderation/log"),
    Page("/moderation/log?kind=lock&reason=surge"),
    Page("/search"),
    Page("/search?q=python"),
    Page("/search?q=pyhton&language=en"),
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
    Page("/password-resets"),
    Page("/password-resets", form="/password-resets", typed={"identifier": ""}),
    Page("/password-resets/sent"),
    Page("/password-resets/done"),
    Page("/password-resets/of-nobody"),
    Page("/password-resets/{way_back}"),
    Page(
        "/password-resets/{way_back}",
        form="/password-resets/{way_back}",
        typed={"password": "short"},
    ),
    Page("/confirm/of-nobody"),
    Page("/confirm/{confirmation}"),
    Page("/confirm/done"),
    Page("/no/such/page"),
    Page("/static/errors/400.html"),
    Page("/static/errors/413.html"),
    Page("/static/errors/429.html"),
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
    Page("/settings", who="writer", form="/settings/mails", typed={"mails-csrf_token": "old"}),
    Page("/books/new", who="writer"),
    Page("/books/new", who="writer", form="/books", typed={"title": "Dune"}),
    Page("/books/new", who="writer", form="/books", typed={"title": " ", "pages": "x"}),
    Page("/books/new", who="writer", form="/books", button="/books/new/lookup"),
    Page(
        "/books/new",
        who="writer",
        form="/books",
        typed={"isbn": "9780140328721"},
        button="/books/new/lookup",
    ),
    Page(BOOK + "/edit", who="writer"),
    Page(BOOK + "/edit", who="mo", form=BOOK + "/changes", typed={"seen": "0", "subtitle": "x"}),
    Page(BOOK + "/editions/new", who="writer"),
    Page(BOOK + "/editions/new", who="writer", form=BOOK + "/editions"),
    Page(BOOK + "/editions/{edition}/edit", who="mo"),
    Page(
        BOOK + "/editions/{edition}/edit",
        who="mo",
        form=BOOK + "/editions/{edition}/changes",
        typed={"pages": "x"},
    ),
    Page("/authors/ursula-k-le-guin/edit", who="writer"),
    Page(
        "/authors/ursula-k-le-guin/edit",
        who="writer",
        form="/authors/ursula-k-le-guin/changes",
        typed={"name": " "},
    ),
    Page(BOOK + "/cover", who="mo"),
    Page(BOOK + "/cover", who="mo", form=BOOK + "/cover"),
    Page(BOOK + "/history"),
    Page("/authors/ursula-k-le-guin/history"),
    Page("/changes", who="mo"),
    Page(BOOK + "/merge", who="mo"),
    Page(BOOK + "/merge?other=code-complete", who="mo", form=BOOK + "/merges"),
    Page(BOOK + "/cover", who="mo"),
    Page(BOOK + "/editions/{edition}/merge", who="mo"),
    Page("/authors/ursula-k-le-guin/merge?other=nobody", who="mo"),
    Page(
        "/authors/ursula-k-le-guin/merge?other=kuldeep-singh-kaswan",
        who="mo",
        form="/authors/ursula-k-le-guin/merges",
    ),
    Page("/merges/{merge}"),
    Page("/merges/{merge}", who="mo", form="/merges/{merge}/reversal"),
    Page("/changes/{suggested}", who="writer"),
    Page("/changes/{suggested}", who="mo", form="/changes/{suggested}/refusal"),
    Page("/changes/{changed}", who="mo", form="/changes/{changed}/reversal"),
    Page("/notifications", who="writer"),
    Page("/reports", who="newcomer"),
    Page("/reviews/{review}/reports", who="writer"),
    Page("/reviews/{review}/reports", who="writer", form="/reviews/{review}/reports"),
    Page("/users/bo/reports", who="writer"),
    Page(BOOK + "/reports", who="writer"),
    Page(BOOK + "/reports", who="writer", form=BOOK + "/reports", typed={"words": "x"}),
    Page("/reviews/{own}/reports", who="writer"),
    Page("/users/bo/reports", who="writer", form="/users/bo/reports"),
    Page("/statements/{statement}", who="writer"),
    Page("/statements/{statement}", who="writer", form="/statements/{statement}/appeal"),
    Page("/moderation/log/{statement}"),
    Page("/no/such/page", who="writer"),
    Page("/", who="mo"),
    Page("/users/mo", who="mo"),
    Page("/reviews/{review}", who="mo"),
    Page("/moderation", who="mo"),
    Page("/moderation?reason=hate", who="mo"),
    Page("/moderation/cases/{case}", who="mo"),
    Page(
        "/moderation/cases/{case}",
        who="mo",
        form="/moderation/cases/{case}/decision",
        typed={"kind": "suspend"},
    ),
    Page("/moderation", who="mo", form="/moderation/bulk/preview"),
    Page("/moderation/works/1/surge", who="mo"),
    Page("/moderation/works/1/surge?by=young", who="mo"),
    Page("/moderation/works/1/surge", who="mo", form="/moderation/works/1/exclusions/preview"),
    Page(
        "/moderation/works/1/surge",
        who="mo",
        form="/moderation/surges/1/lock?from=surge",
    ),
    Page("/moderation/appeals", who="mo"),
    Page("/moderation/appeals/{appeal}", who="mo"),
    Page("/moderation/appeals/{appeal}", who="ada"),
    Page("/moderation/appeals/{appeal}", who="ada", form="/moderation/appeals/{appeal}/decision"),
    Page("/admin", who="ada"),
    Page("/admin/people", who="ada"),
    Page("/admin/people?q=zzzz", who="ada"),
    Page("/admin/people/bo", who="ada"),
    Page("/admin/people/bo", who="ada", form="/admin/people/bo/erasure"),
    Page("/admin/people/bo", "ada", "/admin/people/bo/role", {"role-role": "king"}),
    Page(
        "/admin/people/bo", "ada", "/admin/people/bo/suspension", {"suspension-words": "x" * 2001}
    ),
    Page("/admin/site", who="ada"),
    Page("/admin/site", who="ada", form="/admin/site", typed={"name": " ", "hold_weight": "x"}),
    Page("/admin/invitations", who="ada"),
    Page("/admin/invitations", who="ada", form="/admin/invitations", typed={"note": "x" * 999}),
    Page("/admin/books", who="ada"),
    Page("/admin/jobs", who="ada"),
    Page("/admin/audit", who="ada"),
)


class Cast:
    """Those who look at the pages of a site, and what stands in their addresses."""

    def __init__(self, site: Site) -> None:
        self.visitors = {
            "visitor": Visitor(site.address),
            "newcomer": sign_up(site.address),
            "writer": sign_up(site.address),
            "mo": sign_in(site.address, "mo"),
            "ada": sign_in(site.address, "ada"),
        }
        writer, visitor = self.visitors["writer"], self.visitors["visitor"]
        mo = self.visitors["mo"]
        book, books = visitor.get(BOOK).text, visitor.get("/books?sort=title").text
        newcomer = username_of(self.visitors["newcomer"])
        self._places = {
            **tokens_of(newcomer, site),
            "newcomer": newcomer,
            "writer": username_of(writer),
            "review": str(reviews_in(book)[0][0]),
            "spoiler": str(review_with_spoilers(visitor)),
            "after": cursor_in(book),
            "after_title": cursor_in(books),
            "own": post(writer, BOOK, {"stars": "4.5", "body": "So *far*,\n\n> so good."}),
            "case": open_case(mo, reviews_in(book)[0][0]),
            "own_stars": post(writer, "/books/code-complete", {"stars": "3"}),
        }
        self._places["statement"] = warn(mo, writer, self._places["own"])
        self._places["edition"] = edition_in(book)
        self._places["suggested"] = suggest(writer, subtitle="A first course")
        change(mo, subtitle="From the beginning")
        self._places["changed"] = latest_change(visitor)
        self._places["merge"] = merge_twins(mo)
        appealed = warn(mo, writer, self._places["own_stars"])
        self._places["appeal"] = appeal(writer, appealed, self.visitors["ada"])

    def place(self, address: str) -> str:
        """Return an address with what belongs in its braces."""
        return address.format_map(self._places)


def tokens_of(username: str, site: Site) -> dict[str, str]:
    """Return the tokens of links in letters to a reader, which no page tells."""
    app = create_app(settings_for(site.database_url))
    with app.app_context():
        with transaction():
            user_id = find_viewers([username])[username].id
            accounts.ask_to_confirm(user_id=user_id, at=now())
            accounts.ask_for_reset(identifier=username, address="127.0.0.1", at=now())
        return {
            "confirmation": letters.token_in("confirm-address"),
            "way_back": letters.token_in("reset-password"),
        }


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


def open_case(moderator: Visitor, review: int) -> str:
    """Let a moderator decide about a review that nobody has reported; return the case."""
    page = f"/reviews/{review}"
    case = moderator.submit(page, f"/moderation{page}/cases")
    return case.path.split("/")[3]


def appeal(writer: Visitor, statement: str, moderator: Visitor) -> str:
    """Let the writer appeal against what a statement tells; return the appeal."""
    page = f"/statements/{statement}"
    writer.submit(page, f"{page}/appeal", words="It *is* about the book.")
    found = re.search(r'"/moderation/appeals/(\d+)"', moderator.get("/moderation/appeals").text)
    assert found
    return found[1]


def warn(moderator: Visitor, writer: Visitor, review: str) -> str:
    """Let a moderator warn the writer of a review; return the statement that says so."""
    case = f"/moderation/cases/{open_case(moderator, int(review))}"
    moderator.submit(case, f"{case}/decision", kind="warn", reason="off_topic", words="Be brief.")
    found = re.search(r"/statements/(\d+)", writer.get("/notifications").text)
    assert found
    return found[1]


def edition_in(html: str) -> str:
    """Return the number of the first edition on a book's page."""
    found = re.search(r"/editions/(\d+)", html)
    assert found
    return found[1]


def change(editor: Visitor, **typed: str) -> Answer:
    """Change what is said of the book, or suggest it."""
    return editor.submit(f"{BOOK}/edit", f"{BOOK}/changes", **typed)


def suggest(reader: Visitor, **typed: str) -> str:
    """Let a reader suggest a change of the book; return its number."""
    return change(reader, **typed).path.split("/")[2]


def merge_twins(moderator: Visitor) -> str:
    """Let a moderator add one book twice and merge both; return the merge."""
    for title in ("Twin One", "Twin Two"):
        moderator.submit("/books/new", "/books", title=title, is_new="y")
    page, action = "/books/twin-one/merge?other=twin-two", "/books/twin-one/merges"
    return moderator.submit(page, action, stays="this").path.split("/")[2]


def latest_change(visitor: Visitor) -> str:
    """Return the number of the last change in the book's history."""
    found = re.search(r'href="/changes/(\d+)"', visitor.get(f"{BOOK}/history").text)
    assert found
    return found[1]


def post(writer: Visitor, book: str, said: dict[str, str]) -> str:
    thanks = writer.submit(book, f"{book}/reviews", **said)
    return thanks.path.split("/")[2]


def make_account(browser: Browser) -> str:
    """Fill in the form to make an account, and return the name."""
    name = f"Alex {uuid4().hex[:6]}"
    browser.fill("Your name, as others see it", name)
    browser.fill("Username", name.replace(" ", "_"))
    browser.fill("E-mail address", f"{uuid4().hex}@example.org")
    browser.fill("Password", PASSWORD)
    browser.press("Make my account")
    return name
