"""Pages that are the same for every visitor: tagged, compressed, shared."""

import gzip

import pytest

from bookreviews.web.public_pages import CACHE_CONTROL
from tests.client import Client

BOOK = "/books/python-for-beginners"
EVERYONES = [BOOK, f"{BOOK}/reviews?sort=oldest", "/", "/books"]


pytestmark = pytest.mark.usefixtures("book_id")


@pytest.mark.parametrize("path", EVERYONES)
class TestSharing:
    def test_caches_may_keep_it_for_a_second_and_browsers_ask(
        self, client: Client, path: str
    ) -> None:
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == CACHE_CONTROL
        assert {"Cookie", "Accept-Encoding"} <= set(answer.vary)
        assert "Set-Cookie" not in answer.headers

    def test_a_browser_that_has_it_gets_nothing_again(self, client: Client, path: str) -> None:
        tag = client.get(path).headers["ETag"]
        for encoding in ("gzip", "identity"):
            answer = client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": encoding})
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"] == tag
        assert client.get(path, headers={"If-None-Match": 'W/"another"'}).status_code == 200

    def test_it_is_compressed_for_who_can_read_that(self, client: Client, path: str) -> None:
        whole = client.get(path).data
        packed = client.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert gzip.decompress(packed.data) == whole
        for encodings in ("identity", "gzip;q=0", "br"):
            plain = client.get(path, headers={"Accept-Encoding": encodings})
            assert (plain.data, plain.content_encoding) == (whole, None)

    def test_a_reader_gets_their_own(self, as_alex: Client, path: str) -> None:
        answer = as_alex.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "ETag" not in answer.headers
        assert b"Your profile" in answer.data


def test_what_is_said_once_is_not_shared(client: Client) -> None:
    for path in ("/sign-in", "/sign-up", "/no-such-page", "/books/nothing", "/api/v1/works/1"):
        answer = client.get(path)
        assert "s-maxage" not in answer.headers["Cache-Control"], path
        assert "ETag" not in answer.headers, path
