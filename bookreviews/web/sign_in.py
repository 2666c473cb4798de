"""Signing in and out."""

from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from bookreviews import viewing
from bookreviews.accounts import services
from bookreviews.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from bookreviews.catalog.queries import Moved
from bookreviews.errors import DomainError, NotAllowed, TooMany
from bookreviews.extensions import csrf
from bookreviews.lib.clock import now
from bookreviews.lib.text import is_readable
from bookreviews.reviews import rated_works
from bookreviews.transactions import transaction
from bookreviews.web.addresses import book_path
from bookreviews.web.answers import Answer, local_path, refused
from bookreviews.web.forms import ReviewForm, SignInForm
from bookreviews.web.works import book_page

blueprint = Blueprint("sign_in", __name__)

# A review that was sent signed out travels through the sign-in form in fields of this prefix.
_KEPT = "kept"


@blueprint.get("/sign-in")
def show() -> Answer:
    """Show the form; who is signed in already goes on at once."""
    wanted = local_path(request.args.get("next"))
    if viewing.viewer():
        return redirect(wanted or url_for("home.show"), 303)
    return _page(SignInForm(formdata=None, data={"next": wanted}))


@blueprint.post("/sign-in")
@csrf.exempt  # the form checks its token itself and stays as it was typed
def create() -> Answer:
    """Sign in; a review that was waiting comes back in its form, unpublished."""
    form = SignInForm()
    if not form.validate():
        return _page(form, kept=_kept_fields()), 422
    try:
        viewing.begin(_open_session(form.identifier.data, form.password.data))
    except (NotAllowed, TooMany) as error:
        return _refusal(form, error)
    slug = request.form.get(f"{_KEPT}-slug")
    if slug and is_readable(slug):
        return _show_kept_review(slug)
    return redirect(local_path(form.next.data) or url_for("home.show"), 303)


@blueprint.post("/sign-out")
@login_required
def delete() -> Answer:
    """Sign out here: the session ends on the server, not only in the cookie."""
    with transaction():
        services.end_session(token=viewing.token())
    viewing.end()
    return redirect(url_for("home.show"), 303)


def ask_to_sign_in() -> Response:
    """Send who isn't signed in to do so; after it they are where they wanted to be."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.show", next=wanted), 303)


def sign_in_page(*, keeping: ReviewForm, slug: str) -> str:
    """Render the sign-in form in the way of someone's review, whose words it carries along."""
    kept = {f"{_KEPT}-{name}": value for name, value in request.form.items() if name in keeping}
    kept |= {f"{_KEPT}-slug": slug}
    form = SignInForm(formdata=None, data={"next": book_path(slug)})
    return _page(form, kept=kept)


def _page(form: SignInForm, *, kept: Mapping[str, str] | None = None) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        kept=kept or {},
        demo_accounts=DEMO_ACCOUNTS if _is_demo() else (),
        demo_password=DEMO_PASSWORD,
    )


def _refusal(form: SignInForm, error: DomainError) -> Response:
    form.refuse(error)
    return refused(_page(form, kept=_kept_fields()), error)


def _open_session(identifier: str, password: str) -> str:
    """Return a new session's token. The password is checked between two short transactions."""
    address, agent = request.remote_addr or "", request.user_agent.string
    with transaction():
        attempt_id = services.register_attempt(
            identifier=identifier, address=address, agent=agent, at=now()
        )
    user_id = services.check_password(identifier=identifier, password=password)
    if password == DEMO_PASSWORD and not _is_demo():
        raise NotAllowed("The demo's accounts are closed here.")
    with transaction():
        if viewing.viewer():  # whoever signs in anew leaves no session behind
            services.end_session(token=viewing.token())
        return services.start_session(
            user_id=user_id, at=now(), address=address, agent=agent, attempt_id=attempt_id
        )


def _is_demo() -> bool:
    return bool(current_app.config["SETTINGS"].demo)


def _kept_fields() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name.startswith(f"{_KEPT}-")}


def _show_kept_review(slug: str) -> str:
    """Render the book's page with the words in its form; publishing them stays the reader's act."""
    kept = ReviewForm(prefix=_KEPT)
    form = ReviewForm(formdata=None, data=kept.said)
    try:
        work = rated_works.get_rated_work(slug)
    except Moved as moved:  # while its reader signed in; a redirect would drop the words
        work = rated_works.get_rated_work(moved.slug)
    return book_page(work, form, is_kept=True)
