"""What a log line may show."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from owl.foundation.logs import formatter, hide, set_up_logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    set_up_logs()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to joan.o'hara+owl@mail.example.com failed", "to [email address] failed"),
        ("+447700900123 is off", "[phone number] is off"),
        ("07700 900123", "[phone number]"),
        ("00 44 7700 900-123", "[phone number]"),
        ("(01632) 960 001", "([phone number]"),
        ("home at AL1 1AG", "home at [postcode]"),
        ("home at sg51aa.", "home at [postcode]."),
        ("/r/AbCdEfGhIjKlMnOpQrStUvWx?x=1", "/r/[token]?x=[hidden]"),
        ("/join/prove/AbCdEfGhIjKlMnOpQr_-UvWx/", "/join/prove/[token]/"),
        ("GET /x?email=a&code=123456 HTTP/1.1", "GET /x?email=[hidden]&code=[hidden] HTTP/1.1"),
        ("DETAIL:  Key (name)=(Joan) already exists.", "DETAIL: [hidden]"),
        ("batch 12 of message 170000 took 1500 ms", "batch 12 of message 170000 took 1500 ms"),
        ("2026-11-22T14:05:00Z /team/messages/17", "2026-11-22T14:05:00Z /team/messages/17"),
        ("reference 3F9A01BC", "reference 3F9A01BC"),
    ],
)
def test_personal_parts_are_hidden_and_the_rest_is_readable(text: str, shown: str) -> None:
    assert hide(text) == shown


def test_a_library_that_logs_an_address_shows_none(lines: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning("could not reach %s", "joan@example.com")
    assert json.loads(lines.getvalue())["event"] == "could not reach [email address]"


def test_a_trace_shows_no_address(lines: io.StringIO) -> None:
    try:
        raise ValueError("joan@example.com")
    except ValueError:
        structlog.get_logger().exception("failed", number="+447700900123", count=3)
    line = json.loads(lines.getvalue())
    assert "ValueError: [email address]" in line["exception"]
    assert (line["number"], line["count"], line["level"]) == ("[phone number]", 3, "error")


def test_a_line_break_in_a_value_makes_no_second_line(lines: io.StringIO) -> None:
    structlog.get_logger().warning("said", words='x"\r\n{"event": "sign in", "level": "info"}\u2028')
    assert lines.getvalue().count("\n") == 1
    assert len(lines.getvalue().splitlines()) == 1


def test_in_development_a_line_is_for_people_and_as_silent() -> None:
    record = logging.getLogger("somebody").makeRecord("somebody", logging.INFO, "", 0, "to joan@example.com", (), None)
    line = formatter(readable=True).format(record)
    assert "to [email address]" in line
    assert not line.lstrip().startswith("{")
