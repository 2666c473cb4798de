"""Batches are as large as the site's writers can wait for."""

from flask import Flask

from bookreviews.catalog.loading import pace
from bookreviews.catalog.loading.entries import Entry, Skipped
from bookreviews.catalog.loading.pace import Pace


def entry(length: int = 10) -> Entry:
    return Entry(1, b"x" * length, Skipped("test"))


def test_it_goes_nearer_to_what_fits_but_never_far_at_once(app: Flask) -> None:
    steady = Pace()
    steady.learn(steady.size, pace.AIM["sqlite"])
    assert steady.size == pace.FEWEST
    for _ in range(9):
        steady.learn(steady.size, 0.0001)
    assert steady.size == pace.MOST
    steady.learn(steady.size, 60.0)
    assert steady.size == pace.MOST // 2
    for _ in range(9):
        steady.learn(steady.size, 60.0)
    assert steady.size == pace.FEWEST


def test_ids_come_in_parts_that_follow_the_pace_at_once(app: Flask) -> None:
    steady, parts = Pace(), []
    for part in steady.parts(range(1000)):
        parts.append(part)
        steady.learn(len(part), 0.0001)
    assert [len(part) for part in parts] == [100, 200, 400, 300]
    assert [one for part in parts for one in part] == list(range(1000))


def test_a_batch_has_so_many_entries_and_not_too_many_bytes(app: Flask) -> None:
    sizes = [len(batch) for batch in Pace().batches(entry() for _ in range(250))]
    assert sizes == [100, 100, 50]
    large = pace.MOST_BYTES // 2
    sizes = [len(batch) for batch in Pace().batches(entry(large) for _ in range(4))]
    assert sizes == [3, 1]
