"""The dashboard tells what waits, and what is unusual today."""

from datetime import timedelta

import pytest

from bookreviews.accounts import services as accounts
from bookreviews.lib.clock import now
from bookreviews.lib.days import last_days
from bookreviews.transactions import transaction
from bookreviews.web.admin.dashboard import usual
from bookreviews.web.charts import chart_of
from tests.client import Client

DAYS = last_days(30, until=now())


def join(count: int, *, days_ago: int = 0) -> None:
    at = now() - timedelta(days=days_ago)
    with transaction():
        for number in range(count):
            name = f"cleo_{days_ago}_{number}"
            accounts.sign_up(
                username=name,
                name="Cleo",
                email=f"{name}@example.org",
                password_hash=None,
                at=at,
            )


def test_a_quiet_site_is_as_usual(as_ada: Client) -> None:
    page = as_ada.get("/admin").text
    assert "Nobody waits for a moderator." in page
    assert "Far more than usual" not in page
    assert page.count('role="img" aria-label="Sign-ups on each of the last 30 days') == 1


def test_a_wave_of_sign_ups_is_far_off(as_ada: Client) -> None:
    for days_ago in (1, 2, 40):
        join(2, days_ago=days_ago)
    join(12)
    page = as_ada.get("/admin").text
    assert page.count("Far more than usual") == 1
    assert "<strong>12</strong> today" in page


@pytest.mark.parametrize(
    ("past", "today", "is_far_off"),
    [(0, 4, False), (0, 5, True), (1, 4, False), (1, 5, True), (10, 19, False), (10, 20, True)],
)
def test_far_off_is_three_deviations_above_the_mean(
    past: int, today: int, is_far_off: bool
) -> None:
    counts = {**dict.fromkeys(DAYS[:-1], past), DAYS[-1]: today}
    assert usual(chart_of("x", "X", counts, DAYS)).is_far_off == is_far_off
