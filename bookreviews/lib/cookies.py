"""Signed cookies that don't depend on clocks which agree.

Flask refuses a cookie that was signed in the future, and there is one wherever a clock is set back,
or a host is a second behind another. Everybody would be signed out. Our sessions end in the
database (decision 0003), and a form's token with the session that it belongs to.
"""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer


class _Signer(TimestampSigner):
    """Believes a signature, whenever it was made."""

    # Theirs is overloaded, and tells by its arguments what it returns.
    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """Return what was signed, or raise BadSignature."""
        return super().unsign(signed_value, None, return_timestamp)  # type: ignore[call-overload]


class Sessions(SecureCookieSessionInterface):
    """Flask's session in a cookie, without an age of its own.

    Flask makes what signs it twice for each request, for visitors without a cookie too: a sixth of
    what a kept page costs. Here it is made once.
    """

    _serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs, with the keys and the form that Flask gives it."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
            if self._serializer is not None:
                self._serializer.signer = _Signer
        return self._serializer
