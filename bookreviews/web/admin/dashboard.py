"""The dashboard: what needs a decision, and what is unusual today."""

from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt

from flask import render_template

from bookreviews.accounts import queries as accounts
from bookreviews.breakages import queries as breakages
from bookreviews.chores import queries as chores
from bookreviews.lib.clock import now
from bookreviews.lib.days import beginning_of, last_days
from bookreviews.mail import queries as mail
from bookreviews.moderation import desk, queue
from bookreviews.reviews import queries as reviews
from bookreviews.web.admin.doors import room
from bookreviews.web.charts import Chart, chart_of

blueprint = room("dashboard")

DAYS = 30
# The weeks before today, whole, so that each has its weekend.
PAST_DAYS = 28
# So many standard deviations above the mean day (of counts, which vary by their root) is unusual,
# and never fewer than so many things: on a quiet site two sign-ups are no news.
FAR, FEWEST = 3.0, 5

_MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class Usual:
    """How today compares with the four weeks before it."""

    name: str
    today: int
    mean: float

    @property
    def is_far_off(self) -> bool:
        """Tell whether today has far more than a usual day."""
        return self.today >= FEWEST and self.today > self.mean + FAR * sqrt(max(self.mean, 1.0))


@blueprint.get("")
def show() -> str:
    """Show what waits for somebody, and the last thirty days."""
    at = now()
    charts = _charts(at)
    oldest = queue.oldest_open_case()
    return render_template(
        "admin/dashboard.html",
        open_cases=queue.count_open_cases(),
        open_appeals=desk.count_open_appeals(),
        age=_age_of(oldest, at) if oldest else None,
        approvals=accounts.waiting_for_approval(most=_MOST_WAITING),
        most_approvals=_MOST_WAITING,
        given_up=mail.count_given_up(),
        waiting_letters=mail.count_waiting(),
        failed_chores=[chore for chore in chores.list_chores() if chore.failures],
        usual=[usual(chart) for chart in charts],
        charts=charts,
    )


def usual(chart: Chart) -> Usual:
    """Compare a chart's last day with the mean of the days before it."""
    past = [bar.count for bar in chart.bars[-PAST_DAYS - 1 : -1]]
    return Usual(chart.title, chart.last, sum(past) / max(len(past), 1))


def _charts(at: datetime) -> list[Chart]:
    days: list[date] = last_days(DAYS, until=at)
    since = beginning_of(days[0])
    signed_up = {
        date.fromisoformat(row.day): row.number for row in accounts.sign_ups_per_day(since)
    }
    return [
        chart_of("sign-ups", "Sign-ups", signed_up, days),
        chart_of("reviews", "Reviews", reviews.count_per_day(since), days),
        chart_of("reports", "Cases opened", queue.cases_opened_per_day(since), days),
        chart_of("errors", "Errors", breakages.count_per_day(days[0]), days),
    ]


def _age_of(opened_at: datetime, at: datetime) -> str:
    hours = int((at - opened_at).total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} {'hour' if hours == 1 else 'hours'}"
    return f"{hours // 24} days"
