"""What was kept for a while only is forgotten."""

from datetime import timedelta

import pytest
from flask import Flask

from bookreviews.accounts import services as accounts
from bookreviews.jobs.tidying import ORIGINS_ARE_KEPT, tidy
from bookreviews.mail import queries
from bookreviews.mail import services as mail
from bookreviews.reviews import standing
from bookreviews.transactions import transaction
from tests.conftest import NOON


def test_each_feature_forgets_its_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(accounts, "forget_old", lambda *, at: seen.append(at))
    monkeypatch.setattr(standing, "forget_origins", lambda *, before: seen.append(before))
    with transaction():
        mail.write_letter(address="bo@example.org", template="test", details={}, at=NOON)
    tidy(NOON)
    assert (seen, queries.count_waiting()) == ([NOON, NOON - ORIGINS_ARE_KEPT], 1)
    tidy(NOON + mail.ANY_IS_KEPT + timedelta(seconds=1))
    assert queries.count_waiting() == 0
