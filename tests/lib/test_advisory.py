"""One at a time has a turn, for as long as it takes."""

import pytest
from flask import Flask
from sqlalchemy import text

from bookreviews.extensions import engine
from bookreviews.lib.advisory import takes_turn

_TURN = 2**40


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_turn_is_held_however_long_nothing_happens_and_ends_with_its_transaction(
    app: Flask,
) -> None:
    limit = text("SHOW idle_in_transaction_session_timeout")
    with engine().connect() as one, engine().connect() as other:
        one.execute(text("SET idle_in_transaction_session_timeout = '30s'"))
        one.commit()
        assert takes_turn(one, _TURN)
        assert one.scalar(limit) == "0"
        assert not takes_turn(other, _TURN)
        assert not other.in_transaction()
        one.rollback()
        assert one.scalar(limit) == "30s"
        assert takes_turn(other, _TURN)
