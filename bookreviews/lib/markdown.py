"""People's Markdown to HTML that is safe to show: CommonMark in, a short list of tags out.

Two fences, each enough alone: markdown-it-py never passes raw HTML through, and nh3 (the
ammonia sanitiser) drops every tag, attribute and address that isn't listed here.
"""

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
}
# Without its own "*", nh3 would let title and lang through on every tag.
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

# A page of its own has the title above, so its words may have sections of two levels.
_TAGS_OF_PAGES = _TAGS | {"h2", "h3"}

# Headings would break the outline of the page around them, pictures would let a writer see
# who reads: both stay as the text that was typed.
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["heading", "lheading", "image"]
)
_parser_of_pages = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def render(source: str) -> str:
    """Return `source` as sanitised HTML; links say that the site doesn't vouch for them."""
    return nh3.clean(
        _parser.render(source),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    ).strip()


def render_page(source: str) -> str:
    """Return the words of a whole page, such as the rules, with headings of levels 2 and 3.

    An admin wrote them, and they pass the same fences; links are the site's own.
    """
    return nh3.clean(
        _parser_of_pages.render(source),
        tags=_TAGS_OF_PAGES,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    ).strip()
