"""What went wrong, in one line that can be shown to an operator and kept."""

LONGEST = 500


def words_of(error: BaseException) -> str:
    """Return the error's class and the first line of its message.

    What follows the first line is often what a statement was asked with: nothing to keep.
    """
    lines = str(error).strip().splitlines()
    told = " ".join([f"{type(error).__name__}:", *lines[:1]]) if lines else type(error).__name__
    return "".join(c if c.isprintable() else " " for c in told)[:LONGEST]
