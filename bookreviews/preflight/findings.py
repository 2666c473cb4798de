"""What is wrong before a start, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is unsafe or missing: two sentences for an operator."""

    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.problem} {self.mend}"
