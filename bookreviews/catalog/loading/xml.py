"""XML, a record at a time: no document type, no entity, nothing fetched, no record without end."""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from bookreviews.catalog.loading.streams import LONGEST_LINE, Source, UnreadableFile


class _Bounded:
    """A file for the parser that ends with a refusal where a record has no end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.since_record = 0

    def read(self, length: int) -> bytes:
        """Return the next bytes."""
        block = self._source.read(length)
        self.since_record += len(block)
        if self.since_record > LONGEST_LINE:
            raise UnreadableFile(f"{self._source.path} has a record too large to be one of a book.")
        return block


def records(source: Source, is_record: Callable[[str], bool]) -> Iterator[Element]:
    """Yield the elements whose bare names are those of records, each forgotten after its use."""
    stream = _Bounded(source)
    parents: list[Element] = []
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            if is_record(bare(element.tag)):
                yield element
                stream.since_record = 0
            if len(parents) < 2:
                element.clear()
                if parents:
                    parents[-1].clear()
    except ParseError as error:
        raise UnreadableFile(
            f"{source.path} is not well-formed XML (line {error.position[0]}), or was cut off on "
            "its way here. What came before is loaded."
        ) from error
    except DefusedXmlException as error:
        raise UnreadableFile(
            f"{source.path} declares a document type or entities, which can do harm and which no "
            "list of books needs. It was not read on."
        ) from error


def bare(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rsplit("}", 1)[-1]
