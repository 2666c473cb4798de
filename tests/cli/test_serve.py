"""The key of a site that was given none: made once, for its owner alone, and read by every command.

tests/deploy/containers serves with it; tests/jobs/test_serve.py runs the two processes.
"""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bookreviews.cli.serve import see_to_key
from bookreviews.config import OWN_SITE, Settings, WrongSetting

KEY = "a key that somebody has thought about"


def on_sqlite(folder: Path, **more: str) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{folder}/books.sqlite3", **more}


class TestOwnKey:
    def test_is_made_once_and_read_by_all(self, tmp_path: Path) -> None:
        environ = on_sqlite(tmp_path / "new")
        see_to_key(environ)
        made = Settings.from_environment(environ)
        see_to_key(environ)
        assert Settings.from_environment(environ) == made
        assert len(made.secret_key) == 64
        assert made.site_url == OWN_SITE

    def test_is_for_its_owner_alone_and_the_only_thing_left(self, tmp_path: Path) -> None:
        see_to_key(on_sqlite(tmp_path))
        (file,) = tmp_path.iterdir()
        assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("secret_key", 0o600)

    def test_is_one_where_many_start_at_once(self, tmp_path: Path) -> None:
        environ = on_sqlite(tmp_path)

        def start(_number: int) -> str:
            see_to_key(environ)
            return Settings.from_environment(environ).secret_key

        with ThreadPoolExecutor(8) as starting:
            assert len(set(starting.map(start, range(32)))) == 1
        assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]

    def test_leaves_the_address_to_the_operator(self, tmp_path: Path) -> None:
        environ = on_sqlite(tmp_path, SITE_URL="https://books.example")
        see_to_key(environ)
        assert Settings.from_environment(environ).site_url == "https://books.example"

    def test_gives_way_to_one_that_is_set(self, tmp_path: Path) -> None:
        see_to_key(on_sqlite(tmp_path))
        environ = on_sqlite(tmp_path, SECRET_KEY=KEY, SITE_URL="https://books.example")
        assert Settings.from_environment(environ).secret_key == KEY

    def test_that_is_empty_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "secret_key").touch()
        with pytest.raises(WrongSetting, match=r"^The file secret_key beside .* is empty\.$"):
            Settings.from_environment(on_sqlite(tmp_path))

    def test_that_can_not_be_kept_is_told_in_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(WrongSetting, match=r"^No SECRET_KEY can be kept as .*: "):
            see_to_key(on_sqlite(tmp_path / "file"))


class TestNoKeyIsMade:
    @pytest.mark.parametrize(
        "given",
        [
            {"SECRET_KEY": KEY},
            {"SECRET_KEY_FILE": "/run/secrets/key"},
            {"BOOKREVIEWS_ENV": "development"},
        ],
        ids=lambda given: next(iter(given)),
    )
    def test_where_there_is_one(self, tmp_path: Path, given: dict[str, str]) -> None:
        see_to_key(on_sqlite(tmp_path, **given))
        assert [*tmp_path.iterdir()] == []

    def test_where_several_machines_would_each_make_one(self) -> None:
        environ = {"DATABASE_URL": "postgres://bo:pw@db.example/books"}
        see_to_key(environ)
        with pytest.raises(WrongSetting, match="SECRET_KEY must be set"):
            Settings.from_environment(environ)

    def test_where_the_site_can_not_start_anyway(self, tmp_path: Path) -> None:
        with pytest.raises(WrongSetting, match="SITE_URL is 'books'"):
            see_to_key(on_sqlite(tmp_path, SITE_URL="books"))
        assert [*tmp_path.iterdir()] == []


def test_without_serve_a_site_without_a_key_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="SECRET_KEY must be set"):
        Settings.from_environment(on_sqlite(tmp_path))
