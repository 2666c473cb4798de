"""Letters that prove something: an address, the right to a new password; and each refusal."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts import confirming, passwords, people, queries, services
from bookreviews.accounts.models import AccountToken, Credential, SignInSession, User
from bookreviews.accounts.viewer import Viewer
from bookreviews.accounts.ways_in import MOST_ATTEMPTS_PER_ADDRESS, MOST_LETTERS_PER_ACCOUNT
from bookreviews.errors import Conflict, NotFound, TooMany
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests import letters, stored
from tests.conftest import NOON, PASSWORD, any_database

SECOND = timedelta(seconds=1)
NEW_HASH = "$argon2id$v=19$m=19456,t=2,p=1$new$hash"


def ask_to_confirm(viewer: Viewer, at: datetime = NOON) -> str:
    with transaction():
        confirming.ask_to_confirm(user_id=viewer.id, at=at)
    return letters.token_in("confirm-address")


def confirm(token: str, at: datetime = NOON) -> None:
    with transaction():
        confirming.confirm_email(token=token, at=at)


def change(viewer: Viewer, email: str, at: datetime = NOON) -> str:
    with transaction():
        assert services.change_email(viewer=viewer, email=email, at=at)
    return letters.token_in("confirm-address")


def ask_for_reset(identifier: str, at: datetime = NOON, address: str = "192.0.2.1") -> None:
    with transaction():
        confirming.ask_for_reset(identifier=identifier, address=address, at=at)


def reset(token: str, at: datetime = NOON) -> int:
    with transaction():
        return confirming.reset_password(token=token, password_hash=NEW_HASH, at=at)


def account(viewer: Viewer) -> User:
    session().rollback()
    return session().get_one(User, viewer.id, populate_existing=True)


def namesake(password_hash: str, email: str = "alex@example.org") -> Viewer:
    """Sign somebody up with an address that another account has given before."""
    with transaction():
        user = services.sign_up(
            username="later",
            name="Later",
            email=email,
            password_hash=password_hash,
            at=NOON + SECOND,
        )
        return Viewer(user.id, user.username, user.name, user.role)


class TestConfirming:
    @any_database
    def test_takes_the_link_of_the_letter(self, alex: Viewer) -> None:
        assert account(alex).email_confirmed_at is None
        token = ask_to_confirm(alex)
        assert letters.written() == [("alex@example.org", "confirm-address")]
        known = queries.get_confirmation(token, now=NOON)
        assert (known.username, known.proven) == ("alex", "alex@example.org")
        confirm(token, at=NOON + SECOND)
        assert account(alex).email_confirmed_at == NOON + SECOND

    def test_says_the_link_and_the_account(self, alex: Viewer) -> None:
        token = ask_to_confirm(alex)
        words = letters.words_of_last()
        assert words.subject == "Confirm your address for BookReviews"
        for said in (words.text, words.html):
            assert f"http://localhost/confirm/{token}" in said
            assert "alex" in said

    def test_says_no_name_which_may_be_an_advertisement(self, alex: Viewer) -> None:
        with transaction():
            services.change_profile(
                viewer=alex, name="Buy at spam.example", place="", about="", at=NOON
            )
        ask_to_confirm(alex)
        words = letters.words_of_last()
        assert "spam.example" not in words.text + words.html

    def test_keeps_no_token(self, alex: Viewer) -> None:
        token = ask_to_confirm(alex)
        (row,) = session().execute(select(AccountToken.__table__)).all()
        assert token not in tuple(row)

    @any_database
    def test_works_once(self, alex: Viewer) -> None:
        token = ask_to_confirm(alex)
        confirm(token)
        with pytest.raises(NotFound, match="has been used"):
            confirm(token)
        with pytest.raises(NotFound):
            queries.get_confirmation(token, now=NOON)

    def test_works_for_three_days(self, alex: Viewer) -> None:
        token = ask_to_confirm(alex)
        late = NOON + confirming.CONFIRMATION_LASTS
        with pytest.raises(NotFound):
            queries.get_confirmation(token, now=late)
        with pytest.raises(NotFound):
            confirm(token, at=late)
        assert account(alex).email_confirmed_at is None
        confirm(token, at=late - SECOND)

    @pytest.mark.parametrize("token", ["", "made up", "a\0b", "\udcff"])
    def test_takes_no_other_token(self, alex: Viewer, token: str) -> None:
        ask_to_confirm(alex)
        with pytest.raises(NotFound):
            confirm(token)

    def test_takes_no_token_of_another_kind(self, alex: Viewer) -> None:
        ask_for_reset("alex")
        with pytest.raises(NotFound):
            confirm(letters.token_in("reset-password"))
        with pytest.raises(NotFound):
            reset(ask_to_confirm(alex))

    def test_a_new_letter_takes_the_place_of_the_last(self, alex: Viewer) -> None:
        first, second = ask_to_confirm(alex), ask_to_confirm(alex)
        with pytest.raises(NotFound):
            confirm(first)
        confirm(second)

    def test_is_not_asked_for_twice(self, alex: Viewer) -> None:
        confirm(ask_to_confirm(alex))
        with pytest.raises(Conflict, match="confirmed already"):
            ask_to_confirm(alex)

    @any_database
    def test_of_one_address_is_for_one_account(self, alex: Viewer, password_hash: str) -> None:
        later = namesake(password_hash)
        slow = ask_to_confirm(alex)
        confirm(ask_to_confirm(later))
        with pytest.raises(Conflict, match="Another account here has confirmed this address"):
            confirm(slow)
        assert account(alex).email_confirmed_at is None

    @any_database
    def test_of_one_address_is_for_one_account_whatever_we_do(
        self, alex: Viewer, password_hash: str
    ) -> None:
        namesake(password_hash)
        for user in session().scalars(select(User).where(User.email == "alex@example.org")):
            user.email_confirmed_at = NOON
        with pytest.raises(IntegrityError):
            session().flush()
        session().rollback()

    def test_decides_who_signs_in_with_it(self, alex: Viewer, password_hash: str) -> None:
        later = namesake(password_hash)
        assert services.check_password(identifier="alex@example.org", password=PASSWORD) == alex.id
        confirm(ask_to_confirm(later))
        assert services.check_password(identifier="alex@example.org", password=PASSWORD) == later.id

    def test_by_an_admin_needs_no_letter(self, alex: Viewer) -> None:
        token = ask_to_confirm(alex)
        with transaction():
            confirming.confirm_by_admin(user_id=alex.id, at=NOON)
        assert account(alex).email_confirmed_at == NOON
        with pytest.raises(NotFound):
            confirm(token)

    def test_by_an_admin_is_refused_for_nobody(self, alex: Viewer) -> None:
        with transaction():
            people.erase(user_id=alex.id, at=NOON)
        with pytest.raises(NotFound), transaction():
            confirming.confirm_by_admin(user_id=alex.id, at=NOON)


class TestAnotherAddress:
    @any_database
    def test_is_taken_once_it_is_confirmed(self, alex: Viewer) -> None:
        token = change(alex, " New@Example.org")
        assert queries.get_account(alex.id).email == "alex@example.org"
        assert queries.get_account(alex.id).pending_email == "new@example.org"
        assert queries.find_credential("new@example.org") is None
        confirm(token, at=NOON + SECOND)
        known = account(alex)
        assert (known.email, known.email_given_at, known.email_confirmed_at) == (
            "new@example.org",
            NOON + SECOND,
            NOON + SECOND,
        )
        assert queries.get_account(alex.id).pending_email is None
        assert queries.find_credential("alex@example.org") is None
        assert queries.find_credential("new@example.org") is not None

    def test_is_told_to_the_old_one_at_once(self, alex: Viewer) -> None:
        change(alex, "new@example.org")
        assert letters.written() == [
            ("new@example.org", "confirm-address"),
            ("alex@example.org", "address-changed"),
        ]
        words = letters.words_of_last()
        assert "new@example.org" not in words.text + words.html
        assert "http://localhost/password-resets" in words.text

    def test_can_be_asked_for_again(self, alex: Viewer) -> None:
        change(alex, "new@example.org")
        confirm(ask_to_confirm(alex))
        assert account(alex).email == "new@example.org"

    def test_is_given_up_by_naming_the_present_one(self, alex: Viewer) -> None:
        token = change(alex, "new@example.org")
        with transaction():
            is_new = services.change_email(viewer=alex, email="ALEX@example.org", at=NOON)
        assert not is_new
        assert queries.get_account(alex.id).pending_email is None
        with pytest.raises(NotFound):
            confirm(token)

    def test_that_another_account_has_confirmed_is_refused(self, alex: Viewer, bo: Viewer) -> None:
        confirm(ask_to_confirm(bo))
        with pytest.raises(Conflict):
            confirm(change(alex, "bo@example.org"))
        assert account(alex).email == "alex@example.org"

    def test_ends_ways_back_in_by_the_old_one(self, alex: Viewer) -> None:
        ask_for_reset("alex")
        way_back = letters.token_in("reset-password")
        confirm(change(alex, "new@example.org"))
        with pytest.raises(NotFound):
            reset(way_back)


class TestAskingForAWayBack:
    @pytest.mark.parametrize("name", ["alex", " ALEX ", "alex@example.org", "Alex@Example.org"])
    def test_writes_to_the_address(self, alex: Viewer, name: str) -> None:
        ask_for_reset(name)
        assert letters.written() == [("alex@example.org", "reset-password")]
        token = letters.token_in("reset-password")
        assert f"http://localhost/password-resets/{token}" in letters.words_of_last().text
        assert queries.get_reset(token, now=NOON).user_id == alex.id

    @any_database
    @pytest.mark.parametrize("name", ["", "nobody", "nobody@example.org", "@", "a\0b", "\udcff"])
    def test_for_nobody_writes_nothing(self, alex: Viewer, name: str) -> None:
        ask_for_reset(name)
        assert letters.written() == []

    def test_for_who_never_had_a_password_writes_nothing(self, app: Flask) -> None:
        with transaction():
            services.sign_up(
                username="cleo", name="", email="c@example.org", password_hash=None, at=NOON
            )
        ask_for_reset("cleo")
        assert letters.written() == []

    @any_database
    def test_never_writes_to_an_address_of_others(self, alex: Viewer, password_hash: str) -> None:
        later = namesake(password_hash)
        ask_for_reset("later")  # alex gave the address first
        assert letters.written() == []
        confirm(ask_to_confirm(later))
        ask_for_reset("alex")  # by now later has confirmed it
        assert ("alex@example.org", "reset-password") not in letters.written()
        ask_for_reset("alex@example.org")
        known = queries.get_reset(letters.token_in("reset-password"), now=NOON)
        assert known.user_id == later.id

    def test_is_refused_when_asked_too_often(self, alex: Viewer) -> None:
        for name in ("alex", "nobody"):
            for _ in range(MOST_LETTERS_PER_ACCOUNT):
                ask_for_reset(name)
            with pytest.raises(TooMany) as refusal:
                ask_for_reset(name.upper())
            assert refusal.value.retry_after == 900
        ask_for_reset("alex", at=NOON + timedelta(minutes=16))

    def test_by_two_names_of_one_account_tells_not_that_they_are(self, alex: Viewer) -> None:
        for name in ("alex", "alex@example.org"):
            for _ in range(MOST_LETTERS_PER_ACCOUNT):
                ask_for_reset(name)
        assert len(letters.written()) == MOST_LETTERS_PER_ACCOUNT

    def test_is_refused_when_one_address_asks_for_many(self, app: Flask) -> None:
        for number in range(MOST_ATTEMPTS_PER_ADDRESS):
            ask_for_reset(f"nobody{number}")
        with pytest.raises(TooMany):
            ask_for_reset("somebody")
        ask_for_reset("somebody", address="192.0.2.2")


class TestTheWayBack:
    @pytest.fixture
    def token(self, alex: Viewer) -> str:
        ask_for_reset("alex")
        return letters.token_in("reset-password")

    @any_database
    def test_sets_the_password_and_ends_all_else(self, alex: Viewer, token: str) -> None:
        with transaction():
            services.start_session(user_id=alex.id, at=NOON)
        ask_for_reset("alex", at=NOON + SECOND)
        other = letters.token_in("reset-password")
        assert reset(token, at=NOON + SECOND) == alex.id
        credential = session().get_one(Credential, alex.id, populate_existing=True)
        assert (credential.password_hash, credential.changed_at) == (NEW_HASH, NOON + SECOND)
        assert stored.count_of(SignInSession) == 0
        for dead in (token, other):
            with pytest.raises(NotFound):
                reset(dead)

    def test_works_for_an_hour(self, alex: Viewer, token: str) -> None:
        late = NOON + confirming.RESET_LASTS
        with pytest.raises(NotFound):
            queries.get_reset(token, now=late)
        with pytest.raises(NotFound):
            reset(token, at=late)
        assert passwords.verify(session().get_one(Credential, alex.id).password_hash, PASSWORD)
        reset(token, at=late - SECOND)

    def test_confirms_the_address(self, alex: Viewer, token: str) -> None:
        reset(token)
        assert account(alex).email_confirmed_at == NOON

    def test_confirms_no_address_that_another_account_has(
        self, alex: Viewer, token: str, password_hash: str
    ) -> None:
        confirm(ask_to_confirm(namesake(password_hash)))
        reset(token)
        assert account(alex).email_confirmed_at is None

    def test_lets_in_who_was_kept_out_for_guessing(self, alex: Viewer, token: str) -> None:
        for _ in range(services.MOST_ATTEMPTS_PER_ACCOUNT):
            with transaction():
                services.register_attempt(identifier="alex", address="192.0.2.9", at=NOON)
        reset(token)
        with transaction():
            services.register_attempt(identifier="alex", address="192.0.2.9", at=NOON)

    def test_dies_when_the_password_is_changed(self, alex: Viewer, token: str) -> None:
        with transaction():
            here = services.start_session(user_id=alex.id, at=NOON)
            services.change_password(viewer=alex, password_hash=NEW_HASH, token=here, at=NOON)
        with pytest.raises(NotFound):
            reset(token)
