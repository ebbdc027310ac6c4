"""What a resident gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.reason import LONGEST_DAY, padded_day
from owl.delivery.rendering import Renderer, preview
from owl.foundation.current import delivery_token, named_delivery
from owl.foundation.signed_links import Purpose
from owl.households.choices import Kind
from owl.messages.mail_weight import HEAVIEST_MAIL, weight_of
from owl.messages.models import Message, Severity
from owl.messages.sms_frame import frame_text, sample_link
from owl.messages.word_rules import LONGEST_BODY, LONGEST_TITLE
from tests import factories
from tests.factories import NOW

DATE = format_datetime(NOW)
TEAM = SendingTeam("Hitchin Urban", "Hitchin Urban Safer Neighbourhood Team", "hitchin-urban@example.com")


def recipient(**fields: object) -> Recipient:
    return Recipient(
        **{"seq": 7, "address": "joan@example.com", "name": "Joan", "team": TEAM, "unsure": False} | fields
    )


@pytest.fixture
def render(session: Session) -> Callable[..., EmailMessage]:
    message = factories.message(session)

    def one(body: str = "Three sheds.\n\n**Lock** yours & <b>hers</b>.", **fields: object) -> EmailMessage:
        message.body = body
        mail = Renderer(message, sender="PC Green").mail(recipient(**fields), date=DATE)
        return message_from_bytes(mail.content, policy=policy.default)

    return one


def test_a_mail_says_who_writes_where_to_answer_and_how_to_stop(
    session: Session, render: Callable[..., EmailMessage]
) -> None:
    mail = render()
    assert mail["From"].addresses[0].display_name == "Hitchin Urban Safer Neighbourhood Team (OWL)"
    assert mail["Reply-To"].addresses[0].addr_spec == "hitchin-urban@example.com"
    link = mail["List-Unsubscribe"].strip("<>")
    assert named_delivery(Purpose.UNSUBSCRIBE, link.rpartition("/")[2])[1] == 7
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",)).get_content()
    assert link in text
    assert "Sent by PC Green" in text
    assert "999" in text
    assert "/r/" in text


def test_a_mail_tells_mail_programs_what_it_is(render: Callable[..., EmailMessage]) -> None:
    mail = render()
    number = mail["Message-ID"].strip("<>").partition(".")[0]
    assert mail["Date"].datetime == NOW
    assert mail["List-Id"] == "OWL alerts <alerts.bounces.owl.example.com>"
    assert mail["Feedback-ID"] == f"{number}:crime_alert::owl-alerts"
    assert mail["Precedence"] is None


def test_the_page_needs_no_pictures_and_takes_the_readers_colours(render: Callable[..., EmailMessage]) -> None:
    html = render().get_body(("html",)).get_content()
    assert "<img" not in html
    assert "url(" not in html
    assert '<html lang="en-GB"' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    body = html[html.index("<body") :]
    # Where a background is given, so is the colour upon it; everything else is the reader's own.
    for style in re.findall(r'style="([^"]*)"', body):
        assert ("color: #ffffff" in style) == ("background-color: #2462b8" in style)
    assert "You get this because you chose <strong>Crime alert</strong> messages for Hitchin Urban" in html
    assert all(f"tel:{number}" in html for number in ("999", "101", "0800555111"))


def test_the_foot_says_why_in_words_and_by_which_code_to_check_it(
    session: Session, render: Callable[..., EmailMessage]
) -> None:
    mail = render(chosen_on=date(2026, 5, 5))
    code = session.scalars(sa.select(Message.code)).one()
    for half in ("plain", "html"):
        words = " ".join(mail.get_body((half,)).get_content().split())
        assert re.search(r"You chose this on:? 5 May 2026", words)
        assert code in words
        assert "It is urgent" not in words


def test_an_urgent_mail_says_why_it_came_at_once_and_a_stand_down_what_it_ends(session: Session) -> None:
    over = factories.message(session)
    fields = {"kind": Kind.STAND_DOWN, "severity": Severity.URGENT, "follows_id": over.id}
    shown = preview(factories.message(session, **fields), sender="PC Green")
    for half in (shown.text, shown.html):
        assert "It is urgent, so it came at once" in half
        assert f"You get this because we sent you the message that it ends ({over.code})." in half
        assert "You chose" not in half


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_written_as_long(day: date) -> None:
    written = padded_day(day).decode()
    assert len(written) == LONGEST_DAY
    assert datetime.strptime(written.strip(), "%d %B %Y").date() == day  # noqa: DTZ007


def test_lists_of_mails_show_how_the_message_begins(render: Callable[..., EmailMessage]) -> None:
    html = render(body="**Three** sheds.\n\n" + "More. " * 60).get_body(("html",)).get_content()
    shown = html[html.index("display: none") :]
    assert shown[shown.index(">") + 1 : shown.index("</div>")].startswith("Three sheds. More. More.")


def test_a_mail_that_could_not_be_spliced_is_built_by_itself(session: Session) -> None:
    message = factories.message(session)
    renderer = Renderer(message, sender="PC Green")
    spliced = renderer.mail(recipient(), date=DATE)
    renderer.frame(TEAM)._splice = None
    assert renderer.mail(recipient(), date=DATE) == spliced


def test_the_html_is_escaped_but_for_what_the_officer_may_write(render: Callable[..., EmailMessage]) -> None:
    html = render().get_body(("html",)).get_content()
    assert "<strong>Lock</strong> yours &amp; &lt;b&gt;hers&lt;/b&gt;" in html
    assert "\0" not in html


def test_the_same_delivery_has_the_same_message_id_each_time(render: Callable[..., EmailMessage]) -> None:
    assert render()["Message-ID"] == render()["Message-ID"]
    assert render()["Message-ID"] != render(seq=8)["Message-ID"]


@given(name=st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_no_name_adds_a_header_or_a_recipient(render: Callable[..., EmailMessage], name: str) -> None:
    try:
        mail = render(name=name)
    except ValueError:
        return  # this delivery fails alone
    assert [address.addr_spec for address in mail["To"].addresses] == ["joan@example.com"]
    assert mail["Bcc"] is None
    assert len(mail.keys()) == len(render().keys())


def test_a_text_is_as_long_as_the_preview_said(session: Session) -> None:
    message = factories.message(session, sms_text="Sheds broken into in Walsworth.")
    shown = preview(message, sender="PC Green").sms
    sent = Renderer(message, sender="PC Green").text(recipient(address="+447700900123"))
    assert shown is not None
    assert len(sent.body) == len(shown)
    assert len(sample_link("https://x")) == len("https://x/r/") + 32
    assert sent.receipts_to is not None
    assert named_delivery(Purpose.RECEIPT, sent.receipts_to.rpartition("/")[2]) == (message.id, 7)


@pytest.mark.parametrize(
    "unit", ["Three sheds. ", "Сараи взломаны. ", "👩‍👧", "&", "- a\n", "a\n\n", "Źrebię w szopie. "]
)
def test_the_heaviest_mail_that_may_be_sent_is_under_30_kb(session: Session, unit: str) -> None:
    title = (unit * LONGEST_TITLE)[:LONGEST_TITLE].replace("\n", " ")
    lengths = range(LONGEST_BODY, 0, -1_000)
    body = next(words for n in lengths if weight_of(title, words := (unit * n)[:n]) <= HEAVIEST_MAIL)
    message = factories.message(session, title=title, body=body, kind=Kind.CONSULTATION_INVITATION)
    content = Renderer(message, sender="Detective Chief Inspector Green").mail(recipient(), date=DATE).content
    assert 18_000 < len(content) <= HEAVIEST_MAIL


@pytest.mark.parametrize(
    ("body", "encoding"),
    [("Sheds.", "quoted-printable"), ("Sheds – open. " * 9, "quoted-printable"), ("Сараи. " * 200, "base64")],
)
def test_a_mail_is_encoded_as_is_lightest(render: Callable[..., EmailMessage], body: str, encoding: str) -> None:
    assert {part["Content-Transfer-Encoding"] for part in render(body=body).iter_parts()} == {encoding}


@given(words=st.text(max_size=300), seq=st.integers(1, 2**31))
def test_a_spliced_text_is_the_text_around_its_link(app: Flask, words: str, seq: int) -> None:
    message = Message(id=5, kind=Kind.CRIME_ALERT, title="Sheds", body="Three.", sms_text=words or None)
    with app.app_context():
        sent = Renderer(message, sender="PC Green").text(recipient(seq=seq)).body
        link = f"{app.extensions['owl.settings'].public_url}/r/{delivery_token(Purpose.FEEDBACK, 5, seq)}"
    assert sent == frame_text(words or "Sheds", link=link)


def test_a_consultation_asks_its_question(session: Session) -> None:
    message: Message = factories.message(session, kind="consultation_invitation")
    assert "Say what your team should do" in preview(message, sender="PC Green").text
