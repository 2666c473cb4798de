"""A world where everything waits for somebody, for tests of who may do what, and of bad input.

Reviews, cases, actions and an appeal have the numbers that are told here, and all else has what
`routes.VALUES` and the forms beside it speak of.
"""

from datetime import timedelta

from flask import Flask

from bookreviews.accounts import services as accounts
from bookreviews.accounts.models import Invitation, User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.catalog.models import Work
from bookreviews.catalog.services import NewEdition
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.mail.services import write_letter
from bookreviews.moderation import deciding
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.models import SurgeSign
from bookreviews.moderation.subjects import review_subject
from bookreviews.transactions import transaction
from tests import crowd, letters, rulings
from tests.catalog import acts
from tests.conftest import NOON
from tests.reviews.acts import add_work, post
from tests.routes import ADMIN_FORMS, VALUES

# Who is there. Nobody is signed in as the visitor.
PEOPLE = {
    "visitor": "nobody signed in",
    "bo": "a reader",
    "ted": "a reader who is trusted with the catalogue",
    "sue": "a reader who is suspended, the author of review 6, told so by statement 4",
    "una": "a reader who waits for approval",
    "alex": "a reader, the author: reviews 1 and 2, statement 1, appeal 1, edits 1 and 2",
    "mo": "the moderator who has decided: actions 1 to 3, the author of review 3",
    "max": "another moderator",
    "ned": "a moderator who is suspended",
    "ada": "an admin, the author of review 4",
}


def prepare(app: Flask, *, book_id: int, password_hash: str) -> dict[str, Viewer]:
    """Let there be all of it, where there is one book; return who is who."""
    app.extensions["site"].lasts = 0
    cast = _sign_up_all(password_hash)
    alex, mo, max_, ada = (cast[name] for name in ("alex", "mo", "max", "ada"))
    second, third, fourth = crowd.books(3, series="Patternist")
    with transaction():
        work = session().get_one(Work, book_id)
        catalog.add_edition(work=work, new=NewEdition(publisher="Wiley"))
    add_work("Emma", editions=[NewEdition(isbn=str(VALUES["isbn"]))])
    guest, reporter = crowd.readers(2)
    for author, work_id in (
        (alex, second),  # review 1
        (alex, third),
        (mo, fourth),
        (ada, fourth),
        (guest, second),
        (cast["sue"], third),
    ):
        post(author, work_id, body="Said so.")
    for review_id in (1, 5, 3, 4):  # cases 1 to 4
        rulings.report(reporter, review_subject(review_id, reporter))
    rulings.rule_on(2, mo, "hide")  # action and statement 1
    rulings.appeal(alex, rulings.rule_on(1, mo, "warn"))  # action 2, appeal 1
    _decide_as_a_batch(2, mo)  # action 3
    rulings.suspend(cast["sue"].id, max_)  # action 4
    rulings.suspend(cast["ned"].id, ada)  # action 5
    rulings.rule_on(3, ada, "warn")  # action 6, about Mo
    rulings.lock(fourth, max_)
    _stir(cast, book_id)
    _change_books(cast, book_id)
    return cast


def _change_books(cast: dict[str, Viewer], book_id: int) -> None:
    """Let there be a suggestion (1), an addition that nobody has confirmed (2), a change (3)."""
    acts.trust(cast["ted"])
    acts.edit(cast["alex"], book_id, subtitle="Suggested")
    acts.add(cast["alex"], "Added")
    acts.edit(cast["mo"], book_id, description="Changed.")
    acts.add_edition_to(book_id, cast["mo"], publisher="Penguin")  # edition 3
    acts.merge(cast["mo"], book_id, add_work("Python for Beginers"))  # merge 1


def _sign_up_all(password_hash: str) -> dict[str, Viewer]:
    roles = {"mo": "moderator", "max": "moderator", "ned": "moderator", "ada": "admin"}
    found = {}
    with transaction():
        for name in list(PEOPLE)[1:]:
            user = accounts.sign_up(
                username=name,
                name=name.title(),
                email=f"{name}@example.org",
                password_hash=password_hash,
                role=roles.get(name, "reader"),
                at=NOON,
            )
            found[name] = Viewer(user.id, user.username, user.name, user.role)
    return found


def _decide_as_a_batch(case_id: int, by: Viewer) -> None:
    with transaction():
        deciding.decide(
            moderator=by,
            case_id=case_id,
            decision=Decision(kind="hide", reason="spam"),
            at=now(),
            batch=str(VALUES["batch"]),
        )


def _stir(cast: dict[str, Viewer], work_id: int) -> None:
    """Let somebody wait, and let there be a session, links, a letter, a surge, an invitation."""
    with transaction():
        session().get_one(User, cast["una"].id).approved_at = None
        accounts.start_session(user_id=cast["alex"].id, at=now())  # session 1
        letters.add_links(
            cast["alex"],
            confirm=str(VALUES["confirmation_token"]),
            reset=str(VALUES["reset_token"]),
        )
        write_letter(address="someone@example.org", template="test", details={}, at=NOON)
        session().add(SurgeSign(work_id=work_id, noticed_at=now(), seen=50, usual=1.0))
        session().add(
            Invitation(
                code_digest=ADMIN_FORMS["admin_invitations.revoke"]["invitation"],
                note="",
                made_by_id=cast["ada"].id,
                made_at=NOON,
                expires_at=now() + timedelta(days=1),
            )
        )
