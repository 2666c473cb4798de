"""Reports by readers and by automatic rules, and the cases they gather in. The doors commit."""

from datetime import datetime

from sqlalchemy import exists, func, select

from bookreviews.accounts.models import User
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Conflict, Invalid, NotAllowed, TooMany
from bookreviews.extensions import row_in_turn, session
from bookreviews.lib import text
from bookreviews.moderation import turns
from bookreviews.moderation.models import (
    DECLINED,
    UPHELD,
    Case,
    ModerationAction,
    Report,
    ReportingRecord,
)
from bookreviews.moderation.subjects import Subject, name_of, take_turn_on
from bookreviews.moderation.vocabulary import (
    HASTE,
    LONGEST_REPORT,
    MOST_REPORTS,
    MOST_TRUST,
    NEEDS_WORDS,
    NEW_REPORTER,
    NEW_REPORTERS_SHARE,
    REASONS_FOR,
    REPORTS_WITHIN,
    REVIEW,
    RULE_REASONS,
    RULE_WEIGHTS,
    WEIGHTS,
)
from bookreviews.notifications.services import notify
from bookreviews.reviews.models import Review
from bookreviews.site import queries as site


class AlreadyReported(Conflict):
    """The reader has an open report about this thing."""

    def __init__(self) -> None:
        super().__init__(
            "You have reported this already, and it waits to be looked at. We will tell you."
        )


def report(
    *, reporter: Viewer, subject: Subject, reason: str, words: str = "", at: datetime
) -> Case:
    """Tell the moderators that something is wrong with a thing; once while its case is open."""
    said = _checked(subject, reason, words)
    if subject.person_id == reporter.id:
        raise NotAllowed("This is your own. You can change it, or take it back.")
    if reporter.is_suspended(at) or not reporter.is_approved:
        raise NotAllowed("Your account can read at the moment, but not report.")
    is_about_book = subject.work_id is not None
    if is_about_book:  # books come before people
        take_turn_on(subject)
    turns.before_telling(reporter.id, subject.person_id)
    case = (_case_in_turn if is_about_book else case_of)(subject, at=at)
    mine = exists().where(Report.case_id == case.id, Report.reporter_id == reporter.id)
    if session().scalar(select(mine)):
        raise AlreadyReported
    _check_number(reporter, at)
    weight = WEIGHTS[reason] * trust_in(f"user:{reporter.id}") * _share_of(reporter, case, at)
    _add(case, Report(reporter_id=reporter.id, reason=reason, words=said, weight=weight), at=at)
    notify(
        user_id=reporter.id,
        kind="report_received",
        details={"subject": name_of(subject), "report_id": case.id},
        at=at,
    )
    return case


def flag(*, subject: Subject, rule: str, words: str, at: datetime) -> Case:
    """Let an automatic rule report a thing; `words` say on what it fired. Once while it is open.

    It is about what the caller has just written, and has the turn on.
    """
    case = _case_in_turn(subject, at=at)
    said = exists().where(Report.case_id == case.id, Report.rule == rule)
    if not case.reports_count or not session().scalar(select(said)):
        weight = RULE_WEIGHTS[rule] * trust_in(f"rule:{rule}")
        told = words[:LONGEST_REPORT]
        _add(case, Report(rule=rule, reason=RULE_REASONS[rule], words=told, weight=weight), at=at)
    return case


def case_of(subject: Subject, *, at: datetime) -> Case:
    """Wait for the turn on a thing; return its open case, a new one where there is none."""
    take_turn_on(subject)
    return _case_in_turn(subject, at=at)


def _case_in_turn(subject: Subject, *, at: datetime) -> Case:
    is_open = Case.subject_key == subject.key, Case.closed_at.is_(None)
    case = session().scalar(
        select(Case).where(*is_open), execution_options={"populate_existing": True}
    )
    if case is None:
        case = Case(
            subject=subject.kind,
            subject_key=subject.key,
            review_id=subject.review_id,
            work_id=subject.work_id,
            person_id=subject.person_id,
            reason="other",
            weight=0.0,
            heaviest=0.0,
            reports_count=0,
            opened_at=at,
            due_at=at,
        )
        session().add(case)
        session().flush()
    return case


def must_be_held(case: Case) -> bool:
    """Tell whether reports weigh so much that a review waits out of sight for a person.

    What a moderator has looked at and kept is not held again while its words stay as they are.
    """
    if case.subject != REVIEW or case.weight < site.current().hold_weight:
        return False
    kept = exists().where(
        ModerationAction.review_id == case.review_id,
        ModerationAction.kind == "keep",
        ModerationAction.actor_id.is_not(None),
        Review.id == case.review_id,
        (Review.revised_at.is_(None)) | (Review.revised_at < ModerationAction.at),
    )
    return not session().scalar(select(kept))


def settle(case: Case, *, outcome: str | None, at: datetime) -> None:
    """Give all reports of a case this outcome, and reporters the record that goes with it.

    None takes an outcome back, where a case opens again.
    """
    reports = session().scalars(
        select(Report).where(Report.case_id == case.id).order_by(Report.id),
        execution_options={"populate_existing": True},
    )
    for one in reports.all():
        record = _record_of(one)
        for result, by in ((one.outcome, -1), (outcome, +1)):
            if result == UPHELD:
                record.upheld += by
            elif result == DECLINED:
                record.declined += by
        one.outcome, one.decided_at = outcome, at if outcome else None


def tell_reporters(case: Case, subject: Subject, *, outcome: str, at: datetime) -> None:
    """Let everyone who reported a thing know how it ended."""
    reporters = select(Report.reporter_id).where(Report.case_id == case.id)
    for user_id in filter(None, session().scalars(reporters).all()):
        notify(
            user_id=user_id,
            kind="report_decided",
            details={"subject": name_of(subject), "outcome": outcome, "report_id": case.id},
            at=at,
        )


def trust_in(reporter: str) -> float:
    """Return how much a report of this reader or rule weighs: 1 without a record, up to 2."""
    record = session().get(ReportingRecord, reporter, populate_existing=True)
    if record is None:
        return 1.0
    return MOST_TRUST * (record.upheld + 1) / (record.upheld + record.declined + 2)


def _share_of(reporter: Viewer, case: Case, at: datetime) -> float:
    joined_at = session().scalar(select(User.joined_at).where(User.id == reporter.id))
    if joined_at is None or at - joined_at >= NEW_REPORTER:
        return 1.0
    return NEW_REPORTERS_SHARE / (1 + case.reports_count)


def _check_number(reporter: Viewer, at: datetime) -> None:
    lately = Report.reporter_id == reporter.id, Report.made_at > at - REPORTS_WITHIN
    if (session().scalar(select(func.count(Report.id)).where(*lately)) or 0) >= MOST_REPORTS:
        raise TooMany(
            f"You have reported {MOST_REPORTS} things within a day. Please give the moderators "
            "time to look at them.",
            retry_after=int(REPORTS_WITHIN.total_seconds()),
        )


def _checked(subject: Subject, reason: str, words: str) -> str:
    if reason not in REASONS_FOR[subject.kind]:
        raise Invalid(reason="Please choose one of the reasons.")
    if not text.is_readable(words):
        raise Invalid(words="Some characters can’t be read; please retype this.")
    said = text.tidy(words)
    if len(said) > LONGEST_REPORT:
        raise Invalid(words=f"Please use at most {LONGEST_REPORT:,} characters.")
    if reason == NEEDS_WORDS and text.is_blank(said):
        raise Invalid(words="Please say in a few words what is wrong.")
    return said


def _add(case: Case, new: Report, *, at: datetime) -> None:
    new.case_id, new.made_at = case.id, at
    session().add(new)
    case.reports_count += 1
    case.weight += new.weight
    case.due_at = case.opened_at - case.weight * HASTE
    if new.weight > case.heaviest:
        case.heaviest, case.reason = new.weight, new.reason
    session().flush()


def _record_of(one: Report) -> ReportingRecord:
    reporter = f"rule:{one.rule}" if one.rule else f"user:{one.reporter_id}"
    return row_in_turn(
        ReportingRecord,
        reporter,
        lambda: ReportingRecord(reporter=reporter, upheld=0, declined=0),
    )
