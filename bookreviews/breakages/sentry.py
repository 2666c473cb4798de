"""Tells Sentry, or what speaks its language, of errors that are ours, with nothing of readers.

The library would watch the whole process and send what it sees: addresses with their tokens, the
values of variables, statements as breadcrumbs. Here it is told what to send: where it broke, as a
traceback without values, the first line of the message, and the reference that the log has too.
"""

from typing import Any

from sentry_sdk import Client, Scope
from sentry_sdk.utils import event_from_exception

from bookreviews.config import Settings
from bookreviews.lib.failures import LONGEST


class Sentry:
    """One project of a Sentry, told in the background, so that nobody waits for it."""

    def __init__(self, settings: Settings) -> None:
        self._client = Client(
            dsn=settings.sentry_dsn,
            environment=settings.bookreviews_env,
            server_name="",  # a host's name is nobody else's business
            include_local_variables=False,
            include_source_context=True,
            max_request_body_size="never",
            default_integrations=False,
            auto_enabling_integrations=False,
            before_send=_first_lines,
        )

    def tell(self, error: BaseException, *, place: str, reference: str) -> None:
        """Tell of an error: `place` is the route or the job, `reference` finds it in the log."""
        event, hint = event_from_exception(error, client_options=self._client.options)
        event["transaction"] = place
        event["tags"] = {"reference": reference}
        self._client.capture_event(event, hint, Scope())

    def end(self) -> None:
        """Send what waits, for two seconds at most, and stop."""
        self._client.close(timeout=2)


def _first_lines(event: Any, _hint: dict[str, Any]) -> Any:
    """Cut what errors say to their first lines: the others hold what statements were asked with."""
    for told in event["exception"]["values"]:  # the error, and what led to it
        told["value"] = str(told.get("value") or "").strip().split("\n", 1)[0][:LONGEST]
    return event
