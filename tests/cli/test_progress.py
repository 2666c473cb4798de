"""Long commands tell how far they have come."""

import pytest

from bookreviews.cli import progress as module
from bookreviews.cli.progress import progress


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    return clock


def test_a_log_gets_a_line_now_and_then(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with progress("books.csv", 1000) as bar:
        bar.reached(100, 50)
        assert capsys.readouterr().out == ""
        clock.now += 10
        bar.reached(200, 450)
        assert capsys.readouterr().out == "books.csv: 20%, 50 entries a second, 0:01:20 left\n"
        clock.now += 1
        bar.reached(300, 50)
        assert capsys.readouterr().out == ""


def test_what_an_earlier_run_has_done_makes_nothing_look_faster(clock: Clock) -> None:
    with progress("books.csv", 1000) as bar:
        bar.reached(900, 1)
        clock.now += 30
        bar.reached(930, 1)
        assert bar.left(930) == "0:01:10 left"


def test_a_terminal_gets_a_bar(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with progress("books.csv", 1000) as bar:
        clock.now += 2
        bar.reached(500, 100)
        assert bar.words(500) == "50 entries a second"
        assert bar._bar.pct == 0.5
    assert "books.csv" in capsys.readouterr().out


def test_an_empty_file_is_no_division_by_nought(clock: Clock) -> None:
    with progress("books.csv", 0) as bar:
        bar.reached(0, 0)
        assert bar.left(0) == ""
