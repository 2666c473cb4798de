"""The letters that wait to be sent, for tests of what people are told, and of links in letters."""

from datetime import timedelta

from sqlalchemy import select

from bookreviews.accounts import services as accounts
from bookreviews.accounts.models import CONFIRM, RESET, AccountToken
from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.mail.models import Letter
from bookreviews.mail.rendering import Words, render


def written() -> list[tuple[str, str]]:
    """Return address and template of all letters, the first one first."""
    return [(letter.address, letter.template) for letter in _all()]


def token_in(template: str) -> str:
    """Return the token in the link of the last letter of this kind."""
    return str([one for one in _all() if one.template == template][-1].details["token"])


def add_links(person: Viewer, *, confirm: str, reset: str) -> None:
    """Let this person have links to confirm and to reset whose tokens are known."""
    for purpose, token in ((CONFIRM, confirm), (RESET, reset)):
        session().add(
            AccountToken(
                token_digest=accounts.digest_of(token),
                user_id=person.id,
                purpose=purpose,
                email=f"{person.username}@example.org",
                expires_at=now() + timedelta(hours=1),
            )
        )


def words_of_last() -> Words:
    """Return what the last letter says, as it is sent."""
    details = _all()[-1].details
    site = {"site_name": "BookReviews", "site_url": "http://localhost"}
    return render(_all()[-1].template, details | site)


def _all() -> list[Letter]:
    session().rollback()
    return list(session().scalars(select(Letter).order_by(Letter.id)))
