"""Messages that hold together, and a real server that takes them, or doesn't."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from bookreviews.lib import mail
from bookreviews.lib.mail import (
    Folder,
    NotDelivered,
    Refused,
    Server,
    Unreachable,
    compose,
    transport_of,
)
from tests.postbox import PASSWORD, Postbox, guarded, listening, make_certificate, tls_context

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def message(**changes: Any) -> EmailMessage:
    values: dict[str, Any] = {
        "sender": "BookReviews <no-reply@books.example>",
        "to": "bo@example.org",
        "subject": "Your review of “Çoban”",
        "text": "A line.\n.\nFrom Bo: 'ü' " + "long " * 300 + "\n",
        "html": "<p>A line – ü</p>",
        "message_id": "letter.7@books.example",
        "at": NOON,
    }
    return compose(**(values | changes))


def body_of(taken: EmailMessage, kind: str) -> str:
    part = taken.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with listening(Postbox()) as one:
        yield one


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


class TestMessage:
    def test_has_both_forms_and_says_that_no_person_wrote_it(self) -> None:
        made = message()
        assert made["From"] == "BookReviews <no-reply@books.example>"
        assert made["To"] == "bo@example.org"
        assert made["Subject"] == "Your review of “Çoban”"
        assert made["Date"].datetime == NOON
        assert made["Message-ID"] == "<letter.7@books.example>"
        assert made["Auto-Submitted"] == "auto-generated"
        assert made.get_content_type() == "multipart/alternative"
        assert body_of(made, "html") == "<p>A line – ü</p>\n"
        assert all(len(line) <= 998 for line in made.as_bytes().splitlines())

    @pytest.mark.parametrize("field", ["sender", "to", "subject", "message_id"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\x00"])
    def test_takes_no_header_of_somebody_elses_making(self, field: str, end: str) -> None:
        with pytest.raises(ValueError, match="one line"):
            message(**{field: f"bo@example.org{end}Bcc: all@example.org"})

    @pytest.mark.parametrize(
        "to", ["", "bo", "bo@", "@", "bo@example.org, al@example.org", "<bo@example.org>", "a b@c"]
    )
    def test_goes_to_one_address(self, to: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            message(to=to)

    @pytest.mark.parametrize("name", ["Books, and more", 'The "Café"', "書評"])
    def test_comes_from_a_site_of_any_name(self, name: str) -> None:
        quoted = name.replace('"', '\\"')
        sender = message(sender=f'"{quoted}" <no-reply@books.example>')["From"].addresses[0]
        assert (sender.display_name, sender.addr_spec) == (name, "no-reply@books.example")


class TestAddressOfATransport:
    def test_names_a_server(self) -> None:
        assert transport_of("smtp://mail.example") == Server("mail.example", 587)
        assert transport_of("smtps://bo:p%40%3A@mail.example/") == Server(
            "mail.example", 465, "bo", "p@:", tls_at_once=True
        )
        assert transport_of("smtp://[::1]:2525") == Server("::1", 2525)

    def test_names_a_folder(self) -> None:
        assert transport_of("folder:/srv/mail") == Folder(Path("/srv/mail"))

    @pytest.mark.parametrize(
        "url",
        ["", "folder:", "mail.example", "http://x:secret@y", "smtp://", "smtp://x:secret@y:port"],
    )
    def test_that_is_none_is_refused_and_not_repeated(self, url: str) -> None:
        with pytest.raises(ValueError, match="not smtp://") as refused:
            transport_of(url)
        assert "secret" not in str(refused.value)

    def test_keeps_its_password_to_itself(self) -> None:
        assert "secret" not in repr(transport_of("smtp://bo:secret@mail.example"))


class TestFolder:
    def test_gets_one_file_for_each_message(self, tmp_path: Path) -> None:
        folder = tmp_path / "var" / "mail"
        for number in (1, 2, 2):  # the second one twice
            transport_of(f"folder:{folder}").send(message(message_id=f"letter.{number}@b.example"))
        names = sorted(file.name for file in folder.iterdir())
        assert names == [
            "20260314-120000-letter.1b.example.eml",
            "20260314-120000-letter.2b.example.eml",
        ]
        read = message_from_bytes((folder / names[0]).read_bytes(), policy=default)
        assert isinstance(read, EmailMessage)
        assert body_of(read, "plain") == body_of(message(), "plain")

    def test_that_cannot_be_written_is_told_of(self, tmp_path: Path) -> None:
        (tmp_path / "mail").write_text("a file")
        with pytest.raises(Unreachable, match="can't be written: "):
            Folder(tmp_path / "mail").send(message())


class TestServer:
    def test_takes_a_message_as_it_is(self, postbox: Postbox) -> None:
        transport_of(postbox.url).send(message())
        (taken,) = postbox.messages
        assert body_of(taken, "plain") == body_of(message(), "plain")
        assert taken["Subject"] == "Your review of “Çoban”"
        assert taken["Message-ID"] == "<letter.7@books.example>"
        assert postbox.sessions[0].host_name == "books.example"

    def test_takes_an_address_in_any_script(self) -> None:
        with listening(Postbox(), enable_SMTPUTF8=True) as postbox:
            transport_of(postbox.url).send(message(to="бо@пример.example"))
        assert postbox.recipients == ["бо@пример.example"]

    def test_may_know_no_other_script(self) -> None:
        with listening(Postbox(), enable_SMTPUTF8=False) as postbox, pytest.raises(Refused):
            transport_of(postbox.url).send(message(to="бо@пример.example"))

    def test_gets_no_password_in_the_clear(self, postbox: Postbox) -> None:
        with pytest.raises(Unreachable, match="no TLS"):
            transport_of(postbox.url_with_password).send(message())
        assert postbox.messages == []

    def test_that_is_away_is_told_of(self) -> None:
        with pytest.raises(Unreachable, match="refused") as failed:
            transport_of(Postbox().url_with_password).send(message())
        assert "s3cret" not in str(failed.value)

    def test_that_never_answers_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail, "TIMEOUT", 0.1)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            server = Server("127.0.0.1", silent.getsockname()[1])
            with pytest.raises(Unreachable, match="timed out"):
                server.send(message())

    @pytest.mark.parametrize("moment", ["to_recipient", "to_data"])
    def test_may_want_it_later(self, postbox: Postbox, moment: str) -> None:
        getattr(postbox, moment).append("451 4.7.1 Come back later")
        with pytest.raises(NotDelivered, match=r"451 4\.7\.1 Come back later") as failed:
            transport_of(postbox.url).send(message())
        assert type(failed.value) is NotDelivered
        transport_of(postbox.url).send(message())
        assert len(postbox.messages) == 1

    @pytest.mark.parametrize("moment", ["to_recipient", "to_data"])
    def test_may_refuse_it_for_good(self, postbox: Postbox, moment: str) -> None:
        getattr(postbox, moment).append("550 5.1.1 Nobody of this name")
        with pytest.raises(Refused, match=r"550 5\.1\.1 Nobody of this name"):
            transport_of(postbox.url).send(message())


class TestServerWithTls:
    def test_gets_the_password_where_its_certificate_holds(self, trusted: Path) -> None:
        with guarded(Postbox(), trusted) as postbox:
            transport_of(postbox.url_with_password).send(message())
        (session,) = postbox.sessions
        assert session.authenticated
        assert session.ssl is not None

    def test_gets_no_password_where_it_does_not(self, certificate: Path) -> None:
        with guarded(Postbox(), certificate) as postbox, pytest.raises(Unreachable) as failed:
            transport_of(postbox.url_with_password).send(message())
        assert "verify failed" in str(failed.value)
        assert postbox.messages == []

    def test_that_wants_another_password_is_told_of_without_it(self, trusted: Path) -> None:
        with guarded(Postbox(), trusted) as postbox, pytest.raises(Unreachable) as failed:
            transport_of(postbox.url_with_password.replace("site@", "cat@")).send(message())
        assert "535" in str(failed.value)
        assert "s3cret" not in str(failed.value)

    def test_gets_mail_without_password_over_any_tls(self, certificate: Path) -> None:
        with listening(Postbox(), tls_context=tls_context(certificate)) as postbox:
            transport_of(postbox.url).send(message())
        assert postbox.sessions[0].ssl is not None

    def test_may_speak_it_from_the_start(self, trusted: Path) -> None:
        with listening(Postbox(), ssl_context=tls_context(trusted)) as postbox:
            transport_of(postbox.url.replace("smtp", "smtps")).send(message())
        assert len(postbox.messages) == 1

    def test_must_have_a_certificate_that_holds_from_the_start(self, certificate: Path) -> None:
        with listening(Postbox()) as postbox, pytest.raises(Unreachable):
            transport_of(postbox.url.replace("smtp", "smtps")).send(message())
        assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED
        assert PASSWORD not in repr(postbox.url)
