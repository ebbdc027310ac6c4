"""Messages in the language and the size in which their recipient reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.digests.contents import items_of
from owl.delivery.digests.rendering import DigestRenderer
from owl.delivery.notices import send_notice_now
from owl.delivery.providers import OutgoingMail
from owl.delivery.rendering import Renderer
from owl.delivery.sending import send_batch
from owl.foundation.database import transaction
from owl.foundation.languages import Language, speaking
from owl.foundation.notices import Channel, Notice, send_notice
from owl.households.choices import Kind, Rhythm
from owl.households.models import ContactPoint, Subscriber
from owl.households.reading import PLAIN, Reading
from owl.messages.models import Message
from owl.messages.translations import Translation, as_kept
from tests import factories
from tests.delivery.conftest import FakeProvider, at
from tests.factories import NOW

TEAM = SendingTeam("Hitchin Urban", "Hitchin Urban Safer Neighbourhood Team", "hitchin-urban@example.com")
POLISH, ROMANIAN, LARGE = Reading(Language.POLISH), Reading(Language.ROMANIAN), Reading(large_text=True)


def recipient(reading: Reading) -> Recipient:
    return Recipient(7, "joan@example.com", "Joan", TEAM, unsure=False, chosen_on=NOW.date(), reading=reading)


def opened(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def half(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@dataclass
class Read:
    text: str
    html: str


@pytest.fixture
def read(session: Session) -> Callable[[Reading], Read]:
    message = factories.message(session)
    renderer = Renderer(message, sender="PC Green")

    def one(reading: Reading) -> Read:
        mail = opened(renderer.mail(recipient(reading), date=format_datetime(NOW)).content)
        return Read(half(mail, "plain"), half(mail, "html"))

    return one


def test_what_stands_around_a_message_is_in_the_readers_language_and_the_words_are_as_written(
    read: Callable[[Reading], Read],
) -> None:
    for reading, reply, stop in (
        (POLISH, "Odpisz zespołowi", "Zatrzymaj wszystkie wiadomości"),
        (ROMANIAN, "Răspundeți echipei", "Opriți toate mesajele"),
        (PLAIN, "Reply to your team", "Stop all messages"),
    ):
        mail = read(reading)
        assert reply in mail.html
        assert stop in mail.text
        assert stop in mail.html
        assert f'<html lang="{reading.language.tag}"' in mail.html
        assert '<h1 lang="en-GB" dir="auto"' in mail.html  # a screen reader says it in English
        assert '<div lang="en-GB" dir="auto">' in mail.html


def test_each_reads_the_words_of_their_language_where_there_are_any_by_mail_and_by_text(session: Session) -> None:
    polish = Translation(Language.POLISH, "Włamania do szop", "Sprawdź **zamki**.", "Sprawdz zamki.")
    message = factories.message(session, sms_text="Check your locks.", translations=as_kept([polish]))
    renderer = Renderer(message, sender="PC Green")
    for reading, title, text, tag in (
        (POLISH, "Włamania do szop", "Sprawdz zamki.", "pl"),
        (ROMANIAN, message.title, "Check your locks.", "en-GB"),
        (PLAIN, message.title, "Check your locks.", "en-GB"),
    ):
        mail = opened(renderer.mail(recipient(reading), date=format_datetime(NOW)).content)
        assert mail["Subject"] == title
        assert f'<h1 lang="{tag}" dir="auto"' in half(mail, "html")
        assert ("<strong>zamki</strong>" in half(mail, "html")) is (tag == "pl")
        assert ("Sprawdź zamki." in half(mail, "plain")) is (tag == "pl")
        assert text in renderer.text(recipient(reading)).body
        frame, own = renderer.frame_for(recipient(reading)), renderer.own(recipient(reading), date=format_datetime(NOW))
        assert frame.mail(own) == frame.mail_as_built(own)


def test_a_digest_is_read_in_each_language_too(session: Session) -> None:
    polish = Translation(Language.POLISH, "Włamania", "Sprawdź zamki.")
    message = factories.message(session, translations=as_kept([polish]))
    items, digest = items_of(session, [message.id]), Message(id=9, kind=Kind.DIGEST, title="", body="")
    renderer = DigestRenderer(digest, items=items, rhythm=Rhythm.DAILY)
    for reading, title in ((POLISH, "Włamania"), (PLAIN, message.title)):
        carries = recipient(reading)._replace(carries=(message.id,))
        mail = opened(renderer.mail(carries, date=format_datetime(NOW)).content)
        assert mail["Subject"] == title
        assert f'<h2 lang="{"pl" if reading is POLISH else "en-GB"}"' in half(mail, "html")


def test_large_letters_are_half_as_large_again_and_the_rest_is_the_same(read: Callable[[Reading], Read]) -> None:
    plain, large = read(PLAIN), read(LARGE)

    assert "font: 18px/1.5" in plain.html
    assert "font: 26px/1.5" in large.html
    assert large.text == plain.text
    assert "font-size: 16px" not in large.html


@pytest.mark.parametrize("reading", [POLISH, ROMANIAN, LARGE, Reading(Language.POLISH, large_text=True)])
def test_a_spliced_mail_is_what_the_email_package_builds_in_every_language(session: Session, reading: Reading) -> None:
    renderer = Renderer(factories.message(session), sender="PC Green")
    own = renderer.own(recipient(reading), date=format_datetime(NOW))
    frame = renderer.frame(TEAM, reading)

    assert frame.mail(own) == frame.mail_as_built(own)


def test_a_text_is_framed_in_the_readers_language(session: Session) -> None:
    renderer = Renderer(factories.message(session, sms_text="A shed was broken into."), sender="PC Green")

    assert renderer.text(recipient(POLISH)).body.startswith("OWL Policja ")
    assert renderer.text(recipient(POLISH)).body.endswith("\nKoniec: STOP")
    assert renderer.text(recipient(PLAIN)).body.endswith("\nTo end texts STOP")


def test_one_batch_goes_to_each_in_their_own_way(
    session: Session, planned: Callable[..., Message], mail: FakeProvider
) -> None:
    message = planned(people=3)
    people = session.scalars(sa.select(Subscriber).order_by(Subscriber.id)).all()
    people[0].language, people[1].large_text = Language.ROMANIAN, True
    session.commit()

    send_batch(message.id, 1, worker="w", clock=at(NOW))

    looks = [half(opened(sent.content), "html") for sent in mail.handed if isinstance(sent, OutgoingMail)]
    assert sorted(("lang=\"ro\"" in html, "font: 26px" in html) for html in looks) == [
        (False, False), (False, True), (True, False),
    ]  # fmt: skip


def notice(address: str) -> int:
    with transaction() as session:
        send_notice(session, "magic_link", channel=Channel.EMAIL, address=address, now=NOW, token="t" * 43)
        return session.scalars(sa.select(sa.func.max(Notice.id))).one()


def test_a_notice_is_in_the_language_of_whom_it_reaches_else_of_who_asked_for_it(
    session: Session, mail: FakeProvider
) -> None:
    point = factories.contact_point(session)
    session.get_one(Subscriber, point.subscriber_id).language = Language.POLISH
    session.get_one(Subscriber, point.subscriber_id).large_text = True
    session.commit()
    address = session.get_one(ContactPoint, point.id).address
    assert address is not None

    known = notice(address)
    with speaking(Language.ROMANIAN):
        new = notice("nobody.yet@example.com")
    for number in (known, new):
        send_notice_now(number, clock=at(NOW))

    to_known, to_new = (opened(sent.content) for sent in mail.handed if isinstance(sent, OutgoingMail))
    assert to_known["Subject"] == "Link do Twojej strony OWL"
    assert "font: 26px" in half(to_known, "html")
    assert to_new["Subject"] == "Linkul către pagina dumneavoastră OWL"
    assert '<html lang="ro">' in half(to_new, "html")
