"""The application with an address that hangs, as a fault in it might: for `test_gunicorn.py`."""

from time import sleep

from bookreviews import create_app

application = create_app()


@application.get("/hang")
def hang() -> str:
    """Take longer than anybody waits."""
    sleep(600)
    return "at last"
