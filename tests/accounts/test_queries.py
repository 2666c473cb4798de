"""Reads of accounts: who is there, and what each read carries."""

import pytest
from flask import Flask

from bookreviews.accounts import people, queries, services
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import NotFound
from bookreviews.transactions import transaction
from tests.conftest import NOON, any_database


class TestProfile:
    @pytest.mark.parametrize("username", ["alex", "Alex", "ALEX"])
    def test_is_found_in_any_case(self, alex: Viewer, username: str) -> None:
        profile = queries.get_profile(username)
        assert (profile.id, profile.username, profile.joined_at) == (alex.id, "alex", NOON)

    @pytest.mark.parametrize("username", ["", "nobody", "al", "alex ", "al%", "alex@example.org"])
    def test_of_nobody_is_not_found(self, alex: Viewer, username: str) -> None:
        with pytest.raises(NotFound):
            queries.get_profile(username)

    def test_tells_the_address_to_its_owner_alone(self, alex: Viewer) -> None:
        assert "email" not in queries.get_profile("alex")._fields
        assert queries.get_account(alex.id).email == "alex@example.org"

    def test_carries_no_hash(self, alex: Viewer, password_hash: str) -> None:
        for row in (queries.get_profile("alex"), queries.get_account(alex.id)):
            assert password_hash not in tuple(row)


class TestViewers:
    def test_are_those_that_exist_by_username(self, alex: Viewer, mo: Viewer) -> None:
        assert queries.find_viewers(["alex", "nobody", "mo"]) == {"alex": alex, "mo": mo}

    def test_are_none_of_none(self, alex: Viewer) -> None:
        assert queries.find_viewers([]) == {}

    def test_have_the_role_of_now(self, app: Flask, mo: Viewer, ada: Viewer) -> None:
        for viewer in (mo, ada):
            with transaction():
                token = services.start_session(user_id=viewer.id, at=NOON)
            assert queries.find_viewer(services.digest_of(token), now=NOON) == viewer

    def test_are_nobody_once_they_are_erased(self, app: Flask, alex: Viewer) -> None:
        with transaction():
            people.erase(user_id=alex.id, at=NOON)
            # The password was checked just before.
            token = services.start_session(user_id=alex.id, at=NOON)
        assert queries.find_viewer(services.digest_of(token), now=NOON) is None


class TestCredential:
    def test_is_found_by_name_and_by_address(self, alex: Viewer, password_hash: str) -> None:
        for identifier in ("alex", " ALEX ", "alex@example.org", "Alex@Example.org "):
            found = queries.find_credential(identifier)
            assert found is not None
            assert tuple(found) == (alex.id, password_hash)

    @any_database
    def test_of_nobody_is_none(self, alex: Viewer) -> None:
        for identifier in ("", "@", "nobody", "nobody@example.org", "alex@", "%", "_lex"):
            assert queries.find_credential(identifier) is None
        for refused_by_databases in ("\x00", chr(0xD800)):
            assert queries.find_credential(f"alex{refused_by_databases}") is None

    def test_of_an_address_skips_accounts_that_nobody_signs_in_to(
        self, app: Flask, password_hash: str
    ) -> None:
        with transaction():
            for username, has_password in (("first", False), ("second", True), ("third", True)):
                services.sign_up(
                    username=username,
                    name="",
                    email="shared@example.org",
                    password_hash=password_hash if has_password else None,
                    at=NOON,
                )
        found = queries.find_credential("shared@example.org")
        assert found is not None
        assert found.id == queries.get_profile("second").id
