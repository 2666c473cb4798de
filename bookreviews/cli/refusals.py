"""How commands refuse: with a sentence and exit code 1, never with a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bookreviews.errors import DomainError


@contextmanager
def told_plainly() -> Iterator[None]:
    """Tell an operator what the domain refuses."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(str(error)) from error
