"""Secrets that we hand out and keep as digests: of sessions, letters, invitations."""

import hashlib
import secrets


def new_token() -> str:
    """Return a token of 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return the digest under which a secret is kept; it must have much chance in it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
