"""What went wrong with a request, as a title and a sentence: Werkzeug's own speak of servers."""

from werkzeug.exceptions import HTTPException

_WORDS = {
    400: ("We could not read that", "Something in the request was damaged. Please try again."),
    401: ("Please sign in", "This is for readers who are signed in."),
    403: ("Not allowed", "This isn't yours to do."),
    404: ("There is nothing here", "The address may be mistyped, or the page has gone."),
    405: ("That can't be done here", "This address does not take what your browser sent."),
    413: ("That is too much", "What you sent is larger than we take. Please shorten it."),
    415: ("We could not read that", "What you sent is in a form that we don't take."),
    422: ("Please check what you entered", "Something in it is missing or can't be so."),
    429: ("Too many attempts", "Please wait a while and try again."),
    500: ("Something broke on our side", "It is not your doing. Nothing you saved is lost."),
}

EXPIRED = (
    "This page had been open too long",
    "Nothing was changed. Please load the page again and repeat what you did.",
)


def words_for(error: HTTPException) -> tuple[str, str]:
    """Return what happened, and what to do about it."""
    return _WORDS.get(error.code or 500, (error.name, "Please go back and try again."))
