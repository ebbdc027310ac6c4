"""What a message led to, as its team says it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.messages.models import MessageStatus
from owl.reports.models import LedTo
from owl.reports.outcomes import NoOutcome, outcome_of, record_outcome
from tests import factories
from tests.factories import NOW, neighbourhood_id


def test_it_is_kept_with_who_said_it_and_may_be_put_right(session: Session) -> None:
    here = neighbourhood_id(session)
    officer = factories.user(session, areas=[here], name="Asha Patel")
    message = factories.message(session)
    record_outcome(message.id, led_to=["none"], closes=False, user_id=officer.id, now=NOW)
    record_outcome(message.id, led_to=["recovered", "arrest"], closes=True, user_id=officer.id, now=NOW)
    said = outcome_of(session, message.id)
    assert said is not None
    assert (said.led_to, said.said_by, said.said_at) == ((LedTo.ARREST, LedTo.RECOVERED), "PC Asha Patel", NOW)
    assert said.sentences == "An arrest has been made. What was stolen has been recovered."
    session.refresh(message)
    assert message.status is MessageStatus.CLOSED
    acts = session.query(Audit).filter_by(act="record outcome").order_by(Audit.id).all()
    assert [act.details["led_to"] for act in acts] == [["none"], ["arrest", "recovered"]]


def test_a_message_that_still_goes_out_is_not_closed(session: Session) -> None:
    officer = factories.user(session, areas=[neighbourhood_id(session)])
    message = factories.message(session, status=MessageStatus.SENDING)
    record_outcome(message.id, led_to=["arrest"], closes=True, user_id=officer.id, now=NOW)
    session.refresh(message)
    assert message.status is MessageStatus.SENDING


@pytest.mark.parametrize("led_to", [[], ["none", "arrest"], ["promotion"], ["'; DROP TABLE message"]])
def test_anything_else_is_refused_in_words(session: Session, led_to: list[str]) -> None:
    officer = factories.user(session, areas=[neighbourhood_id(session)])
    message = factories.message(session)
    with pytest.raises(BadInput, match="Choose what came of it"):
        record_outcome(message.id, led_to=led_to, closes=True, user_id=officer.id, now=NOW)
    assert outcome_of(session, message.id) is None


def test_what_has_not_gone_out_or_follows_another_has_none(session: Session) -> None:
    officer = factories.user(session, areas=[neighbourhood_id(session)])
    message = factories.message(session)
    for each in (
        factories.message(session, status=MessageStatus.AWAITING_APPROVAL, approved_at=None),
        factories.message(session, status=MessageStatus.SCHEDULED),
        factories.message(session, kind="update", follows_id=message.id),
    ):
        with pytest.raises(NoOutcome):
            record_outcome(each.id, led_to=["arrest"], closes=False, user_id=officer.id, now=NOW)


def test_it_is_said_by_who_writes_for_all_its_areas(session: Session) -> None:
    here, there = neighbourhood_id(session), neighbourhood_id(session, 1)
    message = factories.message(session, neighbourhood_ids=[here, there])
    for refused, user in (
        (Refused, factories.user(session, areas=[here])),
        (Refused, factories.user(session, role=RoleName.ADMINISTRATOR)),
        (NotFound, factories.user(session, areas=[neighbourhood_id(session, 2)])),
    ):
        with pytest.raises(refused):
            record_outcome(message.id, led_to=["arrest"], closes=False, user_id=user.id, now=NOW)
