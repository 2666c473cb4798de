"""The forms of those who keep the catalogue. They check shape; the rules are the services'."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from bookreviews.catalog.facts import (
    FACTS_OF,
    FORMATS,
    LABELS,
    MOST_AUTHORS,
    MOST_SUBJECTS,
    Facts,
)
from bookreviews.catalog.lookup import Found
from bookreviews.catalog.models import AUTHOR, EDITION, SERIES, SUBJECT, WORK
from bookreviews.catalog.naming import name_key
from bookreviews.lib import languages
from bookreviews.lib.isbn import isbn13_of
from bookreviews.lib.orm import LARGEST_INTEGER, Record
from bookreviews.web.forms import Form

_SEVERAL = ("authors", "subjects")
_LOOKED_UP = ("title", "subtitle", "authors", "publisher", "published", "pages")


def _several(label: str, *, least: int, most: int) -> FieldList:
    """Return fields for several names, a line each; the service refuses more than `most`."""
    return FieldList(StringField(label), min_entries=least, max_entries=most + 1, separator="_")


class FactsForm(Form):
    """The facts of a thing; those that weren't sent are left as they are."""

    kind = WORK

    @property
    def facts(self) -> Facts:
        """Return what was filled in, as the services take it."""
        return self.said_of(*FACTS_OF[self.kind])

    def said_of(self, *names: str) -> Facts:
        """Return those of these facts that were sent."""
        sent = (name for name in names if name in self and _was_sent(self[name]))
        return {name: _said(self[name]) for name in sent}

    def offer_languages(self) -> None:
        """Let languages be chosen by name, the present one among them."""
        if "language" in self:
            present = str(self["language"].data or "")
            self["language"].choices = [
                SelectChoice(code, name) for code, name in languages.choices(present)
            ]


class EditForm(FactsForm):
    """What every form for a thing that is here carries: which it is, and what its page knew."""

    of = IntegerField(widget=HiddenInput(), validators=[Optional()])
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    summary = StringField("What you changed, and why")

    @property
    def number(self) -> int:
        """Return the last change that the page knew; 0 for anything that can be none."""
        return self.seen.data if 0 < (self.seen.data or 0) <= LARGEST_INTEGER else 0


class _WorkFacts(FactsForm):
    title = StringField(LABELS["title"], [InputRequired("A book needs a title.")])
    subtitle = StringField(LABELS["subtitle"])
    original_title = StringField(LABELS["original_title"])
    authors = _several(LABELS["authors"], least=2, most=MOST_AUTHORS)
    subjects = _several(LABELS["subjects"], least=2, most=MOST_SUBJECTS)
    series = StringField(LABELS["series"])
    series_position = StringField(LABELS["series_position"])
    first_published = StringField(LABELS["first_published"])
    language = SelectField("Written in", default=languages.UNKNOWN, validate_choice=False)
    description = TextAreaField(LABELS["description"])


class _EditionFacts(FactsForm):
    kind = EDITION
    isbn = StringField(LABELS["isbn"])
    format = SelectField(
        LABELS["format"],
        choices=[
            SelectChoice("", "Not known"),
            *(SelectChoice(f, f.capitalize()) for f in FORMATS),
        ],
        validate_choice=False,
    )
    publisher = StringField(LABELS["publisher"])
    published = StringField(LABELS["published"])
    pages = StringField(LABELS["pages"])
    translators = StringField(LABELS["translators"])
    language = SelectField("Language", default=languages.UNKNOWN, validate_choice=False)


class NewBookForm(_WorkFacts):
    """A book that is missing, with one edition; `is_new` says that those like it were seen."""

    isbn = StringField(LABELS["isbn"])
    format = _EditionFacts.format
    publisher = StringField(LABELS["publisher"])
    published = StringField(LABELS["published"])
    pages = StringField(LABELS["pages"])
    is_new = BooleanField("It is none of these; add it")

    @property
    def facts(self) -> Facts:
        """Return what was filled in, of the work and of its edition."""
        return self.said_of(*FACTS_OF[WORK], *FACTS_OF[EDITION])

    def can_be_looked_up(self) -> bool:
        """Tell whether the token holds and an ISBN is there; all else may still be missing."""
        if not self.csrf_token.validate(self):
            return False
        if not isbn13_of(self.isbn.data or ""):
            self.isbn.errors = ["Please type the ISBN first, all 10 or 13 digits of it."]
        return not self.isbn.errors

    def fill_in(self, found: Found, offered: Sequence[Record]) -> list[str]:
        """Write what was found where nothing was typed; return what it was, in words.

        Of its subjects, those that are `offered` here.
        """
        here = {name_key(subject.name): subject.name for subject in offered}
        known = (here.get(name_key(name)) for name in found.subjects)
        facts: Facts = {name: getattr(found, name) for name in _LOOKED_UP}
        facts["subjects"] = list(dict.fromkeys(filter(None, known)))[:MOST_SUBJECTS]
        missing = [name for name, value in facts.items() if value and not _said(self[name])]
        for name in missing:
            _write(self[name], facts[name])
        return [LABELS[name].lower() for name in missing]


class WorkForm(_WorkFacts, EditForm):
    """What a book's page says of it."""


class EditionForm(_EditionFacts, EditForm):
    """One edition of a book."""


class _NameForm(EditForm):
    name = StringField(LABELS["name"], [InputRequired("It needs a name.")])


class AuthorForm(_NameForm):
    """An author."""

    kind = AUTHOR


class SeriesForm(_NameForm):
    """A series."""

    kind = SERIES


class SubjectForm(_NameForm):
    """A subject."""

    kind = SUBJECT


FORMS: dict[str, type[EditForm]] = {
    WORK: WorkForm,
    EDITION: EditionForm,
    AUTHOR: AuthorForm,
    SERIES: SeriesForm,
    SUBJECT: SubjectForm,
}


class MergeForm(Form):
    """Which other one is meant, which of both stays, and why they are one."""

    other = HiddenField()
    stays = RadioField(
        "Which one stays?",
        [InputRequired("Please choose which one stays.")],
        choices=[SelectChoice("this", "The first"), SelectChoice("other", "The second")],
    )
    summary = StringField("Why are they the same?")


class ReasonForm(Form):
    """Why something is turned down, or taken back."""

    summary = StringField("Why?")
    back = HiddenField()


def filled_in(kind: str, facts: Facts) -> EditForm:
    """Return the form for a thing as it is now, with a line more than there are names."""
    shown = {name: "" if value is None else value for name, value in facts.items()}
    for name in _SEVERAL:
        if name in shown:
            shown[name] = [*facts[name], ""]
    form = FORMS[kind](formdata=None, data=shown)
    form.offer_languages()
    return form


def sent(kind: str) -> EditForm:
    """Return the form for a kind of thing as it was sent."""
    form = FORMS[kind]()
    form.offer_languages()
    return form


def _was_sent(field: Any) -> bool:
    lines = field if isinstance(field, FieldList) else [field]
    return any(line.raw_data for line in lines)


def _said(field: Any) -> Any:
    if isinstance(field, FieldList):
        return [line for line in field.data if line]
    return field.data or ""


def _write(field: Any, value: Any) -> None:
    """Put a value into a field, names with a line to spare."""
    if isinstance(field, FieldList):
        field.process(None, [*value, ""])
    else:
        field.data = str(value)
