"""What tests of the desk share: moderators at work, and something for them to look at."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from tests.client import Client, client_of
from tests.moderation.scenes import report_review
from tests.reviews.acts import post


@pytest.fixture
def as_mo(app: Flask, mo: Viewer) -> Client:
    """Return a browser where Mo is signed in."""
    return client_of(app, mo)


@pytest.fixture
def as_ada(app: Flask, ada: Viewer) -> Client:
    """Return a browser where Ada is signed in."""
    return client_of(app, ada)


@pytest.fixture
def review_id(alex: Viewer, book_id: int) -> int:
    """Return the id of a review that Alex wrote."""
    return post(alex, book_id, stars=4.0, body="Buy *now* at <b>my shop</b>.")


@pytest.fixture
def case_id(bo: Viewer, review_id: int) -> int:
    """Return the id of the case that Bo has opened by reporting it."""
    return report_review(bo, review_id, words="He sells it <script>himself</script>.")
