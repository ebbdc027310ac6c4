"""Taking part without JavaScript, by the link of an invitation or the open one. See docs/adr/0049.

With it: owl.consultations.signing and casting. What is `given` is read by owl.consultations.answers, whole or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from owl.consultations.codes import asked_hash_of_form, code_of_form, show_code
from owl.consultations.consultation_models import Consultation, Source
from owl.consultations.open_box import hold_open, put_in_box, read_whole
from owl.consultations.voices import take_voice, ward_to_sign
from owl.foundation.database import transaction
from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext
from owl.messages.models import Message
from owl.replies.opening import open_link


def cast_for_home(message_id: int, seq: int, given: Mapping[str, object], *, form_key: str, now: datetime) -> str:
    """Take the home's voice and cast its ballot in one go, for browsers without JavaScript. Nothing joins the two.

    `form_key` is random, from the form: the same form sent twice is one ballot, and both times its code is answered.
    Raises NotFound, LinkExpired, PersonErased, NotYetOpen, ConsultationClosed, BadInput, or AlreadyTookPart.
    """
    with transaction() as session:
        consultation, household_id = _invited(session, message_id, seq, now)
        answers = read_whole(session, consultation, given)
        consultation_id, ward = consultation.id, ward_to_sign(session, consultation.id, household_id)
        take_voice(session, consultation_id, household_id, asked_hash_of_form(form_key, answers))
    # Apart, so that the two rows don't carry the number of one transaction. Cut off here, the same form can be sent
    # again: it is known by its hash.
    code = code_of_form(form_key, answers)
    with transaction() as session:
        consultation = hold_open(session, Consultation.id == consultation_id, now=now)
        put_in_box(session, consultation, code, answers, source=Source.INVITED, ward_code=ward)
    return show_code(code)


def cast_openly(slug: str, given: Mapping[str, object], *, form_key: str, now: datetime) -> str:
    """Cast a ballot by the link on the public page, counted apart: nobody knows whose it is.

    The same form sent twice is one ballot. Raises NotFound, NotYetOpen, ConsultationClosed or BadInput.
    """
    with transaction() as session:
        consultation = hold_open(session, Consultation.slug == slug, now=now)
        answers = read_whole(session, consultation, given)
        code = code_of_form(form_key, answers)
        put_in_box(session, consultation, code, answers, source=Source.OPEN, ward_code="")
    return show_code(code)


def _invited(session: Session, message_id: int, seq: int, now: datetime) -> tuple[Consultation, int]:
    """What the message invites to, and the home that it went to."""
    link = open_link(session, message_id, seq, now=now)
    consultation_id = session.get_one(Message, message_id).consultation_id
    if consultation_id is None:
        raise NotFound(gettext("This message asks no question."))
    return hold_open(session, Consultation.id == consultation_id, now=now), link.recipient.household_id
