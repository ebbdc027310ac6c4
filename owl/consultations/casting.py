"""The second half of taking part: a ballot goes into the box, and nobody can tell whose it is. See docs/adr/0049.

By hand and in two round trips, since a county's come within minutes (docs/adr/0057).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, LiteralString

from owl.consultations.answered_places import check_places
from owl.consultations.answers import read_answers
from owl.consultations.blind_signing import is_signed
from owl.consultations.codes import CODE_BYTES, hash_code, show_code
from owl.consultations.consultation_models import ConsultationStatus, Source
from owl.consultations.open_box import Hours, NoSuchConsultation, check_open, seal_ballot
from owl.consultations.questions import Question, read_questions
from owl.consultations.sealing import size_of
from owl.consultations.voices import AlreadyTookPart
from owl.foundation.database import db
from owl.foundation.direct import direct
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext

FIND: LiteralString = """
    SELECT id, status, opens_at, closes_at, neighbourhood_ids, box_key, CAST(questions AS text),
        (SELECT public_key FROM consultation_signing_key AS key
         WHERE key.consultation_id = consultation.id AND key.ward_code = %(ward)s)
    FROM consultation WHERE status <> 'draft'
"""
BY_SLUG: LiteralString = FIND + " AND slug = %(slug)s"
BY_ID: LiteralString = FIND + " AND id = %(id)s"
# Nothing where the ballot is in it already, or it is closed: a count under way is waited for, and then seen.
PUT: LiteralString = """
    INSERT INTO sealed_ballot (consultation_id, code_hash, source, sealed)
    SELECT id, %(code)b, %(source)s, %(sealed)b FROM (
        SELECT id FROM consultation
        WHERE id = %(consultation)s AND status = 'announced' AND opens_at <= %(now)s AND closes_at > %(now)s
        FOR KEY SHARE
    ) AS held
    ON CONFLICT DO NOTHING RETURNING source
"""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a ballot of a ward goes, and what it is held to."""

    consultation_id: int
    hours: Hours
    neighbourhood_ids: tuple[str, ...]
    questions: tuple[Question, ...]
    size: int  # bytes that a ballot is filled up to
    box_key: bytes | None
    ward_code: str
    public_key: bytes | None  # None: no homes of this ward were asked


def find_box(slug: str, ward_code: str) -> Box:
    """The box of the consultation at this address, open or not. Raises NotFound."""
    return _box(BY_SLUG, {"slug": slug, "ward": ward_code})


def box_of(consultation_id: int, ward_code: str) -> Box:
    """The box of the consultation with this number, open or not. Raises NotFound."""
    return _box(BY_ID, {"id": consultation_id, "ward": ward_code})


def read_for(box: Box, given: Mapping[str, object], *, now: datetime) -> dict[str, Any]:
    """The answers as a ballot keeps them. Raises NotYetOpen, ConsultationClosed, or BadInput by question."""
    check_open(box.hours, now=now)
    answers = read_answers(box.questions, given)
    check_places(db.session(), box.questions, answers, box.neighbourhood_ids)
    return answers


def put_in(box: Box, code: bytes, answers: Mapping[str, Any], *, source: Source, now: datetime) -> bool:
    """Whether the ballot is in the box now and was not before. Raises ConsultationClosed, or BadInput: too long."""
    content = {"ward": box.ward_code, "place": "", "answers": answers}
    sealed = seal_ballot(box.box_key, content, size=box.size, consultation_id=box.consultation_id)
    words = {"consultation": box.consultation_id, "source": source.value, "sealed": sealed, "now": now}
    if direct().run(PUT, words | {"code": hash_code(code)}) is not None:
        return True
    check_open(box_of(box.consultation_id, box.ward_code).hours, now=now)
    return False


def cast_signed(box: Box, code: bytes, signature: bytes, given: Mapping[str, object], *, now: datetime) -> str:
    """Put the ballot into the box; nobody can tell which home's it is. Answers with its code as people copy it.

    Raises NotYetOpen, ConsultationClosed, BadInput, or AlreadyTookPart for a code that is in the box: a ballot sent
    twice counts once, and as it came first.
    """
    answers = read_for(box, given, now=now)
    if box.public_key is None or len(code) != CODE_BYTES or not is_signed(box.public_key, code, signature):
        raise BadInput(gettext("This ballot is not signed. Open the link of your invitation again."))
    if not put_in(box, code, answers, source=Source.INVITED, now=now):
        raise AlreadyTookPart(gettext("Your answers are in the box already. They count once."))
    return show_code(code)


def _box(statement: LiteralString, words: Mapping[str, object]) -> Box:
    found = direct().look(statement, words)
    if found is None:
        raise NoSuchConsultation
    consultation_id, status, opens_at, closes_at, neighbourhood_ids, box_key, kept, public_key = found
    questions, size = _read(kept)
    hours = Hours(ConsultationStatus(status), opens_at, closes_at)
    ward_code = str(words["ward"])
    return Box(consultation_id, hours, tuple(neighbourhood_ids), questions, size, box_key, ward_code, public_key)


# By what they say: those of a consultation that was announced are the same for every ballot.
@lru_cache(maxsize=256)
def _read(kept: str) -> tuple[tuple[Question, ...], int]:
    """The questions, and the bytes that the longest answers take."""
    questions = read_questions(json.loads(kept))
    return questions, size_of(questions)
