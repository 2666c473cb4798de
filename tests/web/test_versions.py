"""Whatever changes a book's page for visitors raises the book's version, by which pages are kept.

Each act here changes the page; its test fails if it doesn't, or if the version stays as it was.
Every public function of the rooms that write to what the page shows is part of an act, or named
among those that change no page: a new one must be thought about.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import editing, queries
from bookreviews.catalog import services as catalog
from bookreviews.catalog.facts import Thing
from bookreviews.catalog.models import Work
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation import publishing, surges
from bookreviews.moderation import services as moderation
from bookreviews.reviews import services, standing
from bookreviews.reviews.models import RatingSummary
from bookreviews.transactions import transaction
from tests import rulings
from tests.catalog.acts import add_edition_to, confirm, edit, revert
from tests.client import Client
from tests.conftest import NOON
from tests.reviews.acts import post, withdraw


@dataclass
class Scene:
    """A book that Alex has reviewed and Mo has not."""

    alex: Viewer
    mo: Viewer
    book_id: int
    review_id: int
    action_id: int = 0  # Mo's last decision


Act = Callable[[Scene], Any]


@pytest.fixture
def scene(alex: Viewer, mo: Viewer, book_id: int) -> Scene:
    return Scene(alex, mo, book_id, post(alex, book_id))


def written(act: Act) -> Act:
    """Return an act in a transaction of its own."""

    def do(scene: Scene) -> None:
        with transaction():
            act(scene)

    return do


def published(**said: Any) -> Act:
    values = {"stars": 2.0, "body": "No."} | said
    return written(
        lambda scene: publishing.publish_review(
            author=scene.mo, work_id=scene.book_id, at=NOON, **values
        )
    )


def revised(**said: Any) -> Act:
    values = {"stars": 4.0, "body": "Good.", "has_spoilers": False} | said
    return written(
        lambda scene: publishing.publish_revision(
            author=scene.alex, review_id=scene.review_id, at=NOON, **values
        )
    )


def withdrawn(scene: Scene) -> None:
    withdraw(scene.alex, scene.review_id)


def set_right(**facts: Any) -> Act:
    return lambda scene: edit(scene.mo, scene.book_id, **facts)


@written
def renamed(scene: Scene) -> None:
    publishing.publish_profile(viewer=scene.alex, name="Lex", place="", about="", at=NOON)


@written
def retitled(scene: Scene) -> None:
    catalog.retitle_work(work_id=scene.book_id, title="Python For Beginners")


def renamed_to(kind: str, slug: str, name: str) -> Act:
    return lambda scene: edit(scene.mo, Thing(kind, queries.get_named(kind, slug).id), name=name)


def suggested_subtitle(scene: Scene) -> None:
    edit(scene.alex, scene.book_id, subtitle="In Practice")


def confirmed(scene: Scene) -> None:
    confirm(scene.mo, 1)


@written
def edition_added(scene: Scene) -> None:
    work = session().get_one(Work, scene.book_id)
    catalog.add_edition(work=work, new=catalog.NewEdition(publisher="Wiley"))


@written
def miscounted(scene: Scene) -> None:
    session().get_one(RatingSummary, scene.book_id).reviews_count = 7


@written
def erased(scene: Scene) -> None:
    moderation.erase_person(actor=None, user_id=scene.alex.id, at=now())


def ruled(kind: str) -> Act:
    def rule(scene: Scene) -> None:
        scene.action_id = rulings.rule_on(scene.review_id, scene.mo, kind)

    return rule


def suspended(scene: Scene) -> None:
    scene.action_id = rulings.suspend(scene.alex.id, scene.mo)


@written
def lifted(scene: Scene) -> None:
    moderation.lift(actor=scene.mo, user_id=scene.alex.id, reason="spam", at=now())


@written
def suspension_over(scene: Scene) -> None:
    moderation.end_suspension(user_id=scene.alex.id, at=now() + timedelta(days=30))


def locked(scene: Scene) -> None:
    scene.action_id = rulings.lock(scene.book_id, scene.mo)


@written
def unlocked(scene: Scene) -> None:
    surges.unlock(actor=scene.mo, work_id=scene.book_id, at=now())


def taken_back(scene: Scene) -> None:
    rulings.take_back(scene.action_id, scene.mo)


def nothing(_scene: Scene) -> None:
    """Let nothing happen before."""


# By name: what happened before, and what changes the page.
ACTS: dict[str, tuple[Act, Act]] = {
    "a review": (nothing, published()),
    "a rating": (nothing, published(body="")),
    "a review without stars": (nothing, published(stars=None)),
    "a review once withdrawn": (
        withdrawn,
        lambda scene: post(scene.alex, scene.book_id, body="On second thoughts."),
    ),
    "other stars": (nothing, revised(stars=1.0)),
    "other words": (nothing, revised(body="Not so good.")),
    "spoilers": (nothing, revised(has_spoilers=True)),
    "a disclosure": (nothing, revised(was_given=True)),
    "withdrawing": (nothing, withdrawn),
    "another name": (nothing, renamed),
    "another title": (nothing, set_right(title="Python")),
    "other capitals": (nothing, retitled),
    "another subtitle": (nothing, set_right(subtitle="In Practice")),
    "another description": (nothing, set_right(description="A second course.")),
    "another language": (nothing, set_right(language="de")),
    "another year": (nothing, set_right(first_published=1999)),
    "other authors": (nothing, set_right(authors=["Jane Doe"])),
    "a subject more": (nothing, set_right(subjects=["Programming", "Snakes"])),
    "a series": (nothing, set_right(series="Courses", series_position=2)),
    "an author's name": (nothing, renamed_to("author", "kuldeep-singh-kaswan", "K. S. Kaswan")),
    "a subject's name": (nothing, renamed_to("subject", "programming", "Coding")),
    "an edition": (nothing, edition_added),
    "an edition by hand": (nothing, lambda scene: add_edition_to(scene.book_id, scene.mo)),
    "confirming a suggestion": (suggested_subtitle, confirmed),
    "taking a change back": (set_right(subtitle="In Practice"), lambda scene: revert(scene.mo, 1)),
    "hiding": (nothing, ruled("hide")),
    "removing": (nothing, ruled("remove")),
    "holding": (nothing, ruled("hold")),
    "asking for a change": (nothing, ruled("ask_change")),
    "the change asked for": (ruled("ask_change"), revised(body="Better.")),
    "marking as a spoiler": (nothing, ruled("mark_spoiler")),
    "restoring": (ruled("hide"), ruled("restore")),
    "keeping what was held": (ruled("hold"), ruled("keep")),
    "excluding": (nothing, ruled("exclude")),
    "including": (ruled("exclude"), ruled("include")),
    "taking a decision back": (ruled("hide"), taken_back),
    "suspending": (nothing, suspended),
    "lifting": (suspended, lifted),
    "the end of a suspension": (suspended, suspension_over),
    "taking a suspension back": (suspended, taken_back),
    "erasing": (nothing, erased),
    "locking": (nothing, locked),
    "unlocking": (locked, unlocked),
    "taking a lock back": (locked, taken_back),
    "a repair": (
        miscounted,
        written(lambda scene: services.recount(work_id=scene.book_id, at=NOON)),
    ),
    "all repairs": (miscounted, written(lambda scene: standing.recount_all(at=NOON))),
}


def seen(client: Client, scene: Scene) -> tuple[bytes, int]:
    """Return a visitor's page of the book, and the version of the book."""
    session().rollback()
    work = session().get_one(Work, scene.book_id, populate_existing=True)
    slug, version = work.slug, work.version
    session().rollback()
    return client.get(f"/books/{slug}").data, version


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_changes_the_page_raises_the_version(
    client: Client, scene: Scene, name: str
) -> None:
    before, act = ACTS[name]
    before(scene)
    page, version = seen(client, scene)
    act(scene)
    page_after, version_after = seen(client, scene)
    assert page_after != page
    assert version_after > version


# What the rooms do that changes no page of a book, and why.
HARMLESS = {
    "checked_isbn": "reads",
    "free_name_slug": "reads",
    "named": "part of adding and editing",
    "link": "part of adding and editing",
    "index": "part of adding and editing",
    "remember_title": "for files that are loaded",
    "read_facts": "reads",
    "differences": "reads",
    "decline": "the book has no page any more",
    "hold": "part of changing",
    "edit_in_turn": "takes the turn",
    "is_addition": "reads",
    "checked_summary": "reads",
    "add_work": "the book has no page yet",
    "add_subject": "no page names what is new",
    "says_the_same": "reads",
    "preview": "reads",
    "review_in_turn": "takes the turn",
    "standing_of": "reads",
    "stand_after_words": "part of posting and revising",
    "take_turns_on_works_of": "takes the turn",
    "works_with_misjudged_early_ratings": "reads",
    "forget_origins": "no page shows them",
}
ACTED = {
    "post_review",
    "revise_review",
    "withdraw_review",
    "recount",
    "stand",
    "count_reviews_of_anew",
    "lock_work",
    "erase_reviews_of",
    "recount_all",
    "add_edition",
    "retitle_work",
    "change",
    "add_to_work",
    "confirm",
    "revert",
}


@pytest.mark.parametrize(
    "room", [catalog, editing, services, standing], ids=lambda room: room.__name__
)
def test_no_write_is_forgotten(room: Any) -> None:
    functions = inspect.getmembers(room, inspect.isfunction)
    own = {name for name, one in functions if one.__module__ == room.__name__ and name[0] != "_"}
    assert own <= ACTED | set(HARMLESS), "does it change a book's page? then add an act above"
