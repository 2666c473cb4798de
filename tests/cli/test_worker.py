"""What the worker says of mail when it starts; tests/jobs/test_worker.py runs it."""

import pytest

from bookreviews.cli.worker import where_mail_goes
from bookreviews.config import ROOT
from tests.conftest import settings_for


@pytest.mark.parametrize(
    ("mail_url", "words"),
    [
        ("", "Warning: MAIL_URL is not set, so letters wait and nobody gets mail."),
        ("folder:var/mail", "Mail is not sent, but written into var/mail"),
        ("folder:/srv/mail", "Mail is not sent, but written into /srv/mail"),
        ("smtp://bo:secret@mail.example", "Mail goes out by mail.example."),
    ],
)
def test_it_says_where_mail_goes(mail_url: str, words: str) -> None:
    settings = settings_for("sqlite:///:memory:", mail_url=mail_url)
    assert where_mail_goes(settings) == words
    assert settings.mail_folder is None or settings.mail_folder.is_relative_to(ROOT) == (
        "var" in mail_url
    )
