"""A row as it is in the database, or will be: what files tell fills its gaps and no more."""

from dataclasses import dataclass, field
from typing import Any

from bookreviews.lib.languages import UNKNOWN

_NOTHING = (None, "", UNKNOWN)


def is_told(value: Any) -> bool:
    """Tell whether a value says something."""
    return value not in _NOTHING


@dataclass(slots=True, eq=False)
class Kept:
    """A row with its facts by column; `id` is 0 until a new one gets its number.

    A file never overwrites what is here: a reader may have set it right. So loading a file twice
    changes nothing the second time, and it doesn't matter which of two files comes first.
    """

    id: int
    facts: dict[str, Any]
    changed: dict[str, Any] = field(default_factory=dict)

    def fill(self, **told: Any) -> bool:
        """Take each fact that is missing here; tell whether there was any."""
        news = {
            name: value
            for name, value in told.items()
            if is_told(value) and not is_told(self.facts[name])
        }
        self.set(**news)
        return bool(news)

    def set(self, **news: Any) -> None:
        """Change facts."""
        self.facts.update(news)
        if self.id:
            self.changed.update(news)
