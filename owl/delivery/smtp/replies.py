"""What a relay answers: cut from the bytes as they come, and what it means for a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from owl.delivery.providers import Outcome, Result
from owl.delivery.smtp.limits import LONGEST_REPLY, LONGEST_REPLY_LINE

ENHANCED = re.compile(rb"[245]\d\d[ -]([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 2034: right behind the code
SOMEWHERE = re.compile(rb"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")  # RFC 3463: some say it later
MAILBOX_FULL = "5.2.2"  # sent with a 5xx by many, yet it passes

OUR_FAULT = {b"530", b"534", b"535", b"538"}  # RFC 4954, 6: we should have signed in, or in TLS, or otherwise


class Garbage(Exception):
    """No answer of SMTP, or one that nobody asked for: nothing on this line can be trusted any more."""


class ReplyReader:
    """Cuts replies from a stream. A reply is its lines, joined with LF; the first three bytes are its code."""

    __slots__ = ("_lines", "_rest", "_size")

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []  # of a reply that goes on
        self._size = 0  # octets of those

    def feed(self, received: bytes) -> Iterator[bytes]:
        """Each reply that is whole now. Raises Garbage, after those before it."""
        *lines, self._rest = (self._rest + received).split(b"\n")
        for line in lines:
            kind = line[3:4]
            if not line[:3].isdigit() or kind not in b" -\r" or len(line) > LONGEST_REPLY_LINE:
                raise Garbage
            if kind != b"-" and not self._lines:
                yield line
                continue
            self._lines.append(line)
            self._size += len(line)
            if line[:3] != self._lines[0][:3] or self._size > LONGEST_REPLY:
                raise Garbage
            if kind != b"-":
                whole, self._lines, self._size = b"\n".join(self._lines), [], 0
                yield whole
        if len(self._rest) > LONGEST_REPLY_LINE:
            raise Garbage

    @property
    def holds_more(self) -> bool:
        """Whether the beginning of another reply has come."""
        return bool(self._rest or self._lines)


def code_of(reply: bytes) -> str:
    """The codes and nothing else, "550 5.1.1": the words may name an address."""
    found = ENHANCED.match(reply) or SOMEWHERE.search(reply)
    code = reply[:3].decode()
    return f"{code} {found[1].decode()}" if found and found[1][:1] == reply[:1] else code


def refusal(seq: int, reply: bytes) -> Outcome:
    """What a 4xx or 5xx means for a mail: RFC 5321, 4.2.1, but for mailboxes that are full and for what is ours."""
    code = code_of(reply)
    if reply[:3] in OUR_FAULT:
        return Outcome(seq, Result.NOT_NOW, fault=code)
    for_good = reply[:1] == b"5" and not code.endswith(f" {MAILBOX_FULL}")
    return Outcome(seq, Result.PERMANENT if for_good else Result.TEMPORARY, fault=code)
