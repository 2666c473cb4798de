"""What a list's address chooses: its order."""

from typing import Any, get_args

from flask import request


def chosen_sort(kind: Any) -> Any:
    """Return the order asked for, a value of the Literal `kind`; anything else means its first."""
    known = get_args(kind)
    asked = request.args.get("sort")
    return asked if asked in known else known[0]
