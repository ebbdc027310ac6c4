"""The page behind the link of a digest."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.delivery.digests.models import Carried
from owl.delivery.models import Delivery, DeliveryStatus
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from owl.households.choices import Kind
from owl.messages.models import Message
from tests import factories
from tests.web.public.pages import text


def digest_with(session: Session, *titles: str, **fields: object) -> tuple[str, list[Delivery]]:
    """(token of the digest's link, what it carries): messages of these titles, the last one with `fields`."""
    home = factories.household(session)
    point = factories.contact_point(session, factories.subscriber(session, home))
    digest = Message(
        kind=Kind.DIGEST, severity="routine", status="sent", title="Daily digest", body="", audience={},
        neighbourhood_ids=[], targeted=1, created_at=utc_now(), approved_at=utc_now(), finished_at=utc_now(),
    )  # fmt: skip
    session.add(digest)
    session.commit()
    own = factories.delivery(session, point, of=digest, home=home, status=DeliveryStatus.SENT)
    carried = []
    for no, title in enumerate(titles, start=1):
        now = {"approved_at": utc_now(), "finished_at": utc_now()}
        message = factories.message(session, title=title, **(now | fields if no == len(titles) else now))
        carried.append(factories.delivery(session, point, of=message, home=home, status=DeliveryStatus.SENT))
        session.add(Carried(message_id=message.id, seq=1, digest_id=digest.id, digest_seq=own.seq))
    session.commit()
    return delivery_token(Purpose.FEEDBACK, digest.id, own.seq), carried


def test_it_shows_each_message_in_full_and_leads_to_a_reply(client: FlaskClient, session: Session) -> None:
    token, [sheds, fair] = digest_with(session, "Shed break-ins", "Fair <b>", body="**Bring** your bike.")
    asked = client.get(f"/r/{token}")
    assert asked.location == f"/digest/{token}"
    page = client.get(asked.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Your 2 messages" in text(page)
    assert "<strong>Bring</strong> your bike." in page.text
    assert "Fair &lt;b&gt;" in page.text
    for delivery in (sheds, fair):
        link = f"/r/{delivery_token(Purpose.FEEDBACK, delivery.message_id, delivery.seq)}"
        assert f'href="{link}"' in page.text
        assert client.get(link).status_code == 200


def test_what_is_over_by_now_is_not_shown(client: FlaskClient, session: Session) -> None:
    token, _ = digest_with(session, "Shed break-ins", "Over", valid_until=utc_now() - timedelta(minutes=1))
    shown = text(client.get(f"/digest/{token}"))
    assert "Shed break-ins" in shown
    assert "Over" not in shown
    assert "One message of this mail is over" in shown


def test_what_was_left_out_of_the_mail_is_not_on_the_page(client: FlaskClient, session: Session) -> None:
    token, [_, cancelled] = digest_with(session, "Shed break-ins", "Cancelled")
    cancelled.status = DeliveryStatus.CANCELLED
    session.commit()
    assert "Cancelled" not in text(client.get(f"/digest/{token}"))


def test_a_damaged_or_old_link_says_so(client: FlaskClient, session: Session) -> None:
    token, _ = digest_with(session, "Shed break-ins")
    assert client.get(f"/digest/{token[:-1]}x").status_code == 404
    session.execute(Message.__table__.update().values(finished_at=utc_now() - timedelta(days=61)))
    session.commit()
    assert client.get(f"/digest/{token}").status_code == 410
