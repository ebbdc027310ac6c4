"""What we say of a mail: its commands, its content with dots doubled, and what can't be said at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

import idna

from owl.delivery.providers import Outcome, OutgoingMail, Result

# No space, bracket, control or half of a character; lengths by RFC 5321, 4.5.3.1.
_SIGN = r"[^\s<>@\x00-\x1f\x7f\ud800-\udfff]"
ON_THE_LINE = re.compile(f"{_SIGN}{{1,64}}@{_SIGN}{{1,255}}")
NOT_AN_ADDRESS = "address"  # codes of ours: the address can't go on an SMTP line
NO_SMTPUTF8 = "smtputf8"  # the relay takes ASCII addresses only
TOO_LARGE = "552 5.3.4"  # what the relay would have said of its size (RFC 1870, 6.1)
LINE_END = re.compile(rb"\r\n|\r|\n")
# Many times faster than what bytes do themselves, which stop at each line end.
CRLF_DOT, AFTER_LF, AFTER_CR = re.compile(rb"\r\n\."), re.compile(rb"\n\."), re.compile(rb"\r\.")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a relay said in its answer to EHLO; none after HELO."""

    pipelining: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    starttls: bool = False
    size: bool = False
    largest: int = 0  # octets; 0: no limit, or none told
    auth: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, reply: bytes) -> Abilities:
        """From the lines after the first."""
        told: dict[str, list[str]] = {}
        for line in reply.split(b"\n")[1:]:
            keyword, *values = line[4:].decode("ascii", "replace").upper().replace("=", " ").split() or [""]
            told.setdefault(keyword, []).extend(values)
        largest = next(iter(told.get("SIZE", [])), "0")
        return cls(
            pipelining="PIPELINING" in told,
            eight_bit="8BITMIME" in told,
            smtputf8="SMTPUTF8" in told,
            starttls="STARTTLS" in told,
            size="SIZE" in told,
            largest=int(largest) if largest.isdecimal() else 0,
            auth=frozenset(told.get("AUTH", [])),
        )


class Unsayable(Exception):
    """The relay needn't be asked about this mail."""

    def __init__(self, seq: int, fault: str) -> None:
        super().__init__(fault)
        self.outcome = Outcome(seq, Result.PERMANENT, fault=fault)


def envelope(mail: OutgoingMail, able: Abilities) -> tuple[bytes, bytes]:
    """The MAIL and RCPT commands. Raises Unsayable.

    Content with octets above 127 goes as it is also to a relay without 8BITMIME: all of today's pass it on,
    while to refuse it would surely lose the mail. Ours are 7-bit anyhow.
    """
    sender, recipient = mail.return_path, mail.recipient
    content = mail.content
    if not ON_THE_LINE.fullmatch(recipient) or (sender and not ON_THE_LINE.fullmatch(sender)):
        raise Unsayable(mail.seq, NOT_AN_ADDRESS)
    options = b" SIZE=%d" % len(content) if able.size else b""
    if 0 < able.largest < len(content):
        raise Unsayable(mail.seq, TOO_LARGE)
    if not (sender.isascii() and recipient.isascii() and content.isascii()):
        sender, recipient = _domain_in_ascii(mail.seq, sender), _domain_in_ascii(mail.seq, recipient)
        if not content.isascii() and able.eight_bit:
            options += b" BODY=8BITMIME"
        if not (sender.isascii() and recipient.isascii() and content.partition(b"\r\n\r\n")[0].isascii()):
            if not able.smtputf8:
                raise Unsayable(mail.seq, NO_SMTPUTF8)
            options += b" SMTPUTF8"
    return b"MAIL FROM:<%b>%b\r\n" % (sender.encode(), options), b"RCPT TO:<%b>\r\n" % recipient.encode()


def with_dots(content: bytes) -> bytes:
    """The content as DATA takes it, and the dot that ends it: RFC 5321, 4.5.2.

    Where a dot begins a line only by the reckoning of a relay that takes a lone CR or LF for a line's end (and
    then the dot for the mail's), every line end is made CRLF first.
    """
    wire, doubled = CRLF_DOT.subn(b"\r\n..", content)
    if AFTER_CR.search(content) or len(AFTER_LF.findall(content)) != doubled:  # rare: it costs ten times as much
        wire = CRLF_DOT.sub(b"\r\n..", LINE_END.sub(b"\r\n", content))
    if wire[:1] == b".":
        wire = b"." + wire
    return wire + (b".\r\n" if wire.endswith(b"\r\n") else b"\r\n.\r\n")


def _domain_in_ascii(seq: int, address: str) -> str:
    """With A-labels, which every relay takes; the part before the @ as it is."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        raise Unsayable(seq, NOT_AN_ADDRESS) from None
