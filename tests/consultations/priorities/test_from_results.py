"""What residents answered is taken up whole, and everybody who was asked hears once what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.consultations.consultation_models import Consultation, ConsultationResult, ConsultationStatus
from owl.consultations.priorities.board import drafts_in
from owl.consultations.priorities.deciding import MustBeDecided, draft_decision, throw_away
from owl.consultations.priorities.raising import NothingToRaise, raise_from_results, to_be_raised
from owl.consultations.priorities.signing import Undecided, ask_for_signature, sign_decisions
from owl.consultations.priorities.telling import to_tell, what_was_decided
from owl.consultations.priorities.wording import Typed
from owl.delivery.approving import approve_message
from owl.delivery.models import Delivery
from owl.delivery.reached import count_reached
from owl.foundation.clock import utc_now
from owl.households.models import ContactPoint
from owl.messages.models import FollowUp, Message, MessageStatus
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.consultations.boxes import open_consultation
from tests.factories import NOW

OPTION = {"nearly_all": False, "raw": None, "weighted": None, "groups": 0, "neighbourhoods": None}
ITEM = {
    "question": "q1", "statement": None, "source": "invited", "ballots": 310,
    "options": [OPTION | {"option": "speeding", "ballots": 1_240}, OPTION | {"option": "burglary", "ballots": None}],
}  # fmt: skip
FIGURES = {"ballots": {"invited": 3_100}, "homes": None, "areas": [], "neighbourhoods": {}, "items": [ITEM]}
NO = Typed("Drug dealing", "not_chosen", "There is little of it.", "2 calls a month")


@pytest.fixture
def asked(session: Session) -> Consultation:
    row = open_consultation(session, status=ConsultationStatus.PUBLISHED)
    session.add(ConsultationResult(consultation_id=row.id, figures=FIGURES))
    session.commit()
    return row


def officer(session: Session, role: RoleName = RoleName.OFFICER) -> User:
    return factories.user(session, role=role, areas=[HITCHIN])


def invited(session: Session, asked: Consultation, *homes: Delivery) -> Message:
    """An invitation to the homes of these deliveries, or to two new ones."""
    message = factories.consultation(
        session, status=MessageStatus.SENT, consultation_id=asked.id, neighbourhood_ids=[HITCHIN],
        valid_until=utc_now() + timedelta(days=2),
    )  # fmt: skip
    for one in homes:
        factories.delivery(session, session.get_one(ContactPoint, one.contact_point_id), of=message)
    for _ in range(0 if homes else 2):
        factories.delivery(session, of=message)
    return message


def test_every_answer_is_taken_up_once_with_its_figures_and_must_be_decided(
    session: Session, asked: Consultation
) -> None:
    amy = officer(session)
    assert [one.id for one in to_be_raised(session, HITCHIN)] == [asked.id]
    assert raise_from_results(asked.id, HITCHIN, actor_id=amy.id, now=NOW) == 3
    with pytest.raises(NothingToRaise):
        raise_from_results(asked.id, HITCHIN, actor_id=amy.id, now=NOW)
    assert to_be_raised(session, HITCHIN) == []
    drafts = drafts_in(session, HITCHIN)
    assert [draft.issue for draft in drafts] == ["Speeding", "Burglary", "Drug dealing"]  # the most chosen first
    assert drafts[0].evidence == f"1,240 of 3,100 homes that answered “{asked.title}” chose it."
    assert drafts[1].evidence.startswith("Fewer than five homes")
    with pytest.raises(MustBeDecided):
        throw_away(drafts[0].issue_id, version=1, actor_id=amy.id, now=NOW)
    with pytest.raises(Undecided, match="Speeding; Burglary"):
        ask_for_signature(HITCHIN, actor_id=amy.id, now=NOW)


def test_what_is_not_published_is_not_taken_up(session: Session) -> None:
    sealed = open_consultation(session)
    with pytest.raises(NothingToRaise):
        raise_from_results(sealed.id, HITCHIN, actor_id=officer(session).id, now=NOW)


def test_everybody_who_was_asked_hears_once_by_whichever_invitation(
    client: FlaskClient, session: Session, asked: Consultation
) -> None:
    amy, kim = officer(session), officer(session, RoleName.INSPECTOR)
    first = invited(session, asked)
    again = session.scalars(sa.select(Delivery).where(Delivery.message_id == first.id).limit(1)).one()
    reminder = invited(session, asked, again)
    factories.delivery(session, of=reminder)  # of somebody who joined in between
    assert what_was_decided(session, first) is None
    raise_from_results(asked.id, HITCHIN, actor_id=amy.id, now=NOW)
    for draft in drafts_in(session, HITCHIN):
        draft_decision(draft.issue_id, NO, version=1, actor_id=amy.id, now=NOW)
    ask_for_signature(HITCHIN, actor_id=amy.id, now=NOW)
    shown = {draft.issue_id: draft.version for draft in drafts_in(session, HITCHIN)}
    sign_decisions(HITCHIN, shown, inspector_id=kim.id, now=NOW)
    [tell] = to_tell(session, HITCHIN)
    assert (tell.message_id, tell.told) == (first.id, False)

    sign_in(client, session, amy)
    assert "Tell everybody who was asked" in client.get(f"/team/priorities/{HITCHIN}").text
    page = client.get(f"/team/messages/{first.id}/what-happened").text
    assert "You said, we decided" in page
    assert "is on OWL’s page of Hitchin Urban" in page  # no link to a site that is not on the list
    assert count_reached(session, first.id, utc_now()).mails == 3
    words = what_was_decided(session, first)
    assert words is not None
    client.post(f"/team/messages/{first.id}/what-happened", data={"title": words.title, "words": words.body})
    told = session.scalars(sa.select(Message).where(Message.follow_up == FollowUp.OUTCOME)).one()
    assert told.audience_hash is not None
    approve_message(told.id, approver_id=kim.id, shown_hash=told.audience_hash, now=utc_now())

    points = session.scalars(sa.select(Delivery.contact_point_id).where(Delivery.message_id == told.id)).all()
    assert len(points) == len(set(points)) == 3
    assert to_tell(session, HITCHIN)[0].told
