"""A digest is one mail of a size that opens on any phone, and says of each message where to read on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.digests.contents import Item, contents_of
from owl.delivery.digests.rendering import DigestRenderer
from owl.households.choices import Kind, Rhythm
from owl.messages.mail_weight import HEAVIEST_MAIL
from owl.messages.models import Message
from tests.factories import NOW

Mailed = Callable[..., tuple[bytes, str, str]]
TEAM = SendingTeam("Hitchin Urban", "Hitchin Urban Safer Neighbourhood Team", "hitchin@example.com")


def item(number: int = 1, **fields: str) -> Item:
    words = {"title": f"Message {number}", "body": "Please check your locks.", "sender": "PC Green"} | fields
    return Item(
        message_id=number, code="HN-0000-L", kind=Kind.CRIME_ALERT, went_at=NOW + timedelta(hours=number), **words
    )


def renderer(*items: Item, rhythm: Rhythm = Rhythm.DAILY) -> DigestRenderer:
    message = Message(id=77, kind=Kind.DIGEST, title="Daily digest", body="", code="HN-0000-L")
    return DigestRenderer(message, items={one.message_id: one for one in items}, rhythm=rhythm)


def reader(*items: Item, name: str = "Joan", seq: int = 1) -> Recipient:
    return Recipient(seq, "joan@example.com", name, TEAM, unsure=False, carries=tuple(one.message_id for one in items))


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def mailed(app: Flask) -> Mailed:
    """(the mail, its text, its HTML) of a digest with these messages."""

    def mail(*items: Item, rhythm: Rhythm = Rhythm.DAILY) -> tuple[bytes, str, str]:
        with app.app_context():
            content = renderer(*items, rhythm=rhythm).mail(reader(*items), date=format_datetime(NOW)).content
        parsed = message_from_bytes(content, policy=policy.default)
        text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
        assert text is not None
        assert html is not None
        return content, str(text.get_content()), str(html.get_content())

    return mail


def test_each_message_stands_there_whole_with_its_sender_code_and_a_link(mailed: Mailed) -> None:
    content, text, html = mailed(
        item(1, body="**Lock** your shed."), item(2, title="Fair <b>", sender="PCSO Dey", partner="Fire and Rescue")
    )
    for half in (text, html):
        assert "PCSO Dey, code HN-0000-L. On behalf of Fire and Rescue." in half
        assert "#message-2" in half
        assert "one mail a day" in half
        assert "Urgent messages always come at once." in half
    assert "Lock your shed." in text
    assert "<strong>Lock</strong> your shed." in html
    assert "Fair &lt;b&gt;" in html
    subject = message_from_bytes(content, policy=policy.default)["Subject"]
    assert subject == "Message 1, and 1 more"


def test_a_weekly_one_says_so(mailed: Mailed) -> None:
    _, text, _ = mailed(item(), rhythm=Rhythm.WEEKLY)
    assert "Your message this week" in text
    assert "one mail a week" in text


@pytest.mark.parametrize("words", ["Please check your locks. ", "Сараи в Хитчине. ", "请检查您的锁。 "])
@pytest.mark.parametrize("number", [2, 9, 40])
def test_no_digest_is_heavier_than_a_mail_may_be(mailed: Mailed, words: str, number: int) -> None:
    items = [item(n, title=f"No {n}: {words}"[:80], body=(words * 400)[:6000]) for n in range(1, number + 1)]
    content, text, _ = mailed(*items)
    assert len(content) <= HEAVIEST_MAIL
    whole = text.count("Read the rest, or reply")
    assert whole == number or f"And {number - whole} more" in text
    assert items[min(number, 20) - 1].title.strip() in text
    assert len(content) > HEAVIEST_MAIL / 2  # room is used


def test_short_messages_stay_whole_beside_a_long_one() -> None:
    short, long = item(1), item(2, body="Please check your locks. " * 900)
    shown = contents_of([short, long], Rhythm.DAILY).items
    assert shown[0] == short
    assert (shown[1].excerpt or "").endswith(" …")


@pytest.mark.usefixtures("app_context")
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), min_size=1, max_size=4), st.text()
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spliced_digest_is_what_the_email_package_builds(words: list[str], name: str) -> None:
    items = [item(number, title=one or "x", body=one) for number, one in enumerate(words, start=1)]
    digest, someone = renderer(*items), reader(*items, name=name, seq=3)
    frame, own = digest.frame_for(someone), digest.own(someone, date=format_datetime(NOW))
    assert frame.mail(own) == frame.mail_as_built(own)


def test_a_text_says_how_many_wait(app: Flask) -> None:
    with app.app_context():
        one = renderer(item()).text(reader(item()))
    assert "1 message waits for you." in one.body
    assert len(one.body) <= 160
