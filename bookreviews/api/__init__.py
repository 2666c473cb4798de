"""The door for programs: JSON, described by /api/v1/openapi.json; one module for each noun.

The pages' own scripts use it with the reader's cookie, and with the token against forgery in
the header X-CSRFToken.
"""

from flask import Flask
from flask_smorest import Api

from bookreviews.api import duplicates, lookups, previews, reviews, suggestions, works
from bookreviews.api.describing import describe_keys
from bookreviews.api.problems import MEDIA_TYPE
from bookreviews.api.schemas import ProblemSchema

PREFIX = "/api/"

_NOUNS = (works, reviews, previews, duplicates, lookups, suggestions)


class _Api(Api):  # type: ignore[misc]
    ERROR_SCHEMA = ProblemSchema


def open_door(app: Flask) -> None:
    """Let programs in, and describe what they find."""
    api = _Api(app)  # one for each application, since it holds the description
    describe_keys(api)
    for noun in _NOUNS:
        api.register_blueprint(noun.blueprint, url_prefix=f"{PREFIX}v1")
    for refusal in api.spec.components.responses.values():
        refusal["content"][MEDIA_TYPE] = refusal["content"].pop("application/json")
