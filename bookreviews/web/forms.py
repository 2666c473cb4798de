"""Forms check shape: is it there, is it a number. Rules are the services' (`Form.refuse`)."""

from collections.abc import Sequence
from functools import cache
from math import isfinite, nan
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from bookreviews.accounts.models import MAILED_GROUPS
from bookreviews.errors import DomainError, Invalid, NotFound
from bookreviews.lib.orm import LARGEST_INTEGER
from bookreviews.moderation.vocabulary import COVER, REASONS, REASONS_FOR, WORK


class Form(FlaskForm):  # type: ignore[misc]
    """A form of ours, with its token against forgery."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How it is read."""

        def wrap_formdata(self, _form: FlaskForm, formdata: Any) -> Any:
            """Take the fields of the request, unless told None; files and JSON are no fields."""
            return None if formdata is None else request.form

    def refuse(self, error: DomainError) -> None:
        """Show what a service refused: beside its field, or above the form."""
        fields = error.fields if isinstance(error, Invalid) else {}
        for name, message in fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)
        if not fields:
            self.form_errors.append(str(error))

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is in it: neither what somebody entered nor what was wrong."""
        return not self.errors and not any(
            field.data for field in self if field.name != "csrf_token"
        )

    @property
    def has_expired(self) -> bool:
        """Tell whether the token was missing, old or another session's."""
        return "csrf_token" in self and bool(self.csrf_token.errors)


class StarsField(Field):  # type: ignore[misc]
    """Stars as a number, or None for none; which numbers there are is the service's rule."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the chosen star, or nothing."""
        text = valuelist[0].strip() if valuelist else ""
        self.data: float | None = None
        if text:
            self.data = _number(text)

    def _value(self) -> str:
        return "" if self.data is None else f"{self.data:g}"


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise ValueError("Stars must be a number from 0.5 to 5.")
    return number


def _required(message: str) -> InputRequired:
    return InputRequired(message=message)


class ReviewForm(Form):
    """Stars and words; `version` is that of the review being revised."""

    stars = StarsField("Your stars")
    body = TextAreaField("Your review")
    has_spoilers = BooleanField("It gives away what happens")
    was_given = BooleanField("I was given this book, or know who made it")
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @property
    def said(self) -> dict[str, Any]:
        """Return what it says as the review services take it."""
        return {
            "stars": self.stars.data,
            "body": self.body.data or "",
            "has_spoilers": bool(self.has_spoilers.data),
            "was_given": bool(self.was_given.data),
        }


@cache
def blank(kind: type[Form]) -> Form:
    """Return a form that nobody has filled in: one for all, only to be shown, without a token."""
    return kind(formdata=None, meta={"csrf": False})


class CoverForm(Form):
    """A picture; what it is, only reading it tells."""

    picture = FileField("A picture of the cover")


class SignInForm(Form):
    """Name and password; `next` is where the reader wanted to go."""

    identifier = StringField(
        "Username or e-mail address", [_required("Please enter your username or address.")]
    )
    password = PasswordField("Password", [_required("Please enter your password.")])
    next = HiddenField()


class SignUpForm(Form):
    """What an account needs."""

    name = StringField("Your name, as others see it")
    username = StringField("Username", [_required("Please choose a username.")])
    email = EmailField("E-mail address", [_required("Please enter your e-mail address.")])
    password = PasswordField("Password", [_required("Please choose a password.")])
    invitation = StringField("Invitation")
    next = HiddenField()


class ResetRequestForm(Form):
    """Whose password is forgotten."""

    identifier = StringField(
        "Username or e-mail address", [_required("Please enter your username or address.")]
    )


class NewPasswordForm(Form):
    """A password in the place of a forgotten one."""

    password = PasswordField("New password", [_required("Please choose a new password.")])


class ProfileForm(Form):
    """What others read about one."""

    name = StringField("Name")
    place = StringField("Place")
    about = TextAreaField("About you")


class EmailForm(Form):
    """Another address; the password shows that it is you."""

    email = EmailField("E-mail address", [_required("Please enter your e-mail address.")])
    current_password = PasswordField("Your password", [_required("Please enter your password.")])


class PasswordForm(Form):
    """Another password."""

    current_password = PasswordField(
        "Your present password", [_required("Please enter your present password.")]
    )
    password = PasswordField("New password", [_required("Please choose a new password.")])


class MailsForm(Form):
    """What one wants letters about: a box for each group of notifications."""

    reports = BooleanField("Reports that you made: that they arrived, and what came of them")
    decisions = BooleanField(
        "Decisions about what you wrote, about your account, and about your appeals"
    )
    role = BooleanField("Your part here: that you are made a moderator, for instance")

    @property
    def groups(self) -> list[str]:
        """Return the groups whose boxes are ticked."""
        return [group for group in MAILED_GROUPS if self[group].data]


class ReportForm(Form):
    """What is wrong with a thing, out of the reasons that fit it, and in one's own words."""

    reason = RadioField(
        "What is wrong?", [_required("Please choose what is wrong.")], validate_choice=False
    )
    words = TextAreaField("In your own words")

    @classmethod
    def about(cls, kind: str, **arguments: Any) -> "ReportForm":
        """Return the form for a report about this kind of thing."""
        form = cls(**arguments)
        form.reason.choices = [
            SelectChoice(reason, REASONS[reason]) for reason in REASONS_FOR[kind]
        ]
        return form


class BookReportForm(ReportForm):
    """A report about a book, which says whether its data are meant or its cover."""

    part = RadioField(
        "What is it about?",
        [_required("Please choose what it is about.")],
        choices=[
            SelectChoice(WORK, "The book’s data: its title, author, year, description, editions"),
            SelectChoice(COVER, "Its cover"),
        ],
    )

    def validate_reason(self, field: Field) -> None:
        """Say so where a reason fits books, but not their covers."""
        for_books_alone = set(REASONS_FOR[WORK]) - set(REASONS_FOR[COVER])
        if self.part.data == COVER and field.data in for_books_alone:
            raise ValidationError(
                "A cover can’t be reported for this. Please choose another reason."
            )


class AppealForm(Form):
    """What the person concerned says against a decision."""

    words = TextAreaField("What is wrong with the decision?")


def session_id() -> int:
    """Return which session a form's button ends, or raise NotFound where it can be none."""
    number = request.form.get("session", type=int)
    if number is None or not 0 < number <= LARGEST_INTEGER:
        raise NotFound("There is no such session; it may have ended meanwhile.")
    return number
