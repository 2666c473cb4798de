"""How things are written, and what every template can use."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from markupsafe import Markup

from bookreviews.errors import Conflict, Invalid
from bookreviews.web import rendering
from bookreviews.web.forms import ReviewForm
from tests.client import Client


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 14, 12, tzinfo=UTC), "14 March 2026"),
        (datetime(2024, 1, 1, tzinfo=UTC), "1 January 2024"),
        (datetime(1999, 12, 31, 23, 59, tzinfo=UTC), "31 December 1999"),
    ],
)
def test_days(moment: datetime, written: str) -> None:
    assert rendering.day(moment) == written


@pytest.mark.parametrize(("number", "written"), [(2023, "2023"), (8, "8"), (-800, "800 BCE")])
def test_years(number: int, written: str) -> None:
    assert rendering.year(number) == written


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")]
)
def test_thousands(number: int, written: str) -> None:
    assert rendering.thousands(number) == written


def test_only_trusted_html_is_not_escaped(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ html }}|{{ html|trusted }}|{{ none|trusted }}")
    assert template.render(html="<p>") == "&lt;p&gt;|<p>|"


def test_the_viewer_is_greeted_by_name(as_alex: Client, client: Client) -> None:
    assert "<span>Alex</span>" in as_alex.get("/books").text
    page = client.get("/books").text
    assert "Alex" not in page
    assert 'href="/sign-in"' in page


def test_lines_of_blocks_leave_no_blank_lines(app: Flask) -> None:
    template = app.jinja_env.from_string("a\n  {% if true %}\nb\n  {% endif %}\nc")
    assert template.render() == "a\nb\nc"


def test_fields_of_a_blank_form_are_made_once_and_those_of_others_each_time(app: Flask) -> None:
    made: list[ReviewForm] = []

    def macro(form: ReviewForm) -> Markup:
        made.append(form)
        return Markup("{}").format(form.body())

    with app.test_request_context():
        fields = {rendering.filled_in(macro, ReviewForm(formdata=None)) for _ in range(3)}
        assert len(fields) == len(made) == 1
        assert "csrf_token" not in made[0]  # or it would be the first reader's
        for said in ({"body": "Half a page"}, {"stars": 0.5}, {"version": 1}):
            rendering.filled_in(macro, ReviewForm(formdata=None, data=said))
            assert made[-1].data.items() >= said.items()
        for refusal in (Invalid(body="Say something."), Conflict("You have said it already.")):
            refused = ReviewForm(formdata=None)
            refused.refuse(refusal)
            rendering.filled_in(macro, refused)
            assert made[-1] is refused
