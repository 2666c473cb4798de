"""The command that tries mail out."""

from flask import Flask

from bookreviews.mail import queries


def test_it_writes_a_letter_and_says_what_becomes_of_mail(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["mail", "test", "ada@example.org"])
    assert result.exit_code == 0
    assert "Warning: MAIL_URL is not set" in result.output
    assert queries.count_waiting() == 1


def test_it_refuses_what_is_no_address(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["mail", "test", "ada"])
    assert result.exit_code == 1
    assert "That is not an e-mail address." in result.output
    assert queries.count_waiting() == 0
