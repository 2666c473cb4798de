"""A real SMTP server on loopback that keeps what it takes, and answers as a test wants."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.walkthrough.servers import free_port, program

USER, PASSWORD = "bookreviews", "s3cret/of:the@site"


class Postbox:
    """What an SMTP server was given. `to_recipient` and `to_data` are answers it gives first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.sessions: list[Session] = []
        self.to_recipient: list[str] = []
        self.to_data: list[str] = []
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def url_with_password(self) -> str:
        return f"smtp://{USER}:s3cret%2Fof%3Athe%40site@127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_data:
            return self.to_data.pop(0)
        message = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.extend(envelope.rcpt_tos)
        self.sessions.append(session)
        return "250 Taken"


@contextmanager
def listening(postbox: Postbox, **options: Any) -> Iterator[Postbox]:
    """Let `postbox` take connections, meanwhile."""
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port, **options)
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()


@contextmanager
def guarded(postbox: Postbox, certificate: Path, **options: Any) -> Iterator[Postbox]:
    """Let it take connections that turn to TLS and give USER's PASSWORD."""
    with listening(
        postbox,
        tls_context=tls_context(certificate),
        require_starttls=True,
        authenticator=_is_ours,
        auth_required=True,
        **options,
    ):
        yield postbox


def tls_context(certificate: Path) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def make_certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that nobody but those who are told to trust."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        *(program("openssl"), "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
        *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-addext", "subjectAltName=IP:127.0.0.1"),
        *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
        *("-keyout", str(key), "-out", str(certificate)),
    ]
    subprocess.run(command, check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + key.read_text())
    return certificate


def _is_ours(
    _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, given: Any
) -> AuthResult:
    assert mechanism in ("LOGIN", "PLAIN")
    is_right = given == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False, auth_data=USER)
