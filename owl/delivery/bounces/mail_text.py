"""A mail as it came, opened so that nothing in it can do harm: headers as text, parts, readable text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

MOST_PARTS = 64  # a report has three or four
LONGEST_TEXT = 20_000  # characters of a part that are looked at
LONGEST_HEADER = 2_000
TAG = re.compile(r"<[^<>]{0,2000}>")
HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")


class Unreadable(Exception):
    """What came is no mail, or is built to exhaust who reads it."""


def open_mail(content: bytes) -> Message:
    """The mail, whatever its line ends (CRLF, LF or CR alone). Raises Unreadable."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b" \t\n")
    if lines.startswith((b"From ", b">From ")):  # as in a mailbox file
        lines = lines.partition(b"\n")[2]
    if not HEADER.match(lines) or lines.lower().count(b"boundary=") > MOST_PARTS:
        raise Unreadable
    try:
        return message_from_bytes(lines)
    except (RecursionError, ValueError, LookupError, AttributeError) as error:  # the email package on wild input
        raise Unreadable from error


def header(mail: Message, name: str) -> str:
    """A header as text, in one line; empty where it is missing."""
    found = mail.get(name)
    if found is None:
        return ""
    text = str(found)[:LONGEST_HEADER]
    try:
        return " ".join(str(make_header(decode_header(text))).split())
    except (ValueError, LookupError, UnicodeError):
        return " ".join(text.split())


def parts(mail: Message) -> Iterator[Message]:
    """The mail's own parts, in order, but not those of a mail that it carries."""
    waiting = [mail]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        inside = part.get_payload()
        if isinstance(inside, list) and (part.get_content_maintype() == "multipart" or _is_wrapped_report(inside)):
            waiting = [*inside, *waiting]


def _is_wrapped_report(inside: Sequence[Message | str]) -> bool:
    """Whether an attached mail is a report itself: some servers add a notice to every mail that leaves them."""
    first = inside[0] if len(inside) == 1 else None
    return isinstance(first, Message) and first.get_content_type() == "multipart/report"


def text_of(part: Message) -> str:
    """The part's text, decoded as well as can be, without tags; empty for one that is no text."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text = _decoded(payload[: LONGEST_TEXT * 4], str(part.get_content_charset("utf-8")))
    if part.get_content_subtype() == "html" or text.lstrip()[:1] == "<":
        body = text.lower().find("</head>") + 1
        text = html.unescape(TAG.sub(" ", text[body : body + LONGEST_TEXT * 2]))
    return text[:LONGEST_TEXT]


def loose_text(mail: Message) -> str:
    """The text of a mail whose parts can't be told apart, for instance because its boundary is broken."""
    payload = mail.get_payload()
    return (payload if isinstance(payload, str) else mail.preamble or "")[:LONGEST_TEXT]


def _decoded(payload: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            return payload.decode(name)
        except (LookupError, ValueError):
            continue
    return payload.decode("latin-1")
