"""The door for people: HTML pages, one module for each noun."""

from flask import Flask

from bookreviews.extensions import login
from bookreviews.web import (
    admin,
    assets,
    authors,
    cards,
    catalogue,
    confirmation,
    covers,
    crawlers,
    decoding,
    editions,
    headers,
    health,
    home,
    languages,
    ledger,
    media,
    moderation,
    notifications,
    password_resets,
    rendering,
    reports,
    reviews,
    rules,
    search,
    series,
    settings,
    sign_in,
    sign_up,
    statements,
    subjects,
    users,
    works,
    years,
)

_PAGES = (
    home,
    works,
    reviews,
    reports,
    statements,
    ledger,
    rules,
    authors,
    subjects,
    series,
    covers,
    cards,
    media,
    editions,
    languages,
    years,
    search,
    users,
    sign_up,
    sign_in,
    password_resets,
    confirmation,
    settings,
    notifications,
    health,
    crawlers,
    *catalogue.PAGES,
    *admin.ROOMS,
    *moderation.ROOMS,
)


def open_door(app: Flask) -> None:
    """Let people in: pages, their files, their headers."""
    app.request_class = decoding.Utf8Request
    assets.serve_versioned(app)
    rendering.furnish(app)
    headers.add_to_all(app)
    login.unauthorized_handler(sign_in.ask_to_sign_in)
    for page in _PAGES:
        app.register_blueprint(page.blueprint)
