"""Where the links of a message lead: to allowed sites only, and to the one that they show.

Found as a reader's mail program finds them: what the officer marked as a link, and every address that stands in the
words. What a browser might read otherwise than we do is refused, not repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import idna

from owl.messages.checks.finding import Finding, Weight, Words
from owl.messages.checks.hosts import SHORTENERS, is_below, plain_host
from owl.messages.markdown import PARSER
from owl.messages.sms_text import UNSEEN

MOST_LINKS = 3
LONGEST_SHOWN = 60
# Endings that mail programs and phones make links of, without https before or a page behind.
ENDINGS = "app|biz|cc|click|club|cn|com|dev|eu|gl|ie|info|io|link|live|ly|net|online|org|ru|shop|site|top|tv|uk|vip|xyz"
ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:[/\\]+|www\.)[^\s<>]+"
    rf"|(?<![@\w.\-])(?:[\w-]{{1,63}}[.\u3002\uff0e]){{1,8}}(?:(?:{ENDINGS})\b(?:[:/?#][^\s<>]*)?|[^\W\d_]{{2,20}}/[^\s<>]+)",
    re.IGNORECASE,
)
MAIL = re.compile(r"[\w.+%-]{1,64}@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,20})")
ONWARD = re.compile(r"(?:https?:[/\\]+|(?:^|[=&?])[/\\]{2,})([^/?#\\&\s]+)", re.IGNORECASE)
MOST_CODED = 3  # times that an address may be percent-coded within another
HTTPS = re.compile(r"https://([^/?#\\]*)", re.IGNORECASE)
COSTLY = re.compile(r"(?:\+44|0)(?:9|70|871|872|873)|118")  # Ofcom's numbering plan: premium and personal numbers
TRAILING = ".,;:!?)]}'\"’”*_"


@dataclass(frozen=True, slots=True)
class Link:
    """One link: where it leads, and the words that it shows."""

    address: str
    shown: str


def links_in(field: str, text: str) -> list[Link]:
    """Every link in one part of a message. `text`: Markdown in the body, as it stands elsewhere."""
    text = text.translate(UNSEEN)
    return list(_marked(text)) if field == "body" else list(_standing(text))


def fault_of(link: Link, allowed: Collection[str]) -> str | None:
    """Why the link may not go out, as a sentence with what to do; None where it may."""
    address, said = link.address, f"“{link.address[:LONGEST_SHOWN]}”"
    if address.lower().startswith("tel:"):
        costs = COSTLY.match(re.sub(r"[^\d+]", "", address))
        return f"{said} costs callers money. Give 101, or a number that does not." if costs else None
    if mail := MAIL.fullmatch(address.removeprefix("mailto:").partition("?")[0]):
        return _fault_of_host(mail[1], allowed)
    found = HTTPS.match(address)
    if found is None:
        return f"{said} does not begin with https://, so it is not safe. Use a link that does."
    _, at, host = found[1].rpartition("@")
    if at or "\\" in address or "%" in host:
        return f"{said} hides where it leads. Copy the address from your browser again."
    return (
        _fault_of_host(host.removesuffix(":443"), allowed)
        or _fault_of_shown(link, host)
        or _fault_of_next(address[found.end() :], allowed)
    )


def link_findings(words: Words, allowed: Collection[str]) -> list[Finding]:
    """What is wrong with the links, each once; where nothing is, whether they are too many."""
    found = [(field, link) for field, text in words.fields.items() for link in links_in(field, text)]
    faults = dict.fromkeys((field, fault) for field, link in found if (fault := fault_of(link, allowed)))
    if faults:
        return [Finding("A link that can’t go out", Weight.STOPS, fault, field) for field, fault in faults]
    if len({link.address for _, link in found}) > MOST_LINKS:
        tip = "People are told to distrust mails with many links. Keep the one that matters most."
        return [Finding("Many links", Weight.MIND, tip)]
    return []


def _marked(markdown: str) -> Iterator[Link]:
    """Links of the Markdown, and addresses that stand in its words."""
    for block in PARSER.parse(markdown):
        address, shown = "", ""
        for token in block.children or []:
            if token.type == "link_open":
                address, shown = str(token.attrGet("href") or ""), ""
            elif token.type == "link_close":
                yield Link(address, shown)
                address = ""
            elif address:
                shown += token.content
            else:
                yield from _standing(token.content)


def _standing(text: str) -> Iterator[Link]:
    """Addresses that stand in plain words."""
    for match in MAIL.finditer(ADDRESS.sub(" ", text)):
        yield Link(f"mailto:{match[0]}", match[0])
    for match in ADDRESS.finditer(text):
        written = match[0].rstrip(TRAILING)
        yield Link(
            written if re.match(r"[a-z][a-z0-9+.-]*:", written, re.IGNORECASE) else f"https://{written}", written
        )


def _fault_of_host(written: str, allowed: Collection[str]) -> str | None:
    strange = _unpunycoded(written)
    letters = [letter for letter in strange if not letter.isascii()]
    if letters:
        alphabet = unicodedata.name(letters[0], "another").split()[0].capitalize()
        return (
            f"“{strange[:LONGEST_SHOWN]}” has a letter that only looks like ours: {letters[0]} ({alphabet}). "
            "It leads somewhere else. Type the address yourself, or leave it out."
        )
    host = plain_host(written)
    if host is None:
        return f"“{written[:LONGEST_SHOWN]}” is no name of a site. Use an address with words, like www.herts.police.uk."
    if is_below(host, SHORTENERS):
        return f"“{host}” hides where it leads. Use the full address of the page."
    if not is_below(host, allowed):
        return f"“{host}” is not on the list of sites we link to. Leave it out, or ask your administrator to add it."
    return None


def _fault_of_shown(link: Link, host: str) -> str | None:
    """A link that reads like one site and leads to another is what swindlers send."""
    for shown in _standing(link.shown):
        read = HTTPS.match(shown.address)
        if read is None or read[1].lower().removeprefix("www.") != host.lower().removeprefix("www."):
            return f"The link reads “{link.shown[:LONGEST_SHOWN]}” but leads to “{host}”. Let it show where it leads."
    return None


def _fault_of_next(path: str, allowed: Collection[str]) -> str | None:
    """Many sites send on to whatever stands in the path or the query: a door out of the list."""
    for _ in range(MOST_CODED):
        path = unquote(path)
    for on in ONWARD.finditer(path):
        if fault := _fault_of_host(on[1].rpartition("@")[2], allowed):
            return f"The link may lead on to another site. {fault}"
    return None


def _unpunycoded(host: str) -> str:
    if "xn--" not in host.lower():
        return host
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host
