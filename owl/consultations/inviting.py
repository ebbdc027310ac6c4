"""Inviting homes to a consultation, and reminding those that have not taken part: an ordinary message each time."""

from __future__ import annotations

from datetime import datetime

from owl.accounts.permissions import Permission, require
from owl.consultations.consultation_models import Consultation
from owl.consultations.consultation_queries import consultation_for
from owl.consultations.life_cycle import Phase, phase_of
from owl.consultations.starting_questions import words_to_invite
from owl.consultations.wording import wording_of, wordings_of
from owl.foundation.clock import show_moment
from owl.foundation.database import db
from owl.foundation.errors import Conflict
from owl.foundation.languages import Language, speaking
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.composing import create_draft
from owl.messages.draft import Draft
from owl.messages.models import Severity
from owl.messages.translations import Translation


class NobodyToInvite(Conflict):
    """The consultation is not announced, or over."""

    def __init__(self) -> None:
        super().__init__("People can be invited once it is announced, and until it closes.")


def invite(consultation_id: int, *, user_id: int, again: bool, now: datetime) -> int:
    """The id of a draft message that invites the homes of its area; `again`: that reminds those not heard yet.

    It goes the way of every message: through the composer and, where it reaches many, past a supervisor.
    Raises NotFound, Refused or NobodyToInvite.
    """
    session = db.session()
    consultation = consultation_for(session, consultation_id, user_id=user_id)
    require(session, user_id, Permission.CONSULT, consultation.neighbourhood_ids)
    if phase_of(consultation, now) not in {Phase.COMING, Phase.OPEN}:
        raise NobodyToInvite
    draft = invitation(consultation, again=again, now=now)
    session.rollback()  # nothing was changed: the draft has a transaction of its own
    return create_draft(draft, author_id=user_id, now=now)


def invitation(consultation: Consultation, *, again: bool, now: datetime) -> Draft:
    """What a message to all its neighbourhoods says, in each language that the consultation speaks."""
    words = {language: _words(consultation, language, again=again) for language in wordings_of(consultation)}
    english = _words(consultation, Language.ENGLISH, again=again)
    areas = [Area(AreaKind.NEIGHBOURHOOD, neighbourhood_id) for neighbourhood_id in consultation.neighbourhood_ids]
    opens_later = consultation.opens_at if consultation.opens_at and consultation.opens_at > now else None
    return Draft(
        Kind.CONSULTATION_INVITATION, Severity.ROUTINE, english.title, english.body, english.sms_text,
        Audience.of(areas, channels=[Channel.EMAIL]), consultation.closes_at, opens_later,
        translations=tuple(words.values()), consultation_id=consultation.id,
    )  # fmt: skip


def _words(consultation: Consultation, language: Language, *, again: bool) -> Translation:
    title, body, text = words_to_invite(language, again=again)
    about = wording_of(consultation, language).title
    with speaking(language):
        closes = show_moment(consultation.closes_at) if consultation.closes_at else ""
    return Translation(language, title.replace("{title}", about), body.replace("{closes}", closes), text)
