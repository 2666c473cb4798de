"""Jobs about the catalogue."""

from flask import Flask

from bookreviews.catalog import browsing
from bookreviews.extensions import bound
from tests import crowd


def test_the_books_of_subjects_are_counted(app: Flask) -> None:
    crowd.books(3, subject="Fiction")
    bound("jobs").do("count_works_of_subjects")
    assert [(row.name, row.works_count) for row in browsing.top_subjects()] == [("Fiction", 3)]
