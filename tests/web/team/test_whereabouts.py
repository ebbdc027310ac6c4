"""Exactly where a message goes, as whoever decides about it sees it."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.geography.models import Postcode
from owl.messages.audience import Area, Audience
from tests import factories
from tests.browser import sign_in
from tests.messages.drafts import submitted

ST_ALBANS = "E07000240"


def test_every_postcode_is_named_and_homes_are_counted_by_ward_but_for_the_few(
    client: FlaskClient, session: Session
) -> None:
    for code, people in (("AL1 1AG", 6), ("AL4 0AA", 2)):
        where = session.get_one(Postcode, code)
        for _ in range(people):
            home = factories.household(
                session, postcode=code, neighbourhood_id=where.neighbourhood_id, ward_code=where.ward_code
            )
            factories.contact_point(session, factories.subscriber(session, home))
    author = factories.user(session, areas=[ST_ALBANS])
    areas = [Area.parse("postcode:AL1 1AG"), Area.parse("postcode:AL4 0AA")]
    message = submitted(session, author.id, audience=Audience.of(areas))
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[ST_ALBANS]))

    page = client.get(f"/team/messages/{message.id}/where").text
    assert "<li>AL1 1AG</li>" in page
    assert "<li>AL4 0AA</li>" in page
    assert "2 postcodes" in page
    assert "2 wards with few" in page  # one alone would be what the other leaves of the total
    assert page.count("Included:") == 2
    assert "Every postcode, and homes by ward" in client.get(f"/team/messages/{message.id}").text
    wide = submitted(session, author.id, audience=Audience.of([Area.parse("sector:AL1 1"), Area.parse("sector:AL1 3")]))
    assert "AL1 3: all" in client.get(f"/team/messages/{wide.id}/where").text


def test_a_message_without_areas_is_nowhere(client: FlaskClient, session: Session) -> None:
    author = factories.user(session, areas=[ST_ALBANS])
    sign_in(client, session, author)
    draft = factories.message(session, author_id=author.id, neighbourhood_ids=[], audience=Audience.of().to_json())
    assert client.get(f"/team/messages/{draft.id}/where").status_code == 404
