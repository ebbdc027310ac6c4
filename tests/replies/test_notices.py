"""The answer as it arrives: by mail and by text."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.notices import send_notice_now
from owl.delivery.providers import OutgoingMail, OutgoingSms
from owl.foundation.notices import Channel, Notice
from owl.replies.answering import answer_reply
from owl.replies.links import conversation_token
from owl.replies.references import reference_of
from tests import factories
from tests.delivery.conftest import FakeProvider, at
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)
WORDS = "Subject: no\n\n<b>Thank</b> you & yours.\n\n{{ 7 * 7 }}"


def answered(session: Session, channel: Channel) -> tuple[str, str]:
    """Send an answer; the reference and the link that it must carry."""
    delivery = factories.delivery(
        session,
        factories.contact_point(session, channel=channel),
        of=factories.message(session, title="Sheds & <vans>"),
    )
    reply = factories.reply(session, to=delivery)
    author = factories.user(session, name="Amy Field", areas=[factories.neighbourhood_id(session)])
    answer_reply(reply.id, WORDS, author_id=author.id, now=LATER)
    reference, link = reference_of(reply.id), f"http://localhost:5000/replies/{conversation_token(reply.id)}"
    send_notice_now(session.scalars(sa.select(Notice.id)).one(), clock=at(LATER))
    return reference, link


def test_an_answer_by_mail_says_who_answers_what_and_how_to_write_back(session: Session, mail: FakeProvider) -> None:
    reference, link = answered(session, Channel.EMAIL)
    (handed,) = mail.handed
    assert isinstance(handed, OutgoingMail)
    arrived = message_from_bytes(handed.content, policy=policy.default)
    assert arrived["Subject"] == f"Your team has answered you ({reference})"
    text = arrived.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert WORDS in text
    assert "PC Amy Field of the" in text
    assert 'about "Sheds & <vans>"' in text
    assert link in text
    assert "999" in text
    assert "I saw a white van" not in text  # others of the home may read this mailbox
    html = arrived.get_body(("html",)).get_content()
    assert "&lt;b&gt;Thank&lt;/b&gt; you &amp; yours." in html
    assert f'href="{link}"' in html


def test_an_answer_by_text_is_one_line_in_few_segments(session: Session, sms: FakeProvider) -> None:
    reference, link = answered(session, Channel.SMS)
    (handed,) = sms.handed
    assert isinstance(handed, OutgoingSms)
    assert handed.body == (
        f"OWL Police: PC Amy Field about {reference}: Subject: no <b>Thank</b> you & yours. {{{{ 7 * 7 }}}}"
        f" Reply: {link} To end texts STOP"
    )
