"""Who is looking, for every door: joins Flask-Login's cookie to our sign-in sessions."""

from typing import cast

from flask import Flask, current_app, g, request, session
from flask_login import UserMixin, current_user, login_user, logout_user

from bookreviews.accounts import queries, services
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import login
from bookreviews.lib.clock import now


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login carries: the viewer, and the token of this browser's session."""

    def __init__(self, viewer: Viewer, token: str) -> None:
        self.viewer = viewer
        self.token = token

    def get_id(self) -> str:
        """Return what goes into the signed cookie."""
        return self.token


def bind(app: Flask) -> None:
    """Let `app` know who is signed in."""
    login.session_protection = None  # our sessions end on the server; addresses may change
    login.init_app(app, add_context_processor=False)  # templates know `viewer`
    login.user_loader(_load)


def _load(token: str) -> SignedIn | None:
    viewer = queries.find_viewer(services.digest_of(token), now=now())
    return SignedIn(viewer, token) if viewer else None


def viewer() -> Viewer | None:
    """Return who is signed in, or None: nobody is without our cookie, which is quick to see."""
    if not has_session():
        return None
    return cast("Viewer | None", getattr(current_user, "viewer", None))


def has_session() -> bool:
    """Tell whether this request comes with a session's cookie, or has begun a session."""
    return bool(session) or current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def known_viewer() -> Viewer | None:
    """Return who is signed in if this request has asked for them; never asks the database."""
    return cast("Viewer | None", getattr(g.get("_login_user"), "viewer", None))


def signed_in_viewer() -> Viewer:
    """Return who is signed in, in views that nobody else reaches."""
    return cast(Viewer, current_user.viewer)


def token() -> str:
    """Return the token of this browser's session."""
    return cast(str, current_user.token)


def begin(token: str) -> None:
    """Sign this browser in, with nothing of the visitor's session left in the cookie."""
    session.clear()
    g.pop("csrf_token", None)  # made for the session that just ended; a page may still follow
    session.permanent = True
    login_user(_load(token))


def end() -> None:
    """Sign this browser out."""
    logout_user()
    session.clear()
