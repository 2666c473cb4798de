"""The forms of admins. They check shape; the rules are the services'."""

from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from bookreviews.accounts.models import ROLES
from bookreviews.moderation.vocabulary import PROFILE, REASONS, REASONS_FOR
from bookreviews.site.settings import AS_ROLE, BY_APPROVAL, BY_INVITATION, BY_NAME, NAMES, OPEN
from bookreviews.web.forms import Form


class SiteForm(Form):
    """All that admins set; `seen` is the last change that the page knew."""

    name = StringField("Name")
    description = StringField("Description")
    announcement = StringField("Announcement")
    rules = TextAreaField("Rules")
    sign_up = RadioField(
        "Who can make an account",
        choices=[
            SelectChoice(OPEN, "Anyone"),
            SelectChoice(BY_INVITATION, "Whoever has an invitation"),
            SelectChoice(BY_APPROVAL, "Anyone, but an admin approves each"),
        ],
        validate_choice=False,
    )
    show_moderators = RadioField(
        "Decisions are signed",
        choices=[
            SelectChoice(AS_ROLE, "“A moderator”"),
            SelectChoice(BY_NAME, "With the moderator’s name"),
        ],
        validate_choice=False,
    )
    listed_words = TextAreaField("Words that report a review by themselves")
    listed_domains = TextAreaField("Link domains that report a review by themselves")
    listed_mail_domains = TextAreaField("Mail domains whose sign-ups are looked at")
    hold_weight = StringField("Weight of reports at which a review is held")
    young_account_days = StringField("Days for which an account is young")
    burst_reviews_per_hour = StringField("Reviews in an hour that count as a burst")
    count_early_ratings = BooleanField("Count stars given before a book is published")
    shares_minimum = StringField("Ratings from which a book’s page tells who gave them")
    seen = HiddenField()

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, as the site's services take it."""
        return {name: self[name].data for name in NAMES if self[name].data is not None}


class RoleForm(Form):
    """What somebody may do here."""

    role = SelectField("Role", choices=[SelectChoice(role, role.capitalize()) for role in ROLES])


class DecisionForm(Form):
    """Why something is done about a person, and what they are told of it."""

    reason = SelectField(
        "Reason", choices=[SelectChoice(name, REASONS[name]) for name in REASONS_FOR[PROFILE]]
    )
    words = TextAreaField("Words to the person")


class SuspensionForm(DecisionForm):
    """For how long somebody can read, but not write, and why."""

    days = SelectField(
        "For",
        choices=[
            SelectChoice("1", "A day"),
            SelectChoice("7", "A week"),
            SelectChoice("30", "30 days"),
            SelectChoice("365", "A year"),
        ],
        default="7",
    )


class ErasureForm(Form):
    """Erasing asks once, by having the username typed."""

    username = StringField("Type the username to erase this account")


class InvitationForm(Form):
    """Whom an invitation is for, in words that only admins read."""

    note = StringField("Whom it is for")
