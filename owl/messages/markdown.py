"""The officer's small Markdown, as HTML and as plain text for the text part of a mail.

Paragraphs, line breaks, bold, italics, lists, links and one level of heading. HTML that is typed
is shown as it was typed; what the parser makes is held to a list of allowed elements as well.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

LINKS = ("https://", "mailto:", "tel:")
DEEPEST_NESTING = 12  # of lists in lists; the rest is dropped


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": DEEPEST_NESTING})
    parser.enable(["heading", "list", "emphasis", "link", "autolink", "newline", "escape", "balance_pairs"])
    parser.validateLink = lambda url: url.lower().startswith(LINKS)  # type: ignore[method-assign]
    return parser


PARSER = _parser()


def as_html(markdown: str) -> str:
    """HTML that is safe in a page and in a mail: p, br, strong, em, ul, ol, li, a, h2 only."""
    tokens = PARSER.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h2"
    rendered: str = PARSER.renderer.render(tokens, PARSER.options, {})
    return nh3.clean(
        rendered,
        tags={"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2"},
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={scheme.rstrip(":/") for scheme in LINKS},
        link_rel="noopener noreferrer",
    )


def as_text(markdown: str) -> str:
    """The same words without marks: paragraphs apart, list items after "-" or a number, links with their address."""
    written = gap = marker = ""
    lists: list[int | None] = []  # around us: the next item's number, or None for a bullet
    for token in PARSER.parse(markdown):
        if token.type == "bullet_list_open":
            lists.append(None)
        elif token.type == "ordered_list_open":
            lists.append(int(token.attrGet("start") or 1))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
            gap = "\n" if lists else "\n\n"
        elif token.type == "list_item_open":
            number = lists[-1]
            marker = "- " if number is None else f"{number}. "
            lists[-1] = None if number is None else number + 1
        elif token.type == "inline":
            indent = "  " * (len(lists) - 1) + marker
            written += gap + indent + _words(token).replace("\n", "\n" + " " * len(indent))
            gap, marker = ("\n" if lists else "\n\n"), ""
    return written


def _words(inline: Token) -> str:
    """The words of one paragraph, heading or item."""
    written: list[str] = []
    links: list[tuple[int, str]] = []
    for token in inline.children or []:
        if token.type in {"softbreak", "hardbreak"}:
            written.append("\n")
        elif token.type == "link_open":
            links.append((len(written), str(token.attrGet("href") or "")))
        elif token.type == "link_close":
            start, address = links.pop()
            shown = address.removeprefix("mailto:").removeprefix("tel:")
            if "".join(written[start:]) != shown:
                written.append(f" ({shown})")
        else:
            written.append(token.content)
    return "".join(written)
