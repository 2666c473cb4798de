"""The things that moderation is about: a review, a profile, a cover, a book's data."""

from dataclasses import dataclass

from sqlalchemy import select

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog.models import Work
from bookreviews.catalog.turns import take_turn_on_work
from bookreviews.errors import NotFound
from bookreviews.extensions import session
from bookreviews.moderation.models import Case, ModerationAction
from bookreviews.moderation.vocabulary import COVER, PROFILE, REVIEW, WORK
from bookreviews.reviews.models import Review
from bookreviews.reviews.queries import get_review


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing, and the person it belongs to if any."""

    kind: str
    review_id: int | None = None
    work_id: int | None = None
    person_id: int | None = None

    @property
    def key(self) -> str:
        """Return the one name of the thing, under which its reports gather."""
        number = {REVIEW: self.review_id, PROFILE: self.person_id}.get(self.kind, self.work_id)
        return f"{self.kind}:{number}"


def review_subject(review_id: int, viewer: Viewer | None) -> Subject:
    """Return a review that `viewer` may see as a subject, or raise NotFound."""
    review = get_review(review_id, viewer)
    return Subject(REVIEW, review_id, review.work_id, review.author_id)


def profile_subject(user_id: int) -> Subject:
    """Return a reader's profile as a subject."""
    return Subject(PROFILE, person_id=user_id)


def work_subject(work_id: int, *, kind: str = WORK) -> Subject:
    """Return a book's data, or its cover, as a subject."""
    assert kind in (WORK, COVER)
    return Subject(kind, work_id=work_id)


def subject_of(row: Case | ModerationAction) -> Subject:
    """Return what a case, or an action, is about."""
    return Subject(row.subject, row.review_id, row.work_id, row.person_id)


def take_turn_on(subject: Subject) -> None:
    """Wait until nobody else acts on this thing: on its book's row, or on its owner's."""
    if subject.work_id is not None:
        take_turn_on_work(subject.work_id)
        return
    lock = select(User.id).where(User.id == subject.person_id).with_for_update(key_share=True)
    if session().scalar(lock) is None:
        raise NotFound("There is no reader of this name here.")


def name_of(subject: Subject, *, is_own: bool = False) -> str:
    """Return what notifications call the thing: "the review of “Emma”".

    They name nobody, since they outlast the account of whom they tell.
    """
    if subject.kind == PROFILE:
        return "your profile" if is_own else "a reader’s profile"
    title = session().scalar(select(Work.title).where(Work.id == subject.work_id))
    thing = {REVIEW: "review of", COVER: "cover of"}.get(subject.kind, "data of")
    return f"the {thing} “{title}”"


def words_of(subject: Subject) -> str:
    """Return the words that a decision about the thing is about."""
    of_review = select(Review.body_source).where(Review.id == subject.review_id)
    of_profile = select(User.about).where(User.id == subject.person_id)
    statement = {REVIEW: of_review, PROFILE: of_profile}.get(subject.kind)
    return "" if statement is None else session().scalar(statement) or ""
