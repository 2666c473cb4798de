"""The forms of moderators. They check shape; the rules are the services'."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from bookreviews.lib.orm import LARGEST_INTEGER
from bookreviews.moderation.decisions import Decision
from bookreviews.moderation.vocabulary import (
    DECISION_REASONS,
    LONGEST_LOCK,
    REASONS,
    SURGE,
    WORK,
)
from bookreviews.web.forms import Form

_SPANS = {
    "1": "1 day",
    "3": "3 days",
    "7": "a week",
    "14": "two weeks",
    "30": "30 days",
    "90": "90 days",
    "365": "a year",
}
_FOR_SUSPENSIONS = ("1", "3", "7", "30", "90", "365")
_FOR_LOCKS = ("1", "3", "7", "14")


def _spans(days: Iterable[str]) -> list[SelectChoice]:
    return [SelectChoice("", "Choose …"), *(SelectChoice(one, _SPANS[one]) for one in days)]


class SpanField(SelectField):  # type: ignore[misc]
    """A number of days to choose, as the moment when they are over; None for any other answer."""

    def ends_at(self, at: datetime) -> datetime | None:
        """Return the end of the span that begins at `at`."""
        known = [choice.value for choice in self.choices if choice.value]
        return at + timedelta(days=int(self.data)) if self.data in known else None


class DecisionForm(Form):
    """What is to be done, which its button says; why; words for the person; for how long."""

    kind = StringField("What is to be done")
    reason = SelectField(
        "Rule",
        choices=[SelectChoice(name, words) for name, words in REASONS.items()],
        validate_choice=False,
    )
    words = TextAreaField("Words to the person")
    quoted = TextAreaField("The words it is about")
    until = SpanField("For how long", choices=_spans(_FOR_SUSPENSIONS), validate_choice=False)

    def be_about(self, subject: str) -> None:
        """Offer what fits the thing: a book is never closed for as long as an account."""
        if subject == WORK:
            most = LONGEST_LOCK.days
            self.until.choices = _spans(one for one in _SPANS if int(one) <= most)

    def decision(self, at: datetime) -> Decision:
        """Return it as the services take it."""
        return Decision(
            kind=self.kind.data or "",
            reason=self.reason.data or "",
            words=self.words.data or "",
            quoted=self.quoted.data or "",
            until=self.until.ends_at(at),
        )

    @property
    def has_words(self) -> bool:
        """Tell whether something was written that must not be lost."""
        return bool(self.words.data or self.quoted.data)


class BulkForm(DecisionForm):
    """One decision for many cases: just those that were previewed."""

    cases = HiddenField()
    spared = SelectMultipleField("Leave out", choices=[], validate_choice=False)

    @property
    def shown_ids(self) -> list[int]:
        """Return the ids of the cases on the page; what is no number is left out."""
        return numbers_in((self.cases.data or "").split(","))

    @property
    def case_ids(self) -> list[int]:
        """Return the ids of the cases to be decided: those shown and not spared."""
        spared = set(numbers_in(self.spared.data or []))
        return [number for number in self.shown_ids if number not in spared]


class ExclusionForm(Form):
    """Ratings of one book to be left out of its stars: just those that were previewed, and why."""

    reason = SelectField(
        "Rule",
        choices=[SelectChoice(name, words) for name, words in DECISION_REASONS.items()],
        default=SURGE,
        validate_choice=False,
    )
    words = TextAreaField("Words to those who gave them")
    ratings = HiddenField()

    @property
    def review_ids(self) -> list[int]:
        """Return the ids of the ratings; what is no number is left out."""
        return numbers_in((self.ratings.data or "").split(","))

    @property
    def decision(self) -> Decision:
        """Return it as the services take it."""
        return Decision(kind="exclude", reason=self.reason.data or "", words=self.words.data or "")


class LockForm(Form):
    """For how long a book is closed, and what its page says about it."""

    until = SpanField("For how long", choices=_spans(_FOR_LOCKS), validate_choice=False)
    words = TextAreaField("Words for the log of moderators")


class AppealForm(Form):
    """Whether a decision stands, which the button says, and why."""

    outcome = StringField("What is decided")
    answer = TextAreaField("Your answer")


def numbers_in(texts: list[str]) -> list[int]:
    """Return the ids among what a form has sent."""
    numbers = (int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < 12)
    return [number for number in numbers if 0 < number <= LARGEST_INTEGER]
