"""Whatever a title, a name or a message has in it, each mail is whole, right, and what the email package builds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import format_datetime, parseaddr

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.mail_frame import MailFrame
from owl.delivery.mail_headers import LONGEST_NAME, one_line
from owl.delivery.reason import padded_day
from owl.delivery.rendering import Renderer, render_mails
from owl.households.choices import Kind
from owl.messages.models import Message
from tests.factories import NOW

HEADERS = [
    *("To", "Date", "Message-ID", "From", "Reply-To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("List-Id", "Auto-Submitted", "Feedback-ID", "MIME-Version", "Content-Type"),
]
NASTY = st.sampled_from(
    [
        "\r\nBcc: thief@example.com",
        "\nSubject: no",
        "=?utf-8?q?=0D=0ABcc:_thief@example.com?=",
        "\u202eesrever",
        "שלום עולם",
        "محمد علي الحسن",
        "👩‍👩‍👧‍👦",
        'Zoë, Łukasz "Jr." <x@example.com>;',
        "x" * 200,
        "ж" * 200,
        "\\",
        "\0",
    ]
)
words = st.lists(NASTY | st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=4).map("".join)
paragraphs = st.sampled_from(
    ["\n.\n..\n", "x" * 998, "é" * 998, "Сараи. " * 60, "\r\n", "**b** ", "From ", "--=_", "=\r\n"]
)
bodies = st.lists(paragraphs | words, max_size=12).map("".join)
addresses = st.sampled_from(
    ["a@b.example", "o'brien+owl@example.com", '"odd one"@example.com', f"{'l' * 64}@{'d' * 63}.{'e' * 63}.example"]
)
teams = st.builds(SendingTeam, neighbourhood=words, name=words, email=addresses)
days = st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))
people = st.lists(st.tuples(words, addresses, days), min_size=1, max_size=4)


def decoded(value: str) -> str:
    return str(make_header(decode_header(value.replace("\r\n", ""))))


@pytest.mark.usefixtures("app_context")
@given(words, bodies, teams, people)
@example(
    "Sheds",
    "Three sheds.",
    SendingTeam("Hitchin", "Team", "t@example.com"),
    [("=?utf-8?q?=0D=0ABcc:_a?=", "a@b.example", date(2026, 5, 5))],
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_mail_is_what_the_email_package_builds_and_says_what_was_meant(
    title: str, body: str, team: SendingTeam, people: list[tuple[str, str, date | None]]
) -> None:
    message = Message(id=5, kind=Kind.CRIME_ALERT, title=title, body=body, sms_text=None)
    renderer = Renderer(message, sender="PC Green")
    recipients = [
        Recipient(seq, address, name, team, unsure=False, chosen_on=day)
        for seq, (name, address, day) in enumerate(people, 1)
    ]
    mails, unusable = render_mails(renderer, recipients, now=NOW)
    assert not unusable
    for mail, recipient in zip(mails, recipients, strict=True):
        own = renderer.own(recipient, date=format_datetime(NOW))
        frame = renderer.frame(team)
        assert mail.content == frame.mail_as_built(own)
        check_meaning(mail.content, frame, recipient, title=title, link=f"/r/{own.feedback.decode()}")


def check_meaning(content: bytes, frame: MailFrame, recipient: Recipient, *, title: str, link: str) -> None:
    assert b"\0" not in content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert not content.replace(b"\r\n", b"").count(b"\n")
    assert not content.replace(b"\r\n", b"").count(b"\r")
    raw = message_from_bytes(content, policy=policy.compat32)
    assert raw.keys() == HEADERS
    assert decoded(raw["Subject"]) == one_line(title)
    assert parseaddr(raw["To"].replace("\r\n", ""))[1] == recipient.address
    shown = decoded(parseaddr(raw["To"].replace("\r\n", ""))[0])
    assert shown == one_line(recipient.name or "")[:LONGEST_NAME].strip()
    mail = message_from_bytes(content, policy=policy.default)
    assert [address.addr_spec for address in mail["To"].addresses] == [recipient.address]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part in mail.iter_parts():
        assert link in part.get_content()
        assert f" {padded_day(recipient.chosen_on).decode().strip()}" in part.get_content()
        assert not part.defects


@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize(
    "address", ["", "joan", "joan@", "a@b\r\nBcc: c@d.example", "a b@example.com", "jöan@example.com", "a@b.example>"]
)
def test_an_address_that_is_none_fails_alone(address: str) -> None:
    message = Message(id=5, kind=Kind.CRIME_ALERT, title="Sheds", body="Three.", sms_text=None)
    team = SendingTeam("Hitchin", "Team", "team@example.com")
    recipients = [Recipient(seq, to, "Joan", team, unsure=False) for seq, to in ((1, address), (2, "b@c.example"))]
    mails, unusable = render_mails(Renderer(message, sender="PC Green"), recipients, now=NOW)
    assert [mail.seq for mail in mails] == [2]
    assert unusable == [1]


@pytest.mark.usefixtures("app_context")
def test_a_team_with_a_wrong_address_still_writes_to_its_residents() -> None:
    message = Message(id=5, kind=Kind.CRIME_ALERT, title="Sheds", body="Three.", sms_text=None)
    someone = Recipient(1, "a@b.example", None, SendingTeam("Hitchin", "Team", "not an address"), unsure=False)
    [mail], _ = render_mails(Renderer(message, sender="PC Green"), [someone], now=NOW)
    assert b"Reply-To" not in mail.content


@pytest.fixture
def app_context(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
