"""What readers type becomes harmless HTML, whatever they type."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookreviews.lib.markdown import render, render_page

REL = 'rel="nofollow ugc noopener noreferrer"'

# All that may ever come out, written down a second time on purpose.
HARMLESS: dict[str, set[str]] = {
    "a": {"href", "rel"},
    "ol": {"start"},
    **{tag: set() for tag in ("blockquote", "br", "code", "em", "hr", "li")},
    **{tag: set() for tag in ("p", "pre", "strong", "ul")},
}


class _Reading(HTMLParser):
    """Reads HTML as a browser does and notes what it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def assert_harmless(html: str) -> None:
    read = _Reading(html)
    assert set(read.tags) <= set(HARMLESS)
    assert not read.others
    for tag, name, value in read.attributes:
        assert name in HARMLESS[tag]
        if name == "href":
            # A browser drops blanks and control characters before it looks for the scheme.
            bare = "".join(c for c in value or "" if c > " ").lower()
            scheme, colon, _ = bare.partition(":")
            assert not colon or scheme in {"http", "https", "mailto"} or set(scheme) & set("/?#%")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*so* **good**", "<p><em>so</em> <strong>good</strong></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```python\nx = 1\n```", "<pre><code>x = 1\n</code></pre>"),
        ("one\n\n***\n\ntwo", "<p>one</p>\n<hr>\n<p>two</p>"),
        ("a & b", "<p>a &amp; b</p>"),
        ("caf\u00e9 日本 🎉", "<p>caf\u00e9 日本 🎉</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(source: str, html: str) -> None:
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "href"),
    [
        ("[x](https://example.org/a?b=1&c=2)", "https://example.org/a?b=1&amp;c=2"),
        ("[x](http://example.org)", "http://example.org"),
        ("[x](mailto:bo@example.org)", "mailto:bo@example.org"),
        ("[x][1]\n\n[1]: https://example.org", "https://example.org"),
        ("[x](/books/emma)", "/books/emma"),
    ],
)
def test_links_say_that_we_do_not_vouch_for_them(source: str, href: str) -> None:
    assert render(source) == f'<p><a href="{href}" {REL}>x</a></p>'


def test_a_bare_address_is_not_made_a_link() -> None:
    assert render("see https://example.org") == "<p>see https://example.org</p>"


def test_a_link_keeps_no_title() -> None:
    assert render('[x](https://example.org "hover")') == (
        f'<p><a href="https://example.org" {REL}>x</a></p>'
    )


@pytest.mark.parametrize(
    "source",
    ["# Heading", "###### Heading", "Heading\n===", "![cover](https://example.org/spy.png)"],
)
def test_headings_and_pictures_stay_text(source: str) -> None:
    html = render(source)
    assert_harmless(html)
    assert html.removeprefix("<p>")[0] == source[0]


def test_a_line_under_a_text_is_a_rule_not_a_heading() -> None:
    assert render("Heading\n---") == "<p>Heading</p>\n<hr>"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<style>body { display: none }</style>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<!-- <script>alert(1)</script> -->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?>",
        "<!DOCTYPE html>",
        "<base href=//evil.example>",
        "<p onmouseover=alert(1)>x</p>",
        "- <script>alert(1)</script>",
        "> <script>alert(1)</script>",
        "    <script>alert(1)</script>",
        "```\n</code></pre><script>alert(1)</script>\n```",
        '```"onmouseover=alert(1)\nx\n```',
        "`</code><script>alert(1)</script>`",
    ],
)
def test_html_stays_text(source: str) -> None:
    html = render(source)
    assert_harmless(html)
    assert not {"script", "style", "img", "svg", "iframe"} & set(_Reading(html).tags)
    assert "&lt;" in html or "<" not in source


@pytest.mark.parametrize("entity", ["&lt;script&gt;", "&#60;script&#62;", "&#x3C;script&#x3e;"])
def test_entities_stay_text(entity: str) -> None:
    assert render(f"{entity}alert(1)") == "<p>&lt;script&gt;alert(1)</p>"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript&colon;alert(1)",
        "javascript&#58;alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "&#0000106avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "java&#x0A;script:alert(1)",
        "&#1;javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\x00script:alert(1)",
        "\x01javascript:alert(1)",
        "%6Aavascript:alert(1)",
        "javascript%3Aalert(1)",
        "\\javascript:alert(1)",
        "java\\script:alert(1)",
        "javascript\\:alert(1)",
        "jav\u00adascript:alert(1)",
        "ｊavascript:alert(1)",
        "vbscript:msgbox(1)",
        "feed:javascript:alert(1)",
        "view-source:javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "file:///etc/passwd",
        "ftp://example.org",
        "blob:https://example.org/1",
    ],
)
@pytest.mark.parametrize(
    "frame",
    [
        "[x]({})",
        "[x](<{}>)",
        "[x]( {} )",
        "[x]({} 'title')",
        "<{}>",
        "[x][1]\n\n[1]: {}",
        "[x][1]\n\n[1]: <{}>",
        "![x]({})",
        "[![x]({})]({})",
    ],
)
def test_no_link_leads_to_a_script(frame: str, address: str) -> None:
    assert_harmless(render(frame.replace("{}", address)))


@pytest.mark.parametrize(
    "source",
    [
        '[x](https://example.org/"onmouseover=alert(1))',
        '[x](<https://example.org/" onmouseover="alert(1)>)',
        "[x](https://example.org '\" onmouseover=\"alert(1)')",
        '<https://example.org/"onmouseover=alert(1)>',
        '["onmouseover=alert(1)](https://example.org)',
        '[x](https://example.org/"><script>alert(1)</script>)',
    ],
)
def test_no_quote_breaks_out_of_an_address(source: str) -> None:
    assert_harmless(render(source))


_hostile = st.sampled_from(
    [
        *(
            "<script>",
            "</script>",
            "<img onerror=",
            "javascript:",
            "data:",
            "&#106;",
            "&lt;",
            "![x]",
        ),
        *("](", "[x](", "[1]: ", "<", ">", '"', "'", "(", ")", "[", "]", "`", "```\n", "~~~\n"),
        *("*", "**", "_", "> ", "- ", "1. ", "# ", "\n", "\n\n", "\t", "\\", "&", ":", "    "),
    ]
)


@given(st.lists(_hostile | st.text(max_size=3), max_size=40).map("".join))
def test_nothing_that_can_be_typed_does_harm(source: str) -> None:
    assert_harmless(render(source))


@pytest.mark.parametrize(
    "part",
    [
        *("[", "![", "[](", "[a](<", "](", "[]["),
        *(">", "> ", "- ", "1. ", "*a ", "**a", "***a ", "_a", "`a ", "```"),
        *("<", "&", "\\", "[a]: ", "a\n> ", "<a ", "<!--"),
    ],
)
def test_deep_nesting_neither_fails_nor_grows(part: str) -> None:
    source = (part * 20_000)[:20_000]
    html = render(source)
    assert_harmless(html)
    assert len(html) <= 10 * len(source)


class TestPages:
    def test_have_headings_of_two_levels(self) -> None:
        assert render_page("## One\n\n### Two\n\nThree") == (
            "<h2>One</h2>\n<h3>Two</h3>\n<p>Three</p>"
        )
        assert "<h" not in render_page("# Title\n\n#### Four")

    def test_hold_nothing_else_that_reviews_do_not(self) -> None:
        source = '<h2 onclick="x()">a</h2> ![b](javascript:c) [d](javascript:e)'
        assert "<h2" not in render_page(source)
        assert "<img" not in render_page(source)
        assert "<a" not in render_page(source)

    def test_lead_on_without_a_warning(self) -> None:
        assert render_page("[a](https://e.example)") == (
            '<p><a href="https://e.example" rel="noopener noreferrer">a</a></p>'
        )
