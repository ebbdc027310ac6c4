"""What is new, as Atom (RFC 4287) and as JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from owl.foundation.xml_text import NO_XML, add, document
from owl.messages.cap import MEDIA_TYPE as CAP

ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"
NOTHING_YET = datetime(2026, 11, 22, tzinfo=UTC)  # an empty feed must say a moment, and the same each time


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a feed."""

    id: str  # a tag URI (RFC 4151), for ever
    url: str
    title: str
    html: str
    language: str  # BCP 47
    topic: str  # for programs
    topic_label: str
    sent_at: datetime
    cap_url: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What is new about one place, the newest first."""

    id: str
    title: str
    language: str
    page: str  # for people
    address: str  # its own
    author: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        """When the newest was sent."""
        return max((entry.sent_at for entry in self.entries), default=NOTHING_YET)


def as_atom(feed: Feed) -> bytes:
    """The feed as an XML document."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    add(root, "id", feed.id)
    add(root, "title", feed.title)
    add(root, "updated", _moment(feed.updated))
    add(add(root, "author"), "name", feed.author)
    add(root, "link", rel="self", type=ATOM, href=feed.address)
    add(root, "link", rel="alternate", type="text/html", href=feed.page)
    for entry in feed.entries:
        _add_entry(root, entry)
    return document(root)


def as_json_feed(feed: Feed) -> bytes:
    """The feed as a JSON document."""
    written = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "content_html": NO_XML.sub("", entry.html),
                "date_published": _moment(entry.sent_at),
                "language": entry.language,
                "tags": [entry.topic_label],
            }
            | ({"attachments": [{"url": entry.cap_url, "mime_type": CAP}]} if entry.cap_url else {})
            for entry in feed.entries
        ],
    }
    return json.dumps(written, ensure_ascii=False, indent=1).encode() + b"\n"


def _add_entry(root: Element, entry: Entry) -> None:
    element = add(root, "entry", None, **{"xml:lang": entry.language})
    add(element, "id", entry.id)
    add(element, "title", entry.title)
    add(element, "published", _moment(entry.sent_at))
    add(element, "updated", _moment(entry.sent_at))
    add(element, "category", term=entry.topic, label=entry.topic_label)
    add(element, "link", rel="alternate", type="text/html", href=entry.url)
    if entry.cap_url:
        add(element, "link", rel="related", type=CAP, href=entry.cap_url)
    add(element, "content", entry.html, type="html")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
