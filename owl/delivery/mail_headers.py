"""The headers of our mail, folded and encoded: what people typed stays what they typed, and one header.

EmailMessage takes them as they are. Its own folder is not for names: it decodes (Python 3.11.7) a
"=?utf-8?q?=0D=0A?=" in a name, line end and all; it drops blanks between encoded words; it makes an
encoded word of a long link; and an Arabic name takes it 3 ms. `email.header.Header`, used here, does none of these.
"""

from __future__ import annotations

import re
import unicodedata
from binascii import b2a_base64
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.utils import quote
from typing import Self

LINE = 76  # RFC 2047, 2: the longest line with an encoded word
ONE_WORD = 39  # bytes that fit one encoded word, after the longest of our headers' names
LONGEST_NAME = 60  # characters; a mail reader shows about 30
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # line ends; marks that turn the direction of what follows
JOINERS = "\u200c\u200d"  # unseen, but Persian and Indic words, and emoji, are spelled with them
# RFC 5322, 3.2.3: words that need no quotes. "=" and "?" are left out: they begin encoded words.
PLAIN_NAME = re.compile(r"[\w!#$%&'*+/^`{|}~-]+(?: [\w!#$%&'*+/^`{|}~-]+)*", re.ASCII)
PLAIN_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)
PLAIN_TEXT = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*")


class UnusableAddress(ValueError):
    """This address can't stand in a header."""


class FoldedHeader(str):
    """The value of a header as it goes on the wire, which EmailMessage is to leave as it is."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str, value: str) -> Self:
        """The header; `value` is folded already."""
        header = super().__new__(cls, value)
        header.name = name
        return header

    def fold(self, *, policy: object) -> str:  # noqa: ARG002  # what the email package calls
        """The whole header, with its line end."""
        return f"{self.name}: {self}\r\n"


def words_header(name: str, text: str) -> FoldedHeader:
    """A header of words, such as Subject."""
    return FoldedHeader(name, _encoded(one_line(text), header=name))


def whole_header(name: str, value: str) -> FoldedHeader:
    """A header of ids or links on one line, for the readers that do not unfold. Raises ValueError."""
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"{name} can't hold this")
    return FoldedHeader(name, value)


def mailbox_header(header: str, name: str | None, address: str) -> FoldedHeader:
    """A header with a name and an address. Raises UnusableAddress."""
    return FoldedHeader(header, mailbox(header, name, address))


def mailbox(header: str, name: str | None, address: str) -> str:
    """The name and the address, folded to follow the header's name. Raises UnusableAddress."""
    if not PLAIN_ADDRESS.fullmatch(address):
        address = _quoted_address(address)
    if not name:
        return address
    shown = name if len(name) <= LONGEST_NAME and PLAIN_NAME.fullmatch(name) else _phrase(name, header)
    if not shown:
        return address
    before = len(header) + 2 + len(shown) if "\n" not in shown else len(shown) - shown.rindex("\n") - 1
    gap = " " if before + len(address) + 3 <= LINE else "\r\n "
    return f"{shown}{gap}<{address}>"


def one_line(text: str) -> str:
    """The text on one line: single blanks, and nothing in it that is not seen."""
    if text.isprintable():  # the common case
        return " ".join(text.split())
    return " ".join("".join(letter if _is_seen(letter) else " " for letter in text).split())


def _is_seen(letter: str) -> bool:
    return letter in JOINERS or unicodedata.category(letter) not in UNSEEN


def _quoted_address(address: str) -> str:
    """An address that is not only letters, as RFC 5322 writes it. Raises UnusableAddress."""
    try:
        written = Address(addr_spec=address).addr_spec
    except (ValueError, IndexError, MessageError):  # all that the email package raises
        raise UnusableAddress from None
    if not written.isascii() or not written.isprintable():
        raise UnusableAddress
    return written


def _phrase(name: str, header: str) -> str:
    """A display name: as it is, in quotes, or in encoded words (RFC 2047, 5: never both)."""
    words = one_line(name)[:LONGEST_NAME].strip()
    if PLAIN_NAME.fullmatch(words):
        return words
    if PLAIN_TEXT.fullmatch(words) and "=?" not in words:
        return f'"{quote(words)}"'
    return _encoded(words, header=header)


def _encoded(words: str, *, header: str) -> str:
    """The words, folded at blanks where they are plain, as encoded words otherwise."""
    if not words:
        return ""
    if PLAIN_TEXT.fullmatch(words) and "=?" not in words:
        charset = "us-ascii"
    elif len(letters := words.encode()) <= ONE_WORD:
        return f"=?utf-8?b?{b2a_base64(letters, newline=False).decode()}?="
    else:
        charset = "utf-8"
    return Header(words, charset, maxlinelen=LINE, header_name=header).encode(splitchars=" ", linesep="\r\n")
