"""How heavy a mail gets: words as they are encoded for the wire, in bytes.

A mail stays under 30 KB, so that it opens at once on a weak line and no mail program cuts it (Gmail does at 102 KB).
"""

from __future__ import annotations

import re

from owl.messages.markdown import as_html, as_text

HEAVIEST_MAIL = 30_000  # bytes on the wire
FURNITURE = 8_000  # bytes at most of what stands around the officer's words: headers, buttons, whom to call
LINE = 76  # RFC 2045, 6.7 and 6.8: the longest encoded line
TRIPLED = re.compile(rb"[^\t\r\n -<>-~]")  # quoted-printable writes each of these as three letters
BYTES_IN_LINE = LINE // 4 * 3  # of base64


def lightest_encoding(words: str) -> str:
    """The content transfer encoding that makes least of the words: 7bit, quoted-printable or base64."""
    written = _on_the_wire(words)
    if written.isascii() and max(map(len, written.splitlines()), default=0) <= LINE:
        return "7bit"
    return "base64" if _in_base64(written) < _in_quoted_printable(written) else "quoted-printable"


def encoded_length(words: str) -> int:
    """Bytes of the words in their lightest encoding."""
    written = _on_the_wire(words)
    return min(_in_base64(written), _in_quoted_printable(written))


def weight_of(title: str, body: str) -> int:
    """Bytes of a mail with this title and body (Markdown), at most."""
    text, html = as_text(body), as_html(body)
    shown_again = encoded_length(title) * 4  # in the subject and three times in the page
    return FURNITURE + shown_again + encoded_length(f"{title}\n{text}") + encoded_length(html)


def _on_the_wire(words: str) -> bytes:
    return words.encode().replace(b"\n", b"\r\n")


def _in_quoted_printable(written: bytes) -> int:
    length = len(written) + 2 * len(TRIPLED.findall(written))
    return length + 3 * (length // (LINE - 4))  # soft line ends


def _in_base64(written: bytes) -> int:
    return (len(written) // BYTES_IN_LINE + 1) * (LINE + 2)
