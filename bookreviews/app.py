"""The application factory: settings, extensions, doors; nothing clever."""

import logging

import werkzeug.exceptions
from flask import Flask, Response, current_app, request
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix

from bookreviews import api, breaking, cli, jobs, observing, reading, viewing, web
from bookreviews.api import problems
from bookreviews.config import ROOT, Settings, WrongSetting, for_flask
from bookreviews.errors import DomainError, NotFound, Unavailable
from bookreviews.extensions import csrf, db, engine, migrate
from bookreviews.lib import cookies, outages, postgresql, routing, sqlite
from bookreviews.lib.buckets import Bucket
from bookreviews.lib.failures import words_of
from bookreviews.lib.pagination import BrokenCursor
from bookreviews.lib.storage import Folder, Storage
from bookreviews.observing.doings import reference
from bookreviews.site.queries import Remembered
from bookreviews.site.settings import SiteSettings
from bookreviews.web import errors as pages
from bookreviews.web import kept_pages
from bookreviews.web.rendering import Pages

_log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the WSGI application; without `settings` they come from the environment."""
    settings = settings or Settings.from_environment()
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.jinja_environment = Pages
    app.config.from_mapping(for_flask(settings))
    app.session_interface = cookies.Sessions()
    app.url_map.converters.update(routing.CONVERTERS)
    app.url_map.merge_slashes = False  # its redirect would trust the Host header
    _open_database(app)
    app.extensions["sentry"] = breaking.open_sentry(settings)
    kept_pages.bind(app)
    observing.watch(app, who=viewing.known_viewer)  # outside of that, and before all others
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.extensions["media"] = _media_of(settings)
    app.extensions["site"] = Remembered(SiteSettings(name=settings.site_name))
    csrf.init_app(app)
    viewing.bind(app)
    web.open_door(app)
    api.open_door(app)
    cli.open_door(app)
    jobs.open_door(app)
    for kind in (DomainError, BrokenCursor, HTTPException):
        app.register_error_handler(kind, _answer)
    for trouble in outages.TROUBLES:
        app.register_error_handler(trouble, _tell_of_outage)
    return app


def _media_of(settings: Settings) -> Storage:
    if settings.media_folder:
        return Folder(settings.media_folder)
    try:
        return Bucket(settings.media_url)
    except ImportError as error:
        raise WrongSetting(
            "MEDIA_URL names a bucket, for which the extra is needed: pip install bookreviews[s3]."
        ) from error


def _make_folder(database: Engine) -> None:
    try:
        sqlite.make_folder(database)
    except OSError as error:
        raise WrongSetting(
            f"DATABASE_URL names a file in a folder that can't be made: {error.strerror}."
        ) from error


def _answer(error: Exception) -> Response:
    """Tell of an error in the language of the door where it happened; count it if it is ours."""
    if _is_missing(error) and reading.turn_to_primary():
        return _answer_again()
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        place = f"{request.method} {request.url_rule or 'no route'}"
        breaking.remember(error.original_exception, place=place, reference=reference())
    try:
        return _told(error)
    except outages.TROUBLES as trouble:  # most pages of errors say who is looking
        return _tell_of_outage(trouble)


def _is_missing(error: Exception) -> bool:
    return isinstance(error, NotFound | werkzeug.exceptions.NotFound)


def _told(error: Exception) -> Response:
    if request.path.startswith(api.PREFIX):
        return problems.answer(error)
    return pages.answer(error)


def _tell_of_outage(error: Exception) -> Response:
    """Say honestly that the database is out of reach or full; what else went wrong is ours."""
    if not outages.is_outage(error):
        raise error
    if reading.leave_replica():
        return _answer_again()
    _log.error("The database fails us: %s", words_of(error))
    return _told(Unavailable())


def _answer_again() -> Response:
    """Answer a request that has only read once more, from the primary."""
    db.session.remove()
    try:
        answer = current_app.dispatch_request()
    except Exception as error:  # whatever a view may raise, the handlers know it or raise it
        answer = current_app.handle_user_exception(error)
    return current_app.make_response(answer)


def _open_database(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        if engine().dialect.name == "sqlite":
            sqlite.tune(engine())
            _make_folder(engine())
        else:
            for database in db.engines.values():
                postgresql.tune(database, patience=app.config["SETTINGS"].database_patience)
        reading.bind(app, db.engines)
