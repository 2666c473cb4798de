"""Files as they come: unpacked on the way, read line by line, a line too long never held."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bookreviews.errors import DomainError

LONGEST_LINE = 4 * 1024 * 1024
_BLOCK = 1024 * 1024
# Dumps shrink to a tenth or a twentieth. What grows by more than this holds no books.
_MOST_GROWTH = 200
_ALWAYS_FINE = 64 * _BLOCK


class UnreadableFile(DomainError):
    """A file can't be read as what it seems to be, with the reason for the operator."""


class Growing(UnreadableFile):
    """A packed file that goes on and on."""


class Source:
    """An open file, unpacked if it was packed, its text in UTF-8 whatever it was written in.

    `encoding` is what the operator says, "" for UTF-8 or UTF-16 with a mark at the beginning.
    `position` of `size` bytes on the disk have been read.
    """

    def __init__(self, path: Path, encoding: str = "") -> None:
        self.path = path
        try:
            self._file: io.BufferedReader = path.open("rb")
        except IsADirectoryError as error:
            raise UnreadableFile(f"{path} is a folder; please name the files in it.") from error
        except OSError as error:
            raise UnreadableFile(f"{path} can't be opened: {error.strerror}.") from error
        self.size = path.stat().st_size
        self._is_packed = self._file.read(2) == b"\x1f\x8b"
        self.encoding = encoding
        self.rewind()
        if not encoding and self.beginning(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            self.encoding = "utf-16"
            self.rewind()

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def position(self) -> int:
        """Return how many bytes of the file on the disk have been read."""
        return self._file.tell()

    def rewind(self) -> None:
        """Go back to the beginning."""
        self._file.seek(0)
        self._taken = 0
        self._stream: io.BufferedIOBase = self._file
        if self._is_packed:
            self._stream = gzip.GzipFile(fileobj=self._file)
        if self.encoding:
            self._stream = io.BufferedReader(_Recoded(self._stream, self.encoding), _BLOCK)

    def digest(self) -> str:
        """Return the SHA-256 of the file on the disk, by which it is known again."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def beginning(self, length: int = 64 * 1024) -> bytes:
        """Return the first bytes, unpacked, and go back; fewer where the file ends before."""
        found = b""
        try:
            while len(found) < length and (block := self._stream.read1(length - len(found))):
                found += block
        except (OSError, EOFError, zlib.error) as error:
            if not found:
                raise UnreadableFile(f"{self.path} is damaged and can't be unpacked.") from error
        finally:
            self.rewind()
        return found

    def read(self, length: int) -> bytes:
        """Return the next bytes, `length` at most, none at the end."""
        return self._checked(lambda: self._stream.read1(length))

    def lines(self) -> Iterator[bytes | None]:
        """Yield each line without its end; None for one that is too long to be held."""
        while line := self._line():
            if len(line) <= LONGEST_LINE:
                yield line.rstrip(b"\r\n")
                continue
            while line and not line.endswith(b"\n"):
                line = self._line()
            yield None

    def _line(self) -> bytes:
        return self._checked(lambda: self._stream.readline(LONGEST_LINE + 1))

    def _checked(self, read: Callable[[], bytes]) -> bytes:
        try:
            block = read()
        except EOFError as error:
            raise UnreadableFile(
                f"{self.path} ends in the middle, so it was cut off on its way here. What came "
                "before is loaded; please fetch the file again."
            ) from error
        except (OSError, zlib.error) as error:
            raise UnreadableFile(f"{self.path} is damaged from here on: {error}.") from error
        self._taken += len(block)
        if self._taken > _ALWAYS_FINE + self.position * _MOST_GROWTH:
            raise Growing(
                f"{self.path} unpacks to more than {_MOST_GROWTH} times its size, which no list "
                "of books does. It was not read on."
            )
        return block


def encoding_of(name: str) -> str:
    """Return the name that Python has for an encoding, "" for UTF-8 or none; refuse others."""
    if not name:
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise UnreadableFile(f"{name} is no encoding; try cp1252, latin-1 or utf-16.") from error
    if not found._is_text_encoding:
        raise UnreadableFile(f"{name} is no encoding of text; try cp1252, latin-1 or utf-16.")
    return "" if found.name == "utf-8" else found.name


class _Recoded(io.RawIOBase):
    """Bytes of text in some encoding as those of the same text in UTF-8.

    What isn't of that encoding becomes U+FFFD, by which its line is known as damaged.
    """

    def __init__(self, stream: io.BufferedIOBase, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what is there."""
        while not self._waiting:
            block = self._stream.read1(64 * 1024)
            self._waiting = self._decoder.decode(block, final=not block).encode()
            if not block:
                break
        length = min(len(buffer), len(self._waiting))
        buffer[:length] = self._waiting[:length]
        self._waiting = self._waiting[length:]
        return length
