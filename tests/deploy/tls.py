"""TLS for the sites of these tests: a certificate of their own, and what is spoken with it."""

import socket
import ssl
import subprocess
from contextlib import closing
from pathlib import Path

from tests.walkthrough.servers import PATIENCE, program


def certify(place: Path) -> Path:
    """Make the folder with key and certificate, signed by itself; return the certificate."""
    place.mkdir()
    certificate = place / "fullchain.pem"
    command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(certificate)]
    subprocess.run([*command, "-keyout", str(place / "privkey.pem")], check=True)
    return certificate


def protocol_spoken_at(host: str, port: int, trusted: ssl.SSLContext) -> tuple[str | None, ...]:
    """Return what a browser speaks there: of HTTP, and of TLS."""
    trusted.set_alpn_protocols(["h2", "http/1.1"])
    with (
        closing(socket.create_connection((host, port), PATIENCE)) as wire,
        trusted.wrap_socket(wire, server_hostname=host) as secured,
    ):
        return secured.selected_alpn_protocol(), secured.version()
