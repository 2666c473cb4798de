"""The queue: who sees it, what it shows, how it is narrowed; and it stays as fast with 10,000."""

from datetime import timedelta
from math import inf

import pytest
from flask import Flask
from sqlalchemy import insert, select

from bookreviews.accounts.viewer import Viewer
from bookreviews.extensions import session
from bookreviews.lib.clock import now
from bookreviews.moderation import claims, deciding
from bookreviews.moderation.models import Case, Report
from bookreviews.moderation.vocabulary import HASTE
from bookreviews.reviews import services
from bookreviews.site import queries as site
from bookreviews.transactions import transaction
from tests import crowd
from tests.client import Client, has_form
from tests.moderation.scenes import LATER, decide, report_profile, report_review
from tests.pages import next_of
from tests.reviews.acts import post
from tests.web.test_statements import asked, counts, plan_of_list

QUEUE = "/moderation"


class TestWhoComesIn:
    @pytest.mark.parametrize(
        "path",
        [
            QUEUE,
            "/moderation/cases/1",
            "/moderation/appeals",
            "/moderation/appeals/1",
            "/moderation/works/1/surge",
        ],
    )
    def test_moderators_and_admins_alone(
        self, client: Client, as_alex: Client, case_id: int, path: str
    ) -> None:
        assert client.get(path).location.startswith("/sign-in?next=")
        assert as_alex.get(path).status_code == 404

    def test_readers_find_what_is_nowhere(self, as_alex: Client) -> None:
        queue, nowhere = as_alex.get(QUEUE).text, as_alex.get("/no-such-page").text
        assert queue.split("<main")[1] == nowhere.split("<main")[1]

    def test_nobody_else_writes(self, client: Client, as_alex: Client, case_id: int) -> None:
        for path in (
            f"/moderation/cases/{case_id}/claim",
            f"/moderation/cases/{case_id}/release",
            f"/moderation/cases/{case_id}/decision",
            "/moderation/actions/1/reversal",
            "/moderation/reviews/1/cases",
            "/moderation/bulk/preview",
            "/moderation/bulk",
            "/moderation/batches/abc/undo",
            "/moderation/appeals/1/decision",
            "/moderation/surges/1/lock",
            "/moderation/surges/1/answer",
            "/moderation/works/1/unlock",
            "/moderation/works/1/exclusions/preview",
            "/moderation/works/1/exclusions",
        ):
            assert client.post(path, data={"csrf_token": client.token}).location == "/sign-in"
            assert as_alex.post(path, data={"csrf_token": as_alex.token}).status_code == 404
        assert nothing_was_done_to(case_id)

    def test_admins_do(self, as_ada: Client) -> None:
        assert as_ada.get(QUEUE).status_code == 200


def nothing_was_done_to(case_id: int) -> bool:
    session().rollback()
    case = session().get_one(Case, case_id)
    return case.closed_at is None and case.claimed_at is None


class TestWhatItShows:
    def test_nothing_pleasantly(self, as_mo: Client) -> None:
        page = as_mo.get(QUEUE).text
        assert "Nothing waits" in page
        assert not has_form(page, "/moderation/bulk/preview")

    def test_a_case_in_a_row(self, as_mo: Client, case_id: int) -> None:
        page = as_mo.get(QUEUE).text
        assert f'href="/moderation/cases/{case_id}">Alex on Python for Beginners</a>' in page
        assert "Buy now at &lt;b&gt;my shop&lt;/b&gt;." in page
        assert "<span>Spam or advertising</span>" in page
        assert "<span>1 report</span>" in page
        assert "<span>waits " in page
        assert "One case" in page

    def test_who_has_it_until_the_claim_runs_out(
        self, as_mo: Client, ada: Viewer, case_id: int
    ) -> None:
        claim(ada, case_id)
        assert "Ada has it" in as_mo.get(QUEUE).text
        with transaction():
            session().get_one(Case, case_id).claimed_at = now() - timedelta(minutes=16)
        assert "Ada has it" not in as_mo.get(QUEUE).text

    def test_what_is_held(self, as_mo: Client, review_id: int) -> None:
        for reader in crowd.readers(3):
            report_review(reader, review_id, reason="illegal")
        with transaction():
            deciding.hold(case=session().scalars(select(Case)).one(), rule=None, at=LATER)
        page = as_mo.get(QUEUE).text
        assert "<span>3 reports, heavy</span>" in page
        assert '<span class="flag">held</span>' in page

    def test_the_heaviest_first(
        self, as_mo: Client, alex: Viewer, bo: Viewer, case_id: int
    ) -> None:
        heavier = report_profile(bo, alex.id, reason="illegal")
        page = as_mo.get(QUEUE).text
        assert page.index(f"/moderation/cases/{heavier}") < page.index(f"/cases/{case_id}")
        assert "The profile of Alex" in page


class TestNarrowing:
    def test_by_reason_and_by_thing(
        self, as_mo: Client, alex: Viewer, bo: Viewer, case_id: int
    ) -> None:
        hate = report_profile(bo, alex.id, reason="hate")
        cases = {"spam": case_id, "hate": hate}
        for query, found in {
            "reason=spam": ["spam"],
            "reason=hate": ["hate"],
            "subject=review": ["spam"],
            "subject=profile&reason=hate": ["hate"],
            "subject=profile&reason=spam": [],
            "reason=nonsense": ["spam", "hate"],
        }.items():
            page = as_mo.get(f"{QUEUE}?{query}").text
            shown = [name for name, case in cases.items() if f"/cases/{case}" in page]
            assert shown == found, query
        assert "Nothing of this kind" in as_mo.get(f"{QUEUE}?reason=private").text
        chosen = as_mo.get(f"{QUEUE}?reason=spam").text
        assert 'href="/moderation?reason=spam" aria-current="true">Spam or advertising' in chosen

    def test_by_what_is_like_one(
        self, as_mo: Client, alex: Viewer, bo: Viewer, mo: Viewer, case_id: int
    ) -> None:
        profile = report_profile(bo, alex.id)
        other = report_profile(alex, bo.id)
        page = as_mo.get(f"{QUEUE}?same=person&like={case_id}").text
        assert f"/moderation/cases/{profile}?same=person&amp;like={case_id}" in page
        assert f"/moderation/cases/{other}" not in page
        assert "Only those by the same person" in page

    @pytest.mark.parametrize("same", ["network", "text"])
    def test_by_where_it_came_from_or_what_it_says(
        self, as_mo: Client, bo: Viewer, mo: Viewer, book_id: int, same: str
    ) -> None:
        said = "The very same words, letter by letter, about every single book."
        cases = []
        for number, reader in enumerate(crowd.readers(3)):
            differs = number == 2
            with transaction():
                review = services.post_review(
                    author=reader,
                    work_id=book_id,
                    stars=5.0,
                    body=said if not differs else "Something else.",
                    address="192.0.2.7" if not differs else "198.51.100.1",
                    at=LATER,
                ).id
            cases.append(report_review(bo, review))
        page = as_mo.get(f"{QUEUE}?same={same}&like={cases[0]}").text
        shown = [case for case in cases if f"/moderation/cases/{case}?" in page]
        assert shown == cases[:2]
        following = as_mo.get(f"/moderation/cases/{cases[0]}?same={same}&like={cases[0]}").text
        assert f"/moderation/cases/{cases[1]}?same={same}&amp;like={cases[0]}" in following
        assert "Same words, same network" in following

    def test_takes_no_nonsense(self, as_mo: Client, case_id: int) -> None:
        for query in ("same=person&like=x", "same=no&like=1", "same=text&like=99999999999999999"):
            assert f"/moderation/cases/{case_id}" in as_mo.get(f"{QUEUE}?{query}").text
        assert as_mo.get(f"{QUEUE}?after=nonsense").status_code == 302


def claim(moderator: Viewer, case_id: int) -> None:
    with transaction():
        claims.claim(moderator=moderator, case_id=case_id, at=now())


def fill(count: int, reviews: list[int], reporter: Viewer) -> None:
    """Let so many cases be open, past the rule of one for each thing, which their keys keep."""
    began = LATER
    with transaction():
        first = session().execute(select(Case.id).order_by(Case.id.desc())).scalar() or 0
        cases = [
            {
                "id": first + number,
                "subject": "review",
                "subject_key": f"review:{1_000_000 + first + number}",
                "review_id": reviews[number % len(reviews)],
                "work_id": 1,
                "person_id": reporter.id,
                "reason": ("spam", "hate", "spoiler")[number % 3],
                "weight": 1.0 + number % 4,
                "heaviest": 1.0,
                "reports_count": 1,
                "opened_at": began + timedelta(minutes=number),
                "due_at": began + timedelta(minutes=number) - (1.0 + number % 4) * HASTE,
            }
            for number in range(1, count + 1)
        ]
        session().execute(insert(Case), cases)
        session().execute(
            insert(Report),
            [
                {
                    "case_id": case["id"],
                    "reporter_id": reporter.id,
                    "reason": case["reason"],
                    "words": "",
                    "weight": 1.0,
                    "made_at": began,
                }
                for case in cases
            ],
        )


class TestTenThousandCases:
    @pytest.fixture(autouse=True)
    def _known_site(self, app: Flask) -> None:
        app.extensions["site"].lasts = inf
        site.current()
        session().rollback()

    def test_take_as_many_statements_as_ten_and_an_index(
        self, as_mo: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        reviews = [post(alex, book_id)]
        paths = (QUEUE, f"{QUEUE}?reason=spam", f"{QUEUE}?subject=review", "/moderation/cases/5")
        fill(10, reviews, bo)
        few = counts(as_mo, paths)
        fill(9_990, reviews, bo)
        assert counts(as_mo, paths) == few
        assert few[QUEUE] == 6
        for path in paths[:3]:
            second = next_of(as_mo.get(path).text)
            assert second
            for page in (path, second):
                plan = plan_of_list(as_mo, page)
                assert "TEMP B-TREE" not in plan, page
                assert "INDEX ix_cases_open" in plan, page
                assert "SCAN reviews" not in plan, page

    def test_each_statement_of_the_queue_and_of_a_case_finds_its_rows(
        self, as_mo: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        fill(1_000, [post(alex, book_id)], bo)
        for path in (QUEUE, "/moderation/cases/500"):
            with asked() as statements:
                assert as_mo.get(path).status_code == 200
            for statement, values in statements:
                explained = (
                    session()
                    .connection()
                    .exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                )
                plan = "\n".join(row.detail for row in explained)
                for table in ("cases", "reports", "reviews", "moderation_actions"):
                    by_index = f"SCAN {table} USING"
                    assert f"SCAN {table}" not in plan.replace(by_index, ""), plan

    def test_all_are_walked_in_pages_of_fifty(
        self, as_mo: Client, alex: Viewer, bo: Viewer, book_id: int
    ) -> None:
        fill(120, [post(alex, book_id)], bo)
        path, seen = QUEUE, 0
        while path:
            page = as_mo.get(path).text
            seen += page.count("data-case>")
            path = next_of(page)
        assert seen == 120
        assert "120 cases" in as_mo.get(QUEUE).text
        fill(400, [1], bo)
        assert "More than 500 cases" in as_mo.get(QUEUE).text


def test_the_public_log_is_at_hand(as_mo: Client, mo: Viewer, case_id: int) -> None:
    decide(mo, case_id, "hide")
    assert 'href="/moderation/log"' in as_mo.get(QUEUE).text
