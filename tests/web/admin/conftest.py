"""What tests of the admins' rooms share: Ada at her browser, and settings that hold at once."""

import pytest
from flask import Flask

from bookreviews.accounts.viewer import Viewer
from tests.client import Client, client_of


@pytest.fixture
def as_ada(app: Flask, ada: Viewer) -> Client:
    """Return a browser where Ada is signed in."""
    return client_of(app, ada)
