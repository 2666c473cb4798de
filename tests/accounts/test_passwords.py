"""Argon2id with the parameters we want, and as much work for nobody as for somebody."""

from collections.abc import Callable

import argon2
import pytest
from argon2 import Parameters, PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import String

from bookreviews.accounts import passwords
from bookreviews.accounts.models import Credential
from tests.conftest import PASSWORD

# What one check cost and how it ended: the parameters of the hash, the type of the outcome.
Work = tuple[Parameters, type]


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Work]:
    """Return what Argon2 has been asked to check since; it still does all of its work."""
    done: list[Work] = []
    verify: Callable[..., bool] = PasswordHasher.verify

    def noted(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
        cost = argon2.extract_parameters(password_hash)
        try:
            answer = verify(hasher, password_hash, password)
        except Exception as error:
            done.append((cost, type(error)))
            raise
        done.append((cost, type(answer)))
        return answer

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    return done


def test_the_parameters_are_inside_the_hash(password_hash: str) -> None:
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    parameters = argon2.extract_parameters(password_hash)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)


def test_the_hash_fits_its_column(password_hash: str) -> None:
    column = Credential.__table__.c.password_hash.type
    assert isinstance(column, String)
    assert len(password_hash) <= (column.length or 0)


def test_every_hash_has_a_salt_of_its_own(password_hash: str) -> None:
    again = passwords.hash_password(PASSWORD)
    assert again != password_hash
    assert passwords.verify(again, PASSWORD)


def test_the_right_password_is_right(password_hash: str) -> None:
    assert passwords.verify(password_hash, PASSWORD) is True


@pytest.mark.parametrize(
    "wrong", ["", "wrong", PASSWORD.upper(), f"{PASSWORD} ", PASSWORD[:-1], f"{PASSWORD}\x00"]
)
def test_another_password_is_wrong(password_hash: str, wrong: str) -> None:
    assert passwords.verify(password_hash, wrong) is False


@pytest.mark.parametrize(
    "password", ["пароль из слов", "密码密码密码密码密码", "🔑" * 10, "x" * 200]
)
def test_passwords_are_in_any_script(password: str) -> None:
    assert passwords.verify(passwords.hash_password(password), password)


@pytest.mark.parametrize("damaged", ["x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "plain"])
def test_with_a_damaged_hash_every_password_is_wrong(damaged: str) -> None:
    assert passwords.verify(damaged, "plain") is False


def test_nobody_has_no_password() -> None:
    assert passwords.verify(None, PASSWORD) is False


def test_not_even_the_one_that_stands_in_for_nobodys(checks: list[Work]) -> None:
    assert passwords.verify(None, "the password of nobody") is False
    ((_, outcome),) = checks
    assert outcome is bool


def test_checking_for_nobody_does_the_work_of_a_wrong_password(
    checks: list[Work], password_hash: str
) -> None:
    passwords.verify(password_hash, "a wrong password")
    passwords.verify(None, "a wrong password")
    for_somebody, for_nobody = checks
    assert for_nobody == for_somebody
    assert for_somebody == (argon2.extract_parameters(password_hash), VerifyMismatchError)
