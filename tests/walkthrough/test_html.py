"""The HTML of every page, before the eyes of the Nu HTML checker."""

import json
import re
import subprocess
from pathlib import Path

from flask import Flask

from bookreviews.config import ROOT
from tests.walkthrough.conftest import on_postgres
from tests.walkthrough.pages import PAGES, Cast, Page
from tests.walkthrough.servers import PATIENCE, Site, program

CHECKER = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def test_no_page_is_left_out(app: Flask) -> None:
    """What can be asked for is in the list, but for files, feeds, tables, what programs ask."""
    addresses = app.url_map.bind("localhost")
    listed = {addresses.match(as_example(page.path))[0] for page in PAGES if page.is_routed}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith(
            ("/static", "/media", "/api", "/healthz", "/readyz", "/metrics")
        )
        and not rule.rule.endswith((".atom", ".txt", ".xml", ".png", "/export", "/suggestions"))
    }
    assert pages == listed
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api")
    }
    sent = {addresses.match(as_example(page.target), "POST")[0] for page in PAGES if page.target}
    never_refused = {
        "sign_in.delete",
        "reviews.withdraw",
        "settings.ask_to_confirm",
        "settings.end_session",
        "notifications.create_reading",
        "confirmation.create",
        "history.confirm",
        "covers.remove",
        "merging.merge_editions",  # can be, where a book has two of them
        "admin_person.give_trust",
        "admin_person.withdraw_trust",
        "moderation_cases.claim",
        "moderation_cases.release",
        "moderation_cases.reverse",
        "moderation_cases.create",
        "moderation_bulk.create",  # can be, on the page that a form leads to
        "moderation_bulk.undo",
        "moderation_surges.create",  # can be, on the page that a form leads to
        "moderation_books.answer",
        "moderation_books.unlock",
        "admin_invitations.revoke",
        "admin_jobs.send_again",
        "admin_person.approve",
        "admin_person.confirm",
        "admin_person.end_sessions",
        "admin_person.lift",
        "admin_person.send_way_back",
    }
    assert forms - sent == never_refused, "whose forms are buttons, with nothing to be wrong"


def as_example(path: str) -> str:
    return re.sub(r"{\w+}", "7", path.partition("?")[0])


@on_postgres
def test_every_page_is_without_errors(site: Site, cast: Cast, tmp_path: Path) -> None:
    assert CHECKER.is_file(), "The HTML checker is not installed; `make test` installs it."
    for number, page in enumerate(PAGES):
        (tmp_path / f"{number}.html").write_text(html_of(page, cast), "utf-8")
    command = [program("java"), "-jar", str(CHECKER), "--format", "json", "--stdout"]
    told = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, timeout=PATIENCE * 2, check=False
    )
    messages = json.loads(told.stdout)["messages"]
    wrong = {
        f"{page_of(message['url'])}: {message['message']} {message.get('extract', '')}"
        for message in messages
        if message["type"] != "info" or message.get("subType") == "warning"
    }
    assert not wrong, "\n".join(sorted(wrong))
    assert told.returncode == 0, told.stderr


def html_of(page: Page, cast: Cast) -> str:
    visitor, path = cast.visitors[page.who], cast.place(page.path)
    answer = (
        visitor.submit(path, cast.place(page.form), to=page.button, **page.typed)
        if page.form
        else visitor.get(path)
    )
    assert not page.form or answer.status >= 400, f"{page} was not refused"
    assert answer.headers.get_content_type() == "text/html"
    return answer.text


def page_of(url: str) -> Page:
    return PAGES[int(Path(url).stem)]
