"""Sheets and doorstep answers, typed in by officers and coordinators: counted apart, sealed like any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.codes import code_of_form, show_code
from owl.consultations.consultation_models import Consultation, Source
from owl.consultations.open_box import hold_open, put_in_box, read_whole
from owl.consultations.practising import check_real
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Refused
from owl.geography.queries import place_of
from owl.watches.queries import watches_run_by


def cast_on_paper(
    actor_id: int,
    consultation_id: int,
    given: Mapping[str, object],
    *,
    source: Source,
    postcode: str = "",
    form_key: str,
    now: datetime,
) -> str:
    """Put a sheet, or what was said at a door, into the box. Answers with its code.

    Whose it is nobody says (docs/adr/0051); a postcode says the ward and is not kept, and is not needed where the
    consultation is for one neighbourhood. The same form sent twice is one ballot. The audit knows who typed one in,
    not what. Raises Refused, NotFound, NotYetOpen, ConsultationClosed or BadInput.
    """
    if source not in {Source.PAPER, Source.DOORSTEP}:
        raise BadInput({"source": "Choose whether it came on paper or at the door."})
    with transaction() as session:
        consultation = hold_open(session, Consultation.id == consultation_id, now=now)
        may = places_to_type_for(session, actor_id, consultation.neighbourhood_ids, now=now)
        check_real(session, actor_id)
        place, ward = _origin(session, consultation, may, postcode)
        answers = read_whole(session, consultation, given)
        record_act(
            session, "type in a ballot", actor_id=actor_id, subject="consultation", subject_id=consultation_id, now=now,
            source=source.value,
        )  # fmt: skip
    code = code_of_form(form_key, answers)
    with transaction() as session:  # apart from who typed it, as in owl.consultations.ballots
        consultation = hold_open(session, Consultation.id == consultation_id, now=now)
        put_in_box(session, consultation, code, answers, source=source, ward_code=ward, neighbourhood_id=place)
    return show_code(code)


def places_to_type_for(
    session: Session, user_id: int, neighbourhood_ids: Collection[str], *, now: datetime
) -> frozenset[str]:
    """Those of the neighbourhoods for which the user may type sheets: own areas, or where a watch of theirs is.

    Raises Refused where there is none.
    """
    user = session.get(User, user_id)
    granted = permissions_of(user) if user else frozenset()
    found: set[str] = set()
    if Permission.CONSULT in granted:
        found |= areas_of(session, user_id)
    if Permission.RUN_WATCH in granted:
        found |= {watch.neighbourhood_id for watch, tier in watches_run_by(session, user_id, now=now) if tier}
    here = frozenset(found) & frozenset(neighbourhood_ids)
    if not here:
        raise Refused("You may not type in answers from here. Ask the team of the neighbourhood.")
    return here


def _origin(session: Session, consultation: Consultation, may: frozenset[str], postcode: str) -> tuple[str, str]:
    """The neighbourhood and the ward (or "") that the sheet comes from."""
    if postcode.strip():
        found = place_of(session, postcode)
        place, ward = found.neighbourhood_id, found.ward_code or ""
    elif len(consultation.neighbourhood_ids) == 1:
        place, ward = consultation.neighbourhood_ids[0], ""
    else:
        raise BadInput({"postcode": "Enter the postcode of the sheet: this consultation asks several neighbourhoods."})
    if place not in consultation.neighbourhood_ids:
        raise BadInput({"postcode": "This postcode is outside the neighbourhoods that are asked."})
    if place not in may:
        raise BadInput({"postcode": "You may not type in answers from there. Ask the team of the neighbourhood."})
    return place, ward
