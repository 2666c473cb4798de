"""Electronic mail: makes a message of text and HTML, and sends it by SMTP or into a folder.

The address of a transport says how mail goes:

    smtp://user:password@host:587   STARTTLS where it is offered; with a password it must be
    smtps://user:password@host:465  TLS from the first byte
    folder:/srv/var/mail            one file for each message, for those who develop
"""

import contextlib
import os
import re
import smtplib
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError, NonASCIILocalPartDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

# For each answer of the server; a message needs about ten of them.
TIMEOUT = 15.0

_PORTS = {"smtp": 587, "smtps": 465}


class NotDelivered(Exception):
    """The message did not go out this time; the reason holds no password."""


class Unreachable(NotDelivered):
    """The server is away or takes nothing from us: other messages would fare the same."""


class Refused(NotDelivered):
    """The server will never take this message: to try again would be a nuisance."""


class Transport(Protocol):
    """A way for messages to go."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over, or raise NotDelivered."""


def compose(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    at: datetime,
) -> EmailMessage:
    """Return the message; ValueError where an address is none, or a header holds a line break.

    `message_id` comes without its angle brackets. A message sent twice keeps it, so that the
    second copy can be told for what it is.
    """
    message = EmailMessage()
    try:
        message["From"] = _address(sender)
        message["To"] = _address_of("", _one_line(to))
        message["Subject"] = _one_line(subject)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{_one_line(message_id)}>"
        message["Auto-Submitted"] = "auto-generated"  # nobody's holiday answers it (RFC 3834)
    except (MessageError, IndexError) as error:  # what the parser says of some broken addresses
        raise ValueError("That is no address to write to or from.") from error
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def transport_of(url: str) -> Transport:
    """Return the transport of this address; ValueError, without the address, if it is none."""
    if url.startswith("folder:") and url != "folder:":
        return Folder(Path(url.removeprefix("folder:")))
    server = _server_of(url)
    if server is None:
        raise ValueError("not smtp://user:password@host:587, smtps://… or folder:…")
    return server


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder where each message becomes a file that mail programs open."""

    path: Path

    def send(self, message: EmailMessage) -> None:
        """Write the message; nobody ever sees half of it."""
        moment = message["Date"].datetime
        name = re.sub(r"[^\w.-]", "", f"{moment:%Y%m%d-%H%M%S}-{message['Message-ID']}")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.path, suffix=".draft")
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes(policy=SMTP))
            Path(draft).replace(self.path / f"{name}.eml")
        except OSError as error:
            raise Unreachable(f"The folder for mail can't be written: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class Server:
    """A server that takes mail by SMTP."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls_at_once: bool = False

    def send(self, message: EmailMessage) -> None:
        """Send the message in a connection of its own."""
        try:
            server = self._connect(message)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(self._reason(error)) from None
        try:
            _hand_over(message, server)
        except smtplib.SMTPException as error:
            raise self._verdict(error) from None
        except OSError as error:
            raise Unreachable(self._reason(error)) from None
        finally:
            # Whatever the server says to our farewell, what it has taken it has taken.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connect(self, message: EmailMessage) -> smtplib.SMTP:
        # Our own name would be asked for in the DNS, which may take long; the sender's will do.
        us = message["From"].addresses[0].domain.strip("[]") or "localhost"
        if self.tls_at_once:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, us, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, us, timeout=TIMEOUT)
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self.tls_at_once and server.has_extn("starttls"):
            server.starttls(context=self._starttls())
            server.ehlo()
        elif not self.tls_at_once and self.password:
            raise Unreachable("The server offers no TLS; a password isn't sent in the clear.")
        if self.password:
            server.login(self.user, self.password)

    def _starttls(self) -> ssl.SSLContext:
        """Return whom to trust: with a password the named host alone, else any TLS beats none."""
        context = ssl.create_default_context()
        if not self.password:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _verdict(self, error: smtplib.SMTPException) -> NotDelivered:
        reason = self._reason(error)
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return Unreachable(reason)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Refused(reason)
        is_about_us = isinstance(error, smtplib.SMTPSenderRefused)
        return Refused(reason) if _code(error) >= 500 and not is_about_us else NotDelivered(reason)

    def _reason(self, error: Exception) -> str:
        """Return what the server said, without our credentials should it have repeated them."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            ((code, words),) = error.recipients.values()
            told = f"{code} {_decoded(words)}"
        elif isinstance(error, smtplib.SMTPResponseException):
            told = f"{error.smtp_code} {_decoded(error.smtp_error)}"
        elif isinstance(error, OSError) and error.strerror:
            told = error.strerror
        else:
            told = str(error) or type(error).__name__
        if self.password:
            told = told.replace(self.password, "…")
        return " ".join(told.split())


def _server_of(url: str) -> Server | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        return None
    return Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_at_once=parts.scheme == "smtps",
    )


def _hand_over(message: EmailMessage, server: smtplib.SMTP) -> None:
    """Send the message; `send_message` would write ">From" where a line begins with From."""
    sender, to = (message[field].addresses[0].addr_spec for field in ("From", "To"))
    policy, options = SMTP, []
    if not (sender + to).isascii():
        if not server.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("The server takes no address in other than ASCII.")
        policy, options = SMTPUTF8, ["SMTPUTF8", "BODY=8BITMIME"]
    server.sendmail(sender, [to], message.as_bytes(policy=policy), mail_options=options)


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _decoded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _address(written: str) -> Address:
    """Return "Name <name@host>" as an address."""
    name, spec = parseaddr(_one_line(written))
    return _address_of(name, spec)


def _address_of(name: str, spec: str) -> Address:
    """Return an address; the library takes those in other scripts in two parts alone."""
    try:
        return Address(name, addr_spec=spec)
    except NonASCIILocalPartDefect:
        local, _, domain = spec.rpartition("@")
        return Address(name, username=local, domain=domain)


def _one_line(value: str) -> str:
    """Refuse a line break, which would begin a header of somebody else's making."""
    if any(not character.isprintable() for character in value):
        raise ValueError("A header is one line.")
    return value
