"""Small charts of counts for each day, as numbers that a template draws as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 300, 72
_GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands, and what it stands for."""

    day: date
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The days of a chart, what they come to, and the mean of all but the last as a line."""

    name: str
    title: str
    bars: Sequence[Bar]
    total: int
    most: int
    mean: float
    mean_y: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def last(self) -> int:
        """Return the count of the last day, which may not be over."""
        return self.bars[-1].count if self.bars else 0


def chart_of(name: str, title: str, counts: Mapping[date, int], days: Sequence[date]) -> Chart:
    """Return the chart of `counts` on these days; days that aren't counted have none."""
    numbers = [counts.get(day, 0) for day in days]
    most = max(numbers, default=0)
    past = numbers[:-1]
    mean = sum(past) / len(past) if past else 0.0
    step = WIDTH / max(len(days), 1)
    bars = [
        Bar(
            day=day,
            count=number,
            x=round(index * step + _GAP / 2, 2),
            y=round(HEIGHT - _tall(number, most), 2),
            width=round(step - _GAP, 2),
            height=_tall(number, most),
        )
        for index, (day, number) in enumerate(zip(days, numbers, strict=True))
    ]
    mean_y = round(HEIGHT - _tall(mean, most), 2)
    return Chart(name, title, bars, sum(numbers), most, mean, mean_y)


def _tall(number: float, most: int) -> float:
    return round(number / most * HEIGHT, 2) if most else 0.0
