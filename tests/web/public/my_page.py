"""What the tests of a subscriber's page have in common."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.households.choices import CHOICES
from owl.households.models import Subscriber
from owl.households.queries import SubscriberRow, subscriber_row
from tests.web.public.pages import text

POSTCODE = "SG5 1SD"
CHOICES_FORM = {  # as it is sent where its owner has chosen nothing yet
    "mail": [kind.value for kind in CHOICES],
    "serious": "all",
    "how_far": "district",
    "rhythm": "at_once",
    "allowance": "",
    "quiet_from": "",
    "quiet_until": "",
}


def now_chosen(session: Session, owner: Subscriber) -> SubscriberRow:
    session.expire_all()
    return subscriber_row(session, owner.id, now=utc_now())


def saved(client: FlaskClient, path: str, said: str, **data: object) -> str:
    answer = client.post(path, data=data)
    assert (answer.status_code, answer.location) == (303, "/my"), text(answer)
    page = text(client.get("/my"))
    assert said in page
    return page
