"""The door for programs: JSON, described by /api/v1/openapi.json; one module for each noun.

The pages' own scripts use it with the reader's cookie, and with the token against forgery in
the header X-CSRFToken.
"""

from flask import Flask
from flask_smorest import Api

from bookreviews.api import previews, reviews, works

PREFIX = "/api/"

_NOUNS = (works, reviews, previews)


def open_door(app: Flask) -> None:
    """Let programs in, and describe what they find."""
    api = Api(app)  # one for each application, since it holds the description
    for noun in _NOUNS:
        api.register_blueprint(noun.blueprint, url_prefix=f"{PREFIX}v1")
