"""Sheets and doorstep answers: by whom, from where, once for each home."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.box_keys import read_box_key
from owl.consultations.consultation_models import SealedBallot, Source
from owl.consultations.paper import cast_on_paper
from owl.consultations.sealing import open_sealed
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, Refused
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.consultations.boxes import answers, open_consultation
from tests.factories import NOW


def test_a_sheet_that_is_sent_twice_is_one_and_the_audit_knows_who_typed_not_what(session: Session) -> None:
    asked = open_consultation(session)
    officer = factories.user(session, areas=[HITCHIN])

    def type_in(key: str) -> str:
        return cast_on_paper(
            officer.id, asked.id, answers(), source=Source.PAPER, postcode="SG5 1SD", form_key=key, now=NOW
        )

    assert type_in("k1") == type_in("k1")

    (ballot,) = session.scalars(sa.select(SealedBallot)).all()
    assert asked.box_key
    content = open_sealed(read_box_key(asked.box_key), ballot.sealed, consultation_id=asked.id)
    assert (ballot.source, content["place"]) == (Source.PAPER, HITCHIN)
    acts = session.scalars(sa.select(Audit).filter_by(act="type in a ballot")).all()
    assert {(act.actor_id, act.subject_id, *act.details.items()) for act in acts} == {
        (officer.id, asked.id, ("source", "paper"))
    }


def test_a_sheet_says_where_it_is_from_and_that_is_asked_and_of_whoever_types(session: Session) -> None:
    one, two = open_consultation(session), open_consultation(session, neighbourhood_ids=[HITCHIN, HATFIELD])
    officer = factories.user(session, areas=[HITCHIN])
    coordinator = factories.user(session, role=RoleName.COORDINATOR)
    watch = factories.watch(session, neighbourhood_id=HITCHIN)
    factories.runs(session, watch, coordinator)

    def type_in(user: int, to: int, postcode: str) -> str:
        return cast_on_paper(user, to, answers(), source=Source.DOORSTEP, postcode=postcode, form_key="k", now=NOW)

    type_in(officer.id, one.id, "")
    type_in(coordinator.id, one.id, "SG5 1SD")
    for to, postcode, refused in (
        (two.id, "", BadInput),  # which of the two?
        (one.id, "AL10 0AT", BadInput),
        (two.id, "not one", BadInput),
    ):
        with pytest.raises(refused):
            type_in(officer.id, to, postcode)
    elsewhere = factories.user(session, areas=[HATFIELD])
    with pytest.raises(Refused):
        type_in(elsewhere.id, one.id, "SG5 1SD")
    with pytest.raises(BadInput, match="from there"):
        type_in(elsewhere.id, two.id, "SG5 1SD")
