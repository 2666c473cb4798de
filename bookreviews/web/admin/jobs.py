"""What the worker does: chores and how they went, letters and why they didn't."""

from flask import current_app, flash, render_template, url_for

from bookreviews.audit.services import record
from bookreviews.breakages import queries as breakages
from bookreviews.chores import queries as chores
from bookreviews.lib.clock import now
from bookreviews.mail import queries as mail
from bookreviews.mail import services
from bookreviews.transactions import transaction
from bookreviews.viewing import signed_in_viewer
from bookreviews.web.admin.doors import back_to, room
from bookreviews.web.answers import Answer

blueprint = room("jobs", "/jobs")

_MOST_LETTERS = 50
_MOST_BREAKAGES = 20


@blueprint.get("")
def show() -> str:
    """Show the last run of each chore, and the letters that could not be sent."""
    settings = current_app.config["SETTINGS"]
    return render_template(
        "admin/jobs.html",
        chores=chores.list_chores(),
        letters=mail.failed_letters(most=_MOST_LETTERS),
        waiting=mail.count_waiting(),
        sends_mail=bool(settings.mail_url),
        mail_folder=settings.mail_folder,
        breakages=breakages.latest(most=_MOST_BREAKAGES),
    )


@blueprint.post("/letters/<int:letter_id>/attempts")
def send_again(letter_id: int) -> Answer:
    """Try to send a letter anew."""
    with transaction():
        services.send_again(letter_id, now())
        record(
            actor=signed_in_viewer(),
            act="sent a letter again",
            person_id=None,
            details={"letter": letter_id},
            at=now(),
        )
    flash("The letter is tried again as soon as the worker is at it.", "success")
    return back_to(url_for("admin_jobs.show"))
