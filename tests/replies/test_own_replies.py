"""Replies as part of the data of whoever wrote them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from owl.replies.adding import add_to_reply
from owl.replies.answering import answer_reply
from owl.replies.noting import add_note
from owl.replies.own_replies import replies_by
from owl.replies.references import reference_of
from tests import factories
from tests.factories import NOW


def test_somebody_gets_the_replies_that_carry_their_name_with_the_answers(session: Session) -> None:
    person = factories.subscriber(session)
    delivery = factories.delivery(session, factories.contact_point(session, person))
    reply = factories.reply(session, to=delivery, words="I saw a van")
    factories.reply(session, to=delivery, words="A tip", anonymous=True)
    factories.reply(session, words="Of somebody else")
    author = factories.user(session, areas=[factories.neighbourhood_id(session)])
    add_to_reply(reply.id, "It was blue", form_key="a", now=NOW)
    add_note(reply.id, "Ask the council", author_id=author.id, now=NOW)
    answer_reply(reply.id, "Thank you.", author_id=author.id, now=NOW + timedelta(hours=1))

    assert replies_by(session, person.id) == [
        {
            "reference": reference_of(reply.id),
            "about": "Shed break-ins in Walsworth",
            "words": "I saw a van",
            "received_at": NOW,
            "added": [{"words": "It was blue", "written_at": NOW}],
            "notes_of_the_team": [{"words": "Ask the council", "written_at": NOW}],
            "answers": [{"words": "Thank you.", "written_at": NOW + timedelta(hours=1)}],
        }
    ]
