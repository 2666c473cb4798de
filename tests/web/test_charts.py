"""Charts: each day has its bar, as tall as its share of the most."""

from datetime import date, timedelta

from flask import Flask

from bookreviews.web.charts import HEIGHT, WIDTH, chart_of

DAYS = [date(2026, 3, 1) + timedelta(days=number) for number in range(30)]


def test_bars_are_as_tall_as_their_share() -> None:
    counts = {DAYS[0]: 4, DAYS[28]: 25, DAYS[29]: 50, DAYS[0] - timedelta(days=1): 9}
    chart = chart_of("reviews", "Reviews", counts, DAYS)
    assert [bar.day for bar in chart.bars] == DAYS
    assert [bar.count for bar in chart.bars if bar.count] == [4, 25, 50]
    assert (chart.total, chart.most, chart.last, chart.mean) == (79, 50, 50, 1.0)
    assert (chart.bars[29].height, chart.bars[28].height) == (HEIGHT, HEIGHT / 2)
    assert (chart.bars[29].y, chart.bars[1].height) == (0, 0)
    assert 0 < chart.bars[0].x < chart.bars[29].x + chart.bars[29].width <= WIDTH


def test_days_without_anything_have_no_bars(app: Flask) -> None:
    chart = chart_of("reviews", "Reviews", {}, DAYS)
    assert (chart.total, chart.most, chart.mean, chart.last) == (0, 0, 0, 0)
    macro = app.jinja_env.get_template("components/chart.html").module.bar_chart  # type: ignore[attr-defined]
    html = str(macro(chart))
    assert "<rect" not in html
    assert "style=" not in html
    assert html.count("<tr>") == 31
    assert "30 March 2026" in html


def test_an_empty_chart_breaks_nothing() -> None:
    assert chart_of("reviews", "Reviews", {}, []).total == 0
