from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.priorities.queries import published_priorities
from owl.embedded.demo_users import DemoUser
from owl.embedded.up import fill
from owl.geography.models import Neighbourhood
from owl.messages.models import Message
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW


def test_every_page_of_the_demo_has_something_on_it_and_once(client: FlaskClient, session: Session) -> None:
    for _ in range(40):
        home = factories.household(session, neighbourhood_id=HITCHIN)
        factories.contact_point(session, factories.subscriber(session, home))
    county = session.scalars(sa.select(Neighbourhood.id)).all()
    users = [
        DemoUser(factories.user(session, role=role, areas=county).id, "", "", role.value, "", "")
        for role in (RoleName.OFFICER, RoleName.SUPERVISOR, RoleName.ADMINISTRATOR, RoleName.INSPECTOR)
    ]

    fill(users, lambda _: None, now=NOW)

    before, running = session.scalars(sa.select(Consultation).order_by(Consultation.opens_at)).all()
    assert (before.status, running.status) == (ConsultationStatus.PUBLISHED, ConsultationStatus.ANNOUNCED)
    invitation = session.scalars(sa.select(Message).where(Message.consultation_id == running.id)).one()
    assert invitation.targeted == 40
    shown = published_priorities(session, HITCHIN)
    assert (len(shown.chosen), len(shown.passed_on), len(shown.not_chosen)) == (3, 1, 6)
    assert all(priority.updates for priority in shown.chosen)
    page = client.get(f"/neighbourhoods/{HITCHIN}").text
    assert all(words in page for words in ("bsky.app", "Sergeant", "Speeding and dangerous driving"))
    assert "Homes we wrote to" in client.get(f"/consultations/{before.slug}").text
