from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.embedded.demo_consultation import open_consultation
from owl.embedded.demo_users import DemoUser
from owl.messages.models import Message
from tests import factories
from tests.factories import NOW


def test_the_demo_asks_its_largest_neighbourhood_and_invites_it_once(session: Session) -> None:
    here = "hitchin-urban"
    factories.contact_point(session, factories.subscriber(session, factories.household(session, neighbourhood_id=here)))
    users = [
        DemoUser(factories.user(session, role=role, areas=[here]).id, "", "", role.value, "", "")
        for role in (RoleName.OFFICER, RoleName.SUPERVISOR)
    ]

    message_id = open_consultation(users, now=NOW)

    assert session.get_one(Message, message_id).targeted == 1
    assert session.scalars(sa.select(Consultation)).one().status is ConsultationStatus.ANNOUNCED
    assert open_consultation(users, now=NOW) is None
