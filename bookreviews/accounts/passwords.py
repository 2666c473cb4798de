"""Passwords as Argon2id hashes (RFC 9106); checking takes as long for nobody as for somebody."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200

# OWASP's setting for servers: 19 MiB, two passes; about 20 ms, and several fit in a small host.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("the password of nobody")


def hash_password(password: str) -> str:
    """Return the hash to keep, with its own salt and parameters inside."""
    return _hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password; for None it takes the same time and says no."""
    try:
        return _hasher.verify(password_hash or _NOBODYS, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
