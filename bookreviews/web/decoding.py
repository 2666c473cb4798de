"""How the bytes of a form become text: what isn't UTF-8 shows as damaged.

Werkzeug would keep such bytes as "%E9", which looks like something the writer typed, or drop the
whole form. A replacement character in their place is what our rules know and refuse.
"""

from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

# More than any form has: a bulk of five hundred cases may spare each of them.
_MOST_FIELDS = 600


class Utf8Forms(FormDataParser):
    """Reads forms of one text, as browsers send them; those of many parts are Werkzeug's."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Return the stream, the fields, and no files."""
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        text = stream.read().decode(errors="replace")
        try:
            fields = parse_qsl(
                text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS
            )
        except ValueError as error:
            raise BadRequest from error
        return stream, self.cls(fields), self.cls()


class Utf8Request(Request):
    """A request whose forms are in UTF-8."""

    form_data_parser_class = Utf8Forms
