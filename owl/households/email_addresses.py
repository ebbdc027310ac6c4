"""Email addresses as people type them, checked for their shape alone: the proof is a press of a link."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, mark
from owl.households.typed_text import LONGEST, without_unseen

LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets
# What most addresses are: a microsecond, where the full reading takes forty, in lists of 100,000. Capitals are left to
# that, since it writes some of them small. A test holds both ways to the same answer.
PLAIN = re.compile(r"([a-z0-9]+(?:[._-][a-z0-9]+)*)@([a-z0-9.-]+)")
LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
DOMAINS = 4_096  # remembered

EMPTY = mark("Enter an email address, like name@example.com.")
ONE_AT = mark("An email address has one @ in it, like name@example.com. Check what you typed.")
SPACE = mark("Take out the space or line break: an email address has none, like name@example.com.")
ADDRESS_ONLY = mark("Enter the address alone, without a name or brackets, like name@example.com.")
TOO_LONG = mark("This is too long for an email address. Check that it is all one address.")
FOREIGN = mark(
    "We can't yet write to addresses with letters like é or ж before the @. Enter another address, or use a mobile."
)
WRONG = mark("Check the email address: it should look like name@example.com.")


class NotAnEmailAddress(BadInput):
    """Nothing that mail can be sent to; the sentence, one of those above, says what to change."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"email": gettext(sentence)})


def parse_email(text: str) -> str:
    """The address to store and to write to: as typed, its domain in ASCII (IDNA) and lower case.

    Looks at the shape alone and asks no name server. Raises NotAnEmailAddress.
    """
    typed = without_unseen(text[: LONGEST + 1])
    plain = PLAIN.fullmatch(typed)
    if plain and len(plain[1]) <= LONGEST_LOCAL and len(typed) <= LONGEST_ADDRESS and _is_domain(plain[2]):
        return typed
    return _parse_any(typed)


def index_form(address: str) -> str:
    """The one spelling under which an address is found again, whoever typed it in whichever case."""
    return address.lower()


def show_email(address: str) -> str:
    """As its owner writes it: the domain in its own letters."""
    local, _, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address  # its own letters are these
    try:
        return f"{local}@{validate_email(address, check_deliverability=False).domain}"
    except EmailNotValidError:
        return f"{local}@{domain}"


@lru_cache(maxsize=DOMAINS)
def _is_domain(domain: str) -> bool:
    """Whether mail can go there and this is how it is written."""
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain == domain
    except EmailNotValidError:
        return False


def _parse_any(typed: str) -> str:
    """Whatever it is, by the rules of the RFCs."""
    _refuse_what_has_a_name(typed)
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise NotAnEmailAddress(WRONG) from None
    address = found.ascii_email
    if address is None or len(address) > LONGEST_ADDRESS:
        raise NotAnEmailAddress(TOO_LONG)
    return address


def _refuse_what_has_a_name(typed: str) -> None:
    """Raise for the faults that people can be told about by name."""
    local, _, _ = typed.partition("@")
    faults = (
        (not typed, EMPTY),
        (len(typed) > LONGEST_ADDRESS, TOO_LONG),
        (any(sign in typed for sign in '<>"'), ADDRESS_ONLY),
        (any(letter.isspace() or unicodedata.category(letter) == "Cc" for letter in typed), SPACE),
        (typed.count("@") != 1, ONE_AT),
        (not local.isascii(), FOREIGN),
    )
    for present, sentence in faults:
        if present:
            raise NotAnEmailAddress(sentence)
