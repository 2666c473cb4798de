"""What each route takes: values for its address, and a body that it would accept.

`tests/test_app.py` and `tests/test_permissions.py` walk all routes with it. Whoever adds a route
adds it here, or they fail.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask, url_for
from werkzeug.test import TestResponse

from bookreviews.lib.orm import LARGEST_INTEGER
from tests.catalog.images.pictures import picture
from tests.client import Client
from tests.conftest import PASSWORD

WRITING = {"POST", "PUT", "PATCH", "DELETE"}

# Every route that changes something, with a body that it would take from Alex.
FORGED = {"stars": "1", "body": "Forged."}
FORMS: dict[str, dict[str, str]] = {
    "reviews.create": FORGED,
    "reviews.revise": FORGED,
    "reviews.withdraw": {},
    "sign_in.delete": {},
    "settings.change_profile": {"profile-name": "Forged"},
    "settings.change_email": {
        "email-email": "forged@example.org",
        "email-current_password": PASSWORD,
    },
    "settings.change_password": {
        "password-current_password": PASSWORD,
        "password-password": "a forged password",
    },
    "settings.ask_to_confirm": {},
    "settings.change_mails": {"mails-reports": "y"},
    "settings.end_session": {"session": "1"},
    "notifications.create_reading": {},
    "reports.create_about_review": {"reason": "spam"},
    "reports.create_about_profile": {"reason": "spam"},
    "reports.create_about_book": {"reason": "wrong_data", "part": "cover"},
    "statements.appeal": {"words": "Forged."},
    "adding.create": {"title": "Forged"},
    "editing.change_work": {"title": "Forged"},
    "editing.change_edition": {"pages": "7"},
    "editing.create_edition": {"publisher": "Forged"},
    "editing.change_name": {"name": "Forged"},
    "history.decline": {"summary": "Forged."},
}
# What is filled in with what another site knows, where there is one; it changes nothing here.
ASKING_FORMS: dict[str, dict[str, str]] = {"adding.look_up": {"isbn": "9780140328721"}}
# What only moderators send; `tests/web/moderation/` tells what it does.
MODERATOR_FORMS: dict[str, dict[str, str]] = {
    "covers.create": {},
    "covers.remove": {},
    "moderation_cases.claim": {},
    "moderation_cases.release": {},
    "moderation_cases.decide": {"kind": "hide", "reason": "spam"},
    "moderation_cases.reverse": {},
    "moderation_cases.create": {},
    "moderation_bulk.preview": {"case": "1"},
    "moderation_bulk.create": {"cases": "1", "kind": "hide", "reason": "spam"},
    "moderation_bulk.undo": {},
    "moderation_appeals.decide": {"outcome": "overturned", "answer": "Forged."},
    "moderation_books.lock": {"work1-until": "7"},
    "moderation_books.answer": {},
    "moderation_books.unlock": {},
    "moderation_surges.preview": {"rating": "1"},
    "merging.merge_works": {"other": "volume-000", "stays": "this"},
    "merging.merge_editions": {"other": "2", "stays": "this"},
    "merging.merge_names": {"other": "octavia-butler", "stays": "this"},
    "merging.undo": {"summary": "Forged."},
    "history.confirm": {},
    "history.revert": {"summary": "Forged."},
    "moderation_surges.create": {"ratings": "1", "reason": "surge"},
}
# Files can be sent once, so they are made each time.
UPLOADS: dict[str, Callable[[], dict[str, Any]]] = {
    "covers.create": lambda: {"picture": (BytesIO(picture()), "cover.png")},
}
PUBLIC_FORMS: dict[str, dict[str, str]] = {
    "sign_in.create": {"identifier": "alex", "password": PASSWORD},
    "sign_up.create": {
        "username": "forged",
        "email": "forged@example.org",
        "password": "a forged password",
    },
    "confirmation.create": {},
    "password_resets.create": {"identifier": "alex"},
    "password_resets.update": {"password": "a forged password"},
}
# What only admins send; `tests/web/admin/` tells what it does.
ADMIN_FORMS: dict[str, dict[str, str]] = {
    "admin_site.change": {"name": "Forged", "sign_up": "open", "show_moderators": "role"},
    "admin_invitations.create": {"note": "Forged"},
    "admin_invitations.revoke": {"invitation": "forged"},
    "admin_jobs.send_again": {},
    "admin_person.change_role": {"role-role": "moderator"},
    "admin_person.end_sessions": {},
    "admin_person.approve": {},
    "admin_person.confirm": {},
    "admin_person.send_way_back": {},
    "admin_person.give_trust": {},
    "admin_person.withdraw_trust": {},
    "admin_person.suspend": {"suspension-reason": "spam", "suspension-days": "7"},
    "admin_person.lift": {"lift-reason": "spam"},
    "admin_person.erase": {"erasure-username": "alex"},
}
_ALL_FORMS = {**FORMS, **ASKING_FORMS, **PUBLIC_FORMS, **ADMIN_FORMS, **MODERATOR_FORMS}
BODIES: dict[str, dict[str, Any]] = {
    "api_works.create_review": {"stars": 1},
    "api_reviews.revise": {"stars": 1},
    "api_previews.create": {"body": "Forged."},
}
# What stands in addresses.
VALUES = {
    "slug": "python-for-beginners",
    "review_id": 1,
    "letter_id": 1,
    "action_id": 1,
    "case_id": 1,
    "appeal_id": 1,
    "batch": "0123456789abcdef",
    "work_id": 1,
    "code": "en",
    "year": 1979,
    "first_year": 1970,
    "kind": "books",
    "number": 1,
    "name": "covers/ab/none.webp",
    "username": "alex",
    "isbn": "9780306406157",
    "filename": "css/base.css",
    "version": "0123456789ab",
    "confirmation_token": "a proof of the address",
    "reset_token": "a way back in",
    "edition_id": 1,
    "edit_id": 1,
    "merge_id": 1,
    "place": "authors",
}
# A year without books has a page that says so.
NOTHING = {
    **{name: 4711 if name.endswith("_id") else "nothing" for name in VALUES},
    "year": 1979,
    "first_year": 1970,
    "kind": "books",
    "number": LARGEST_INTEGER,
    "place": "authors",
}
# Nobody reports what is their own, so these are about somebody who doesn't look at pages; and
# what is called by a slug isn't always a book.
_AN_AUTHOR = {"slug": "kuldeep-singh-kaswan"}
OF_OTHERS = {
    "editing.edit_name": _AN_AUTHOR,
    "editing.change_name": _AN_AUTHOR,
    "history.of_name": _AN_AUTHOR,
    "merging.choose_name": _AN_AUTHOR,
    "merging.merge_names": _AN_AUTHOR,
    "reports.new_about_review": {"review_id": 2},
    "reports.create_about_review": {"review_id": 2},
    "reports.new_about_profile": {"username": "reader0"},
    "reports.create_about_profile": {"username": "reader0"},
}


def send(app: Flask, client: Client, endpoint: str, token: str | None) -> TestResponse:
    """Send what the route of `endpoint` takes, with or without a token against forgery."""
    return send_to(client, *path_of(app, endpoint), endpoint, token)


def path_of(app: Flask, endpoint: str) -> tuple[str, str]:
    """Return method and address of the route of `endpoint` that changes something."""
    (rule,) = [rule for rule in app.url_map.iter_rules(endpoint) if rule.methods & WRITING]
    (method,) = rule.methods & WRITING
    with app.test_request_context():
        values = VALUES | OF_OTHERS.get(endpoint, {})
        return method, url_for(
            endpoint, _method=method, **{name: values[name] for name in rule.arguments}
        )


def send_to(
    client: Client,
    method: str,
    path: str,
    endpoint: str,
    token: str | None,
    form: dict[str, str] | None = None,
) -> TestResponse:
    """Do the same at any address of the route, with another form if given."""
    if endpoint in BODIES:
        headers = {} if token is None else {"X-CSRFToken": token}
        return client.open(path, method=method, json=BODIES[endpoint], headers=headers)
    form = form or _ALL_FORMS[endpoint]
    prefixes = {name.split("-")[0] + "-" for name in form if "-" in name} or {""}
    tokens = {} if token is None else {f"{prefix}csrf_token": token for prefix in prefixes}
    files = UPLOADS[endpoint]() if endpoint in UPLOADS else {}
    return client.open(path, method=method, data=form | tokens | files)
