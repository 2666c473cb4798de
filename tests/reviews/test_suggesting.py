"""What somebody might read next: works like one, works for a reader."""

from flask import Flask

from bookreviews.accounts.viewer import Viewer
from bookreviews.jobs.ratings import compare_works
from bookreviews.reviews import suggesting
from tests import crowd
from tests.conftest import NOON, any_database
from tests.reviews.acts import add_work, post, rate, withdraw
from tests.reviews.test_rated_works import titles


class TestWorksLikeOne:
    @any_database
    def test_of_a_cold_book_are_of_its_series_author_subject_and_language(self, app: Flask) -> None:
        readers = crowd.readers(3)
        this = add_work("This", authors=["Jane Austen"], subjects=["Classics"], series="Novels")
        for title, facts, count in (
            ("Foreign", {"subjects": ["Classics"], "language": "de"}, 3),
            ("Less known", {"subjects": ["Classics"]}, 1),
            ("Known", {"subjects": ["Classics", "Romance"]}, 2),
            ("Her other", {"authors": ["Jane Austen"], "subjects": ["Letters"]}, 0),
            ("The next", {"series": "Novels", "series_position": 2}, 0),
            ("Unlike", {"subjects": ["Cooking"]}, 3),
        ):
            rate(add_work(title, **facts), readers, *[4.0] * count)
        found = titles(suggesting.works_like(this, most=9))
        assert found == ["The next", "Her other", "Known", "Less known", "Foreign"]
        assert titles(suggesting.works_like(this, most=1)) == ["The next"]

    @any_database
    def test_are_first_of_all_rated_alike_by_the_same_readers(self, app: Flask) -> None:
        readers = crowd.readers(12)
        this, alike, opposite, author = (
            add_work(title, authors=[name])
            for title, name in (("This", "A"), ("Alike", "B"), ("Opposite", "C"), ("Same", "A"))
        )
        stars = [5.0, 1.0] * 6
        rate(this, readers, *stars)
        rate(alike, readers, *stars)
        rate(opposite, readers, *reversed(stars))
        assert titles(suggesting.works_like(this, most=9)) == ["Same"]
        compare_works(NOON)
        assert titles(suggesting.works_like(this, most=9)) == ["Alike", "Same"]
        assert titles(suggesting.works_like(author, most=9)) == ["This"]

    def test_are_forgotten_with_the_ratings(self, app: Flask) -> None:
        readers = crowd.readers(6)
        this, other = add_work("This"), add_work("Other")
        for work_id in (this, other):
            rate(work_id, readers, *[5.0, 4.0] * 3)
        compare_works(NOON)
        assert titles(suggesting.works_like(this, most=9)) == ["Other"]
        for review_id, reader in zip(range(1, 5), readers, strict=False):
            withdraw(reader, review_id)
        compare_works(NOON)
        assert titles(suggesting.works_like(this, most=9)) == []


class TestWorksForAReader:
    @any_database
    def test_are_well_rated_ones_of_subjects_they_liked(self, app: Flask) -> None:
        me, *others = crowd.readers(6)
        liked, disliked = (
            add_work(f"My {subject}", subjects=[subject]) for subject in ("Fantasy", "History")
        )
        post(me, liked, stars=4.0)
        post(me, disliked, stars=3.5)
        good, better, history = (
            add_work(title, subjects=[subject])
            for title, subject in (("Good", "Fantasy"), ("Better", "Fantasy"), ("Old", "History"))
        )
        add_work("Unrated", subjects=["Fantasy"])
        rate(good, others, *[3.5] * 5)
        rate(better, others, *[5.0] * 5)
        rate(history, others, *[5.0] * 5)
        assert titles(suggesting.works_for(me, most=9)) == ["Better", "Good"]
        assert titles(suggesting.works_for(me, most=1)) == ["Better"]

    def test_are_none_for_who_has_liked_nothing(self, alex: Viewer, bo: Viewer) -> None:
        post(bo, add_work("Emma", subjects=["Classics"]), stars=5.0)
        assert suggesting.works_for(alex, most=9) == []

    def test_forget_what_was_withdrawn(self, alex: Viewer, bo: Viewer) -> None:
        mine = add_work("Emma", subjects=["Classics"])
        post(bo, mine, stars=5.0)
        post(bo, add_work("Persuasion", subjects=["Classics"]), stars=5.0)
        review_id = post(alex, mine, stars=5.0)
        assert titles(suggesting.works_for(alex, most=9)) == ["Persuasion"]
        withdraw(alex, review_id)
        assert suggesting.works_for(alex, most=9) == []
