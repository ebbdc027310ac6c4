"""Meetings as iCalendar (RFC 5545), for everybody's own calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from owl.accounts.meetings import Meeting

CALENDAR = "text/calendar"
LONGEST_LINE = 75  # bytes, without its end
NO_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f]")


def as_calendar(meetings: Iterable[Meeting], *, name: str, host: str, public_url: str) -> bytes:
    """A calendar of the meetings; one that was cancelled says so, and replaces what calendars have of it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//OWL//Meetings with Safer Neighbourhood Teams//EN",
        f"NAME:{_text(name)}",  # RFC 7986
        f"X-WR-CALNAME:{_text(name)}",  # what calendars read before it
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for meeting in meetings:
        lines += _event(meeting, host=host, public_url=public_url)
    return "".join(map(_folded, [*lines, "END:VCALENDAR"])).encode()


def _event(meeting: Meeting, *, host: str, public_url: str) -> list[str]:
    words = [f"DESCRIPTION:{_text(meeting.words)}"] if meeting.words else []
    return [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}@{host}",
        f"DTSTAMP:{_moment(meeting.changed_at)}",
        f"LAST-MODIFIED:{_moment(meeting.changed_at)}",
        f"SEQUENCE:{meeting.version - 1}",
        f"DTSTART:{_moment(meeting.begins_at)}",
        f"DTEND:{_moment(meeting.ends_at)}",
        f"SUMMARY:{_text(meeting.title)}",
        f"LOCATION:{_text(meeting.place)}",
        *words,
        f"STATUS:{'CANCELLED' if meeting.cancelled_at else 'CONFIRMED'}",
        f"URL:{public_url}/neighbourhoods/{meeting.neighbourhood_id}",
        "END:VEVENT",
    ]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """As the value of a property (RFC 5545, section 3.3.11)."""
    plain = NO_TEXT.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line in parts that are short enough, cut between characters, never inside one (section 3.1)."""
    parts, room = [""], LONGEST_LINE
    for character in line:
        room -= len(character.encode())
        if room < 0:
            parts.append("")
            room = LONGEST_LINE - 1 - len(character.encode())
        parts[-1] += character
    return "\r\n ".join(parts) + "\r\n"
