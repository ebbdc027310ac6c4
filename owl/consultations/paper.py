"""Sheets and doorstep answers, typed in by officers and coordinators: counted apart, sealed like any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.codes import asked_hash_of_form, code_of_form, show_code
from owl.consultations.consultation_models import Consultation, Source
from owl.consultations.open_box import hold_open, put_in_box, read_whole
from owl.consultations.voices import AlreadyTookPart, take_voice, ward_to_sign
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.geography.queries import place_of
from owl.households.models import Household
from owl.watches.queries import watches_run_by


def cast_on_paper(
    actor_id: int,
    consultation_id: int,
    given: Mapping[str, object],
    *,
    source: Source,
    household_id: int | None = None,
    postcode: str = "",
    form_key: str,
    now: datetime,
) -> str:
    """Put a sheet, or what was said at a door, into the box. Answers with its code.

    A home that is named uses its voice; a postcode says the ward and is not kept; neither is fine where the
    consultation is for one neighbourhood. The same form sent twice is one ballot. The audit knows who typed one in,
    not what. Raises Refused, NotFound, NotYetOpen, ConsultationClosed, BadInput or AlreadyTookPart.
    """
    if source not in {Source.PAPER, Source.DOORSTEP}:
        raise BadInput({"source": "Choose whether it came on paper or at the door."})
    with transaction() as session:
        consultation = hold_open(session, Consultation.id == consultation_id, now=now)
        may = places_to_type_for(session, actor_id, consultation.neighbourhood_ids, now=now)
        place, ward = _origin(session, consultation, may, household_id, postcode)
        answers = read_whole(session, consultation, given)
        if household_id is not None:
            _take_voice(session, consultation_id, household_id, asked_hash_of_form(form_key, answers))
        record_act(
            session, "type in a ballot", actor_id=actor_id, subject="consultation", subject_id=consultation_id, now=now,
            source=source.value,
        )  # fmt: skip
    code = code_of_form(form_key, answers)
    with transaction() as session:  # apart from the home, as in owl.consultations.ballots
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


def _origin(
    session: Session, consultation: Consultation, may: frozenset[str], household_id: int | None, postcode: str
) -> tuple[str, str]:
    """The neighbourhood and the ward (or "") that the sheet comes from."""
    if household_id is not None:
        home = session.get(Household, household_id)
        if home is None:
            raise NotFound("There is no such home.")
        place, ward = home.neighbourhood_id, ward_to_sign(session, consultation.id, household_id)
    elif postcode.strip():
        found = place_of(session, postcode)
        place, ward = found.neighbourhood_id, found.ward_code or ""
    elif len(consultation.neighbourhood_ids) == 1:
        place, ward = consultation.neighbourhood_ids[0], ""
    else:
        raise BadInput({"postcode": "Enter the postcode of the sheet: this consultation asks several neighbourhoods."})
    if place not in consultation.neighbourhood_ids:
        raise BadInput({"postcode": "This home is outside the neighbourhoods that are asked."})
    if place not in may:
        raise Refused("You may not type in answers from there. Ask the team of the neighbourhood.")
    return place, ward


def _take_voice(session: Session, consultation_id: int, household_id: int, asked_hash: bytes) -> None:
    try:
        take_voice(session, consultation_id, household_id, asked_hash)
    except AlreadyTookPart:
        raise AlreadyTookPart("This home has already taken part. Each home has one voice.") from None
