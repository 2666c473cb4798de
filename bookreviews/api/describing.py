"""What the description says beyond shapes: who may call, and which refusals to expect."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask_smorest import Api, Blueprint

from bookreviews.api.problems import MEDIA_TYPE
from bookreviews.api.schemas import ProblemSchema

# How the pages' scripts are known; both belong together.
SIGNED_IN: dict[str, list[str]] = {"session": [], "forgery_token": []}


def describe_keys(api: Api) -> None:
    """Tell what the keys of SIGNED_IN are."""
    api.spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": "session"}
    )
    api.spec.components.security_scheme(
        "forgery_token", {"type": "apiKey", "in": "header", "name": "X-CSRFToken"}
    )


def refuses(blueprint: Blueprint, *statuses: int) -> Callable[[Any], Any]:
    """Describe the problems a view may answer with."""

    def describe(view: Any) -> Any:
        for status in statuses:
            view = blueprint.alt_response(
                status,
                schema=ProblemSchema,
                content_type=MEDIA_TYPE,
                description=HTTPStatus(status).phrase,
            )(view)
        return view

    return describe
