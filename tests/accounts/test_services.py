"""The rules of accounts: signing up, signing in and out, changing what one has; each refusal."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import argon2
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bookreviews.accounts import passwords, queries, services
from bookreviews.accounts.demo import DEMO_PASSWORD
from bookreviews.accounts.models import Credential, SignInAttempt, SignInSession, User
from bookreviews.accounts.services import (
    ATTEMPTS_WINDOW,
    MOST_ATTEMPTS_PER_ACCOUNT,
    MOST_ATTEMPTS_PER_ADDRESS,
    MOST_SIGN_UPS_PER_ADDRESS,
    SESSION_LASTS,
)
from bookreviews.accounts.viewer import Viewer
from bookreviews.errors import Invalid, NotAllowed, TooMany
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests.conftest import NOON, PASSWORD, any_database

SECOND = timedelta(seconds=1)


def sign_up(username: str = "cleo", **given: Any) -> User:
    values = {"name": "Cleo", "email": "cleo@example.org", "password_hash": None, "at": NOON}
    with transaction():
        user = services.sign_up(username=username, **{**values, **given})
        user_id = user.id
    return session().get_one(User, user_id)


def refused_fields(**given: Any) -> list[str]:
    """Return what is refused before any database is asked: there is none here."""
    values = {"username": "cleo", "name": "Cleo", "email": "cleo@example.org"}
    with pytest.raises(Invalid) as refusal:
        services.sign_up(**{**values, **given}, password_hash=None, at=NOON)
    return list(refusal.value.fields)


def attempt(identifier: str = "alex", address: str = "192.0.2.1", at: datetime = NOON) -> None:
    with transaction():
        services.register_attempt(identifier=identifier, address=address, at=at)


def confirm(viewer: Viewer, address: str = "192.0.2.1", at: datetime = NOON) -> None:
    with transaction():
        services.register_confirmation(viewer=viewer, address=address, at=at)


def start(viewer: Viewer, *, at: datetime = NOON) -> str:
    with transaction():
        return services.start_session(user_id=viewer.id, at=at)


def viewer_of(token: str, *, now: datetime = NOON) -> Viewer | None:
    return queries.find_viewer(services.digest_of(token), now=now)


class TestSigningUp:
    @any_database
    def test_makes_an_account(self, app: Flask, password_hash: str) -> None:
        user = sign_up(
            " Cleo_99 ",
            name="  Cleo   Nine ",
            email=" Cleo@Example.ORG ",
            password_hash=password_hash,
            place="Kraków",
            about="Reads\non trams.",
        )
        assert (user.username, user.name, user.email) == (
            "cleo_99",
            "Cleo Nine",
            "cleo@example.org",
        )
        assert (user.role, user.place, user.about) == ("reader", "Kraków", "Reads on trams.")
        assert user.joined_at == NOON
        credential = session().get_one(Credential, user.id)
        assert (credential.password_hash, credential.changed_at) == (password_hash, NOON)

    def test_without_a_password_makes_one_that_nobody_signs_in_to(self, app: Flask) -> None:
        sign_up("cleo", password_hash=None)
        assert queries.find_credential("cleo") is None
        with pytest.raises(NotAllowed):
            services.check_password(identifier="cleo", password="the password of nobody")

    def test_calls_who_gives_no_name_by_the_username(self, app: Flask) -> None:
        assert sign_up("cleo", name="").name == "cleo"

    def test_keeps_a_username_in_its_one_spelling(self, app: Flask) -> None:
        assert sign_up("\N{KELVIN SIGN}elvin").username == "kelvin"
        with pytest.raises(Invalid, match="taken"):
            sign_up("kelvin")

    @pytest.mark.parametrize("username", ["ab", "a1", "12", "a_b", "a__b", "x" * 30, "readmin"])
    def test_takes_a_username(self, app: Flask, username: str) -> None:
        assert sign_up(username).username == username

    @pytest.mark.parametrize(
        "username",
        [
            *("", " ", "a", "_a", "a_", "a-b", "a.b", "a b", "a/b", "a@b", "x" * 31),
            *("élise", "ｃｌｅｏ", "сleo", "cleo\n1", "cleo\x00", "İris", "cle\u0301o"),
        ],
    )
    def test_refuses_what_is_no_username(self, username: str) -> None:
        assert refused_fields(username=username) == ["username"]

    @pytest.mark.parametrize("username", ["admin", "Admin", " ROOT ", "moderator", "bookreviews"])
    def test_refuses_names_that_would_speak_for_the_site(self, username: str) -> None:
        assert refused_fields(username=username) == ["username"]

    @any_database
    def test_refuses_a_username_that_is_taken(self, alex: Viewer) -> None:
        for username in ("alex", "ALEX", " Alex "):
            with pytest.raises(Invalid, match="taken"):
                sign_up(username)
        assert session().scalar(select(func.count(User.id))) == 1

    def test_the_database_refuses_a_username_in_capitals(self, app: Flask) -> None:
        times = {"joined_at": NOON, "email_given_at": NOON}
        session().add(User(username="Cleo", name="x", email="x", **times))
        with pytest.raises(IntegrityError, match="username_is_lower"):
            session().flush()

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("李清照", "李清照"),
            ("Zoë\u00a0\u3000 O'Hara", "Zoë O'Hara"),
            ("Zoe\u0308", "Zoë"),
            ("Bo 👩\u200d🚀", "Bo 👩\u200d🚀"),
            ("e\u0301" * 80, "é" * 80),
            ("<b>Bo</b>", "<b>Bo</b>"),
        ],
    )
    def test_takes_a_name(self, app: Flask, name: str, kept: str) -> None:
        assert sign_up(name=name).name == kept

    @pytest.mark.parametrize(
        "name",
        # U+0958 becomes two characters when it is composed; U+202E turns what follows around.
        [
            " ",
            "\u200b\u2060",
            "\u2800",
            "Bo\u202exela",
            "Bo\u00ad",
            "\u2066Bo\u2069",
            "x" * 81,
            "\u0958" * 41,
            "a\x00b",
            "a\x1bb",
            "caf\ufffd",
        ],
    )
    def test_refuses_what_is_no_name(self, name: str) -> None:
        assert refused_fields(name=name) == ["name"]

    @pytest.mark.parametrize(("field", "longest"), [("name", 80), ("place", 80), ("about", 500)])
    def test_takes_the_longest_and_refuses_longer(
        self, app: Flask, field: str, longest: int
    ) -> None:
        assert refused_fields(**{field: "x" * (longest + 1)}) == [field]
        assert getattr(sign_up(**{field: "x" * longest}), field) == "x" * longest

    @pytest.mark.parametrize(
        "email", ["cleo@example.org", "cleo.nine+books@mail.example.org", "o'hara@example.org"]
    )
    def test_takes_an_address(self, email: str) -> None:
        assert services.checked_email(email) == email

    @pytest.mark.parametrize(
        "email",
        [
            *("", " ", "cleo", "cleo@", "@example.org", "cleo@example", "a b@example.org"),
            *("cleo@@example.org", "cleo@example..org", "cleo@example.org\x00", "a@b.org, c@d.org"),
            f"cleo@{'x.' * 130}org",
            "cleo@example.org\nBcc: everyone@example.org",
        ],
    )
    def test_refuses_what_is_no_address(self, email: str) -> None:
        assert refused_fields(email=email) == ["email"]

    @any_database
    def test_takes_an_address_twice_and_the_oldest_account_has_it(
        self, alex: Viewer, password_hash: str
    ) -> None:
        sign_up("cleo", email="ALEX@example.org", password_hash=password_hash)
        found = queries.find_credential("alex@example.org")
        assert found is not None
        assert found.id == alex.id

    @pytest.mark.parametrize("role", ["reader", "moderator", "admin"])
    def test_gives_the_role(self, app: Flask, role: str) -> None:
        assert sign_up(role=role).role == role

    @pytest.mark.parametrize("role", ["", "Admin", "owner"])
    def test_refuses_a_role_that_is_none(self, role: str) -> None:
        assert refused_fields(role=role) == ["role"]


class TestCheckingASignUp:
    GOOD: ClassVar[dict[str, str]] = {
        "username": "cleo",
        "name": "Cleo",
        "email": "cleo@example.org",
        "password": PASSWORD,
    }

    def test_lets_good_ones_pass(self) -> None:
        services.check_sign_up(**self.GOOD)
        services.check_sign_up(**{**self.GOOD, "name": ""})

    def test_names_all_that_is_wrong_at_once(self) -> None:
        with pytest.raises(Invalid) as refusal:
            services.check_sign_up(username="c", name="\u200b", email="cleo", password="short")
        assert set(refusal.value.fields) == {"username", "name", "email", "password"}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("username", "admin"),
            ("name", "x" * 81),
            ("email", "@example.org"),
            ("password", "CLEO@example.org"),
            ("password", "x" * 201),
        ],
    )
    def test_refuses_what_signing_up_refuses(self, field: str, value: str) -> None:
        with pytest.raises(Invalid) as refusal:
            services.check_sign_up(**{**self.GOOD, field: value})
        assert list(refusal.value.fields) == [field]


class TestNewPassword:
    @staticmethod
    def hash_of(password: str) -> str:
        return services.new_password_hash(
            password, username="cleo_the_reader", email="cleo@example.org"
        )

    @pytest.mark.parametrize(
        "password", ["0123456789 or so", "пароль из слов", "x y z w " * 25, "my book club"]
    )
    def test_is_hashed(self, password: str) -> None:
        assert passwords.verify(self.hash_of(password), password)

    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("", "at least 10"),
            ("123456789", "at least 10"),
            ("abcd" * 50 + "e", "at most 200"),
            ("aaaaaaaaaaaa", "too easy"),
            ("1234567890", "too easy"),
            ("10987654321", "too easy"),
            ("password123", "too easy"),
            ("P@ssw0rd2024!", "too easy"),
            ("1q2w3e4r5t6y", "too easy"),
            ("123 cleo_the_reader!", "too easy"),
            ("cleothereader99", "too easy"),
            ("Cleo-The-Reader-99", "too easy"),
            ("the-lighthouse-keeps-books", "too easy"),
            ("abcabcabcabc", "too easy"),
            ("cleo_the_reader", "too easy"),
            ("Cleo_The_Reader", "too easy"),
            ("CLEO@example.org", "too easy"),
            (DEMO_PASSWORD, "too easy"),
        ],
    )
    def test_is_refused(self, password: str, reason: str) -> None:
        with pytest.raises(Invalid, match=reason) as refusal:
            self.hash_of(password)
        assert list(refusal.value.fields) == ["password"]


class TestCheckingThePassword:
    @pytest.mark.parametrize(
        "identifier", ["alex", "alex@example.org", " ALEX ", "Alex@Example.org"]
    )
    def test_knows_the_account_by_name_and_by_address(self, alex: Viewer, identifier: str) -> None:
        assert services.check_password(identifier=identifier, password=PASSWORD) == alex.id

    @pytest.mark.parametrize(
        ("identifier", "password"),
        [
            ("alex", "wrong"),
            ("alex", ""),
            ("nobody", PASSWORD),
            ("nobody@example.org", PASSWORD),
            ("nobody", "the password of nobody"),
            ("", PASSWORD),
            ("@", PASSWORD),
            ("al%", PASSWORD),
            ("alex\x00", PASSWORD),
            (chr(0xD800), PASSWORD),
            ("x" * 100_000, PASSWORD),
        ],
        ids=lambda value: ascii(value)[:20],
    )
    def test_gives_one_answer_to_all_that_is_wrong(
        self, alex: Viewer, identifier: str, password: str
    ) -> None:
        with pytest.raises(NotAllowed) as refusal:
            services.check_password(identifier=identifier, password=password)
        assert str(refusal.value) == "The name or the password is wrong."

    def test_does_the_work_for_nobody_too(
        self, alex: Viewer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[argon2.Parameters] = []
        verify = argon2.PasswordHasher.verify

        def noted(hasher: argon2.PasswordHasher, password_hash: str, password: str) -> bool:
            asked.append(argon2.extract_parameters(password_hash))
            return verify(hasher, password_hash, password)

        monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)
        for identifier in ("alex", "nobody", "nobody@example.org", "alex\x00"):
            with pytest.raises(NotAllowed):
                services.check_password(identifier=identifier, password="wrong")
        assert asked == [asked[0]] * 4


class TestThrottle:
    @pytest.mark.parametrize("identifier", ["alex", "nobody", "nobody@example.org", ""])
    def test_an_account_is_tried_a_few_times_whether_it_exists_or_not(
        self, alex: Viewer, identifier: str
    ) -> None:
        for number in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt(identifier, f"192.0.2.{number}")
        with pytest.raises(TooMany) as refusal:
            attempt(identifier, "198.51.100.1")
        assert refusal.value.retry_after == ATTEMPTS_WINDOW.total_seconds()
        attempt("somebody_else", "198.51.100.1")

    def test_an_account_is_one_however_its_name_is_typed(self, app: Flask) -> None:
        for spelling in ["alex", "ALEX", " alex", "Alex "] * 2:
            attempt(spelling)
        with pytest.raises(TooMany):
            attempt("aLeX")

    @any_database
    def test_an_address_tries_more_accounts_but_not_all(self, app: Flask) -> None:
        for number in range(MOST_ATTEMPTS_PER_ADDRESS):
            attempt(f"reader{number}")
        with pytest.raises(TooMany):
            attempt("another")
        attempt("another", "192.0.2.2")

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"),
            ("2001:DB8:0:1::1", "2001:0db8:0000:0001::2"),
            ("fe80::1%eth0", "fe80::2"),
            ("192.0.2.1", "::ffff:192.0.2.1"),
            ("", "no address"),
        ],
    )
    def test_one_household_is_one(self, app: Flask, one: str, other: str) -> None:
        for number in range(MOST_ATTEMPTS_PER_ADDRESS):
            attempt(f"reader{number}", (one, other)[number % 2])
        with pytest.raises(TooMany):
            attempt("another", one)
        with pytest.raises(TooMany):
            attempt("another", other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("2001:db8:0:1::1", "2001:db8:0:2::1"),
            ("192.0.2.1", "192.0.2.2"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ],
    )
    def test_two_households_are_two(self, app: Flask, one: str, other: str) -> None:
        for number in range(MOST_ATTEMPTS_PER_ADDRESS):
            attempt(f"reader{number}", one)
        attempt("another", other)

    @any_database
    def test_ends_with_the_window(self, app: Flask) -> None:
        for _ in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt()
        with pytest.raises(TooMany):
            attempt(at=NOON + ATTEMPTS_WINDOW)
        attempt(at=NOON + ATTEMPTS_WINDOW + SECOND)

    @any_database
    def test_does_not_last_where_the_clock_was_set_back(self, app: Flask) -> None:
        for _ in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt()
        attempt(at=NOON - timedelta(hours=1))

    def test_slides_with_the_attempts(self, app: Flask) -> None:
        for minute in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt(at=NOON + timedelta(minutes=minute))
        after_the_first = NOON + ATTEMPTS_WINDOW + SECOND
        attempt(at=after_the_first)
        with pytest.raises(TooMany):
            attempt(at=after_the_first)

    def test_a_refused_attempt_does_not_prolong_it(self, app: Flask) -> None:
        for _ in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt()
        for minute in range(1, 15):
            with pytest.raises(TooMany):
                attempt(at=NOON + timedelta(minutes=minute))
        attempt(at=NOON + ATTEMPTS_WINDOW + SECOND)

    def test_forgets_old_attempts_of_everybody(self, app: Flask) -> None:
        attempt("somebody", "192.0.2.7")
        attempt("alex", at=NOON + ATTEMPTS_WINDOW + SECOND)
        assert session().scalar(select(func.count(SignInAttempt.id))) == 1

    def test_an_account_is_one_by_its_name_and_by_its_address(self, alex: Viewer) -> None:
        for identifier in ["alex", "alex@example.org"] * (MOST_ATTEMPTS_PER_ACCOUNT // 2):
            attempt(identifier)
        for identifier in ("alex", "Alex@Example.org"):
            with pytest.raises(TooMany):
                attempt(identifier)

    @pytest.mark.parametrize("identifier", [" Alex", "alex@example.org"])
    def test_is_forgotten_once_one_is_in(self, alex: Viewer, identifier: str) -> None:
        for _ in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt(identifier)
        start(alex)
        for _ in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt("alex")

    def test_is_forgotten_once_the_password_was_given_again(self, alex: Viewer) -> None:
        for _ in range(MOST_ATTEMPTS_PER_ACCOUNT):
            confirm(alex)
        with transaction():
            services.forget_attempts(user_id=alex.id)
        confirm(alex)

    def test_success_forgets_no_attempts_on_others(self, alex: Viewer) -> None:
        for _ in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt("bo")
        start(alex)
        with pytest.raises(TooMany):
            attempt("bo")

    @any_database
    def test_of_giving_the_password_again_is_one_of_its_own(self, alex: Viewer, bo: Viewer) -> None:
        for number in range(MOST_ATTEMPTS_PER_ACCOUNT):
            attempt("alex", f"192.0.2.{number}")
        for number in range(MOST_ATTEMPTS_PER_ACCOUNT):
            confirm(alex, f"198.51.100.{number}")
        with pytest.raises(TooMany):
            confirm(alex, "203.0.113.1")
        confirm(bo, "203.0.113.1")
        confirm(alex, "203.0.113.1", at=NOON + ATTEMPTS_WINDOW + SECOND)

    @any_database
    def test_of_signing_up_counts_for_each_address(self, app: Flask) -> None:
        for _ in range(MOST_SIGN_UPS_PER_ADDRESS):
            _register_sign_up("2001:db8:0:1::1")
        with pytest.raises(TooMany):
            _register_sign_up("2001:db8:0:1::2")
        _register_sign_up("2001:db8:0:2::1")
        _register_sign_up("2001:db8:0:1::1", at=NOON + ATTEMPTS_WINDOW + SECOND)

    def test_keeps_nothing_that_was_typed(self, app: Flask) -> None:
        attempt("my secret password", "2001:db8:0:1::1")
        kept = session().scalars(select(SignInAttempt)).one()
        assert "secret" not in kept.account_digest
        assert kept.address == "2001:db8:0:1::/64"


def _register_sign_up(address: str, at: datetime = NOON) -> None:
    with transaction():
        services.register_sign_up(address=address, at=at)


class TestSession:
    @any_database
    def test_is_known_by_its_token(self, alex: Viewer) -> None:
        token = start(alex)
        assert viewer_of(token) == alex
        assert viewer_of(token[:-1]) is None
        assert viewer_of(token.swapcase()) is None

    def test_is_kept_as_a_digest_alone(self, alex: Viewer) -> None:
        token = start(alex)
        kept = session().scalars(select(SignInSession)).one()
        assert token not in {kept.token_digest, str(kept.id)}
        assert kept.token_digest == services.digest_of(token)
        assert viewer_of(kept.token_digest) is None

    def test_has_a_token_of_its_own(self, alex: Viewer) -> None:
        tokens = {start(alex) for _ in range(3)}
        assert len(tokens) == 3
        assert all(len(token) >= 43 for token in tokens)  # 256 bits in base64
        assert all(viewer_of(token) == alex for token in tokens)

    def test_ends_where_it_is_ended_and_nowhere_else(self, alex: Viewer) -> None:
        here, there = start(alex), start(alex)
        with transaction():
            services.end_session(token=here)
        assert viewer_of(here) is None
        assert viewer_of(there) == alex

    def test_ends_twice_without_harm(self, alex: Viewer) -> None:
        token = start(alex)
        for _ in range(2):
            with transaction():
                services.end_session(token=token)
        assert viewer_of(token) is None

    def test_ends_by_itself(self, alex: Viewer) -> None:
        token = start(alex)
        assert viewer_of(token, now=NOON + SESSION_LASTS - SECOND) == alex
        assert viewer_of(token, now=NOON + SESSION_LASTS) is None

    def test_that_has_ended_is_cleared_away(self, alex: Viewer, bo: Viewer) -> None:
        start(bo)
        start(alex, at=NOON + SESSION_LASTS)
        assert session().scalars(select(SignInSession.user_id)).all() == [alex.id]


class TestChangingThePassword:
    @any_database
    def test_ends_all_sessions_but_this_one(self, alex: Viewer, bo: Viewer) -> None:
        here, there, bos = start(alex), start(alex), start(bo)
        new = services.new_password_hash("another good one", username="alex", email="")
        with transaction():
            services.change_password(
                viewer=alex, password_hash=new, token=here, at=NOON + timedelta(days=1)
            )
        assert viewer_of(here) == alex
        assert viewer_of(there) is None
        assert viewer_of(bos) == bo

    def test_leaves_only_the_new_one(self, alex: Viewer) -> None:
        later = NOON + timedelta(days=1)
        new = services.new_password_hash("another good one", username="alex", email="")
        with transaction():
            services.change_password(viewer=alex, password_hash=new, token="", at=later)
        assert services.check_password(identifier="alex", password="another good one") == alex.id
        with pytest.raises(NotAllowed):
            services.check_password(identifier="alex", password=PASSWORD)
        assert session().get_one(Credential, alex.id).changed_at == later

    def test_leaves_that_of_others(self, alex: Viewer, bo: Viewer, password_hash: str) -> None:
        with transaction():
            services.change_password(viewer=alex, password_hash="x", token="", at=NOON)
        assert session().get_one(Credential, bo.id).password_hash == password_hash


class TestChangingWhatOthersSee:
    @staticmethod
    def change(viewer: Viewer, **given: str) -> None:
        with transaction():
            services.change_profile(
                viewer=viewer, at=NOON, **{"name": "Alex", "place": "", "about": "", **given}
            )

    def test_changes_ones_own_alone(self, alex: Viewer, bo: Viewer) -> None:
        self.change(alex, name=" Alexandra  Roe", place="Rome ", about="Reads.")
        profile = queries.get_profile("alex")
        assert (profile.name, profile.place, profile.about) == ("Alexandra Roe", "Rome", "Reads.")
        assert queries.get_profile("bo").name == "Bo"

    def test_is_writing_and_not_for_who_is_suspended(self, alex: Viewer) -> None:
        with transaction():
            services.suspend(user_id=alex.id, until=NOON + SECOND)
        with pytest.raises(NotAllowed, match="not change what others read"):
            self.change(alex, about="Buy at my shop.")
        assert queries.get_profile("alex").about == ""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "\u200b"),
            ("name", "x" * 81),
            ("name", "a\x00b"),
            ("place", "x" * 81),
            ("place", "a\x00b"),
            ("about", "x" * 501),
            ("about", "caf\ufffd"),
        ],
    )
    def test_refuses_what_signing_up_refuses(self, alex: Viewer, field: str, value: str) -> None:
        with pytest.raises(Invalid) as refusal:
            self.change(alex, **{field: value})
        assert list(refusal.value.fields) == [field]
        assert queries.get_profile("alex").name == "Alex"


class TestChangingTheAddress:
    @staticmethod
    def change(viewer: Viewer, email: str, at: datetime = NOON) -> None:
        with transaction():
            services.change_email(viewer=viewer, email=email, at=at)

    def test_refuses_what_is_no_address(self, alex: Viewer) -> None:
        with pytest.raises(Invalid) as refusal:
            self.change(alex, "example.org")
        assert list(refusal.value.fields) == ["email"]
        assert queries.get_account(alex.id).email == "alex@example.org"

    @any_database
    def test_takes_none_from_who_gave_it_first(self, alex: Viewer, bo: Viewer) -> None:
        self.change(alex, "bo@example.org", at=NOON + SECOND)
        assert _id_of("bo@example.org") == bo.id

    def test_to_the_same_one_keeps_its_time(self, alex: Viewer, bo: Viewer) -> None:
        self.change(bo, "alex@example.org", at=NOON + SECOND)
        self.change(alex, "ALEX@example.org", at=NOON + 2 * SECOND)
        assert _id_of("alex@example.org") == alex.id


class TestChoosingLetters:
    @any_database
    def test_keeps_the_choice(self, alex: Viewer) -> None:
        assert queries.get_account(alex.id).mails_about == ["reports", "decisions", "role"]
        for chosen in (["reports", "role"], []):
            with transaction():
                services.change_mails(viewer=alex, groups=chosen[::-1])
            assert queries.get_account(alex.id).mails_about == chosen

    def test_is_out_of_the_list(self, alex: Viewer) -> None:
        with pytest.raises(Invalid), transaction():
            services.change_mails(viewer=alex, groups=["reports", "advertising"])


def _id_of(identifier: str) -> int:
    return services.check_password(identifier=identifier, password=PASSWORD)
