"""The first half of taking part: the home's voice is used for a ballot that nobody here can see. See docs/adr/0049.

By hand and in two round trips, because a county's homes come within minutes (docs/adr/0057).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, LiteralString

from owl.consultations.blind_signing import NotBlinded, sign_blind
from owl.consultations.consultation_models import PRIVATE_KEY, ConsultationStatus
from owl.consultations.open_box import Hours, NoSuchConsultation, check_open
from owl.consultations.voices import HomeTookPart
from owl.foundation.database import contact_keys
from owl.foundation.direct import direct
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.languages import gettext
from owl.replies.opening import LASTS, LinkExpired, PersonErased

# The home, and the key of its ward, else the one of homes in no ward.
INVITED: LiteralString = """
    SELECT delivery.household_id, coalesce(message.finished_at, message.approved_at, message.created_at),
        contact_point.subscriber_id IS NULL OR household.neighbourhood_id IS NULL,
        message.consultation_id, consultation.status, consultation.opens_at, consultation.closes_at,
        (SELECT private_key FROM consultation_signing_key AS key
         WHERE key.consultation_id = message.consultation_id AND key.ward_code IN (household.ward_code, '')
         ORDER BY key.ward_code DESC LIMIT 1)
    FROM delivery
    JOIN message ON message.id = delivery.message_id
    JOIN contact_point ON contact_point.id = delivery.contact_point_id
    LEFT JOIN household ON household.id = delivery.household_id
    LEFT JOIN consultation ON consultation.id = message.consultation_id
    WHERE delivery.message_id = %(message)s AND delivery.seq = %(seq)s
"""
# Nothing where the home is heard already, or the box is closed: a count under way is waited for, and then seen.
TAKE: LiteralString = """
    INSERT INTO voice (consultation_id, household_id, asked_hash)
    SELECT id, %(household)s, %(asked)b FROM (
        SELECT id FROM consultation
        WHERE id = %(consultation)s AND status = 'announced' AND opens_at <= %(now)s AND closes_at > %(now)s
        FOR KEY SHARE
    ) AS held
    ON CONFLICT DO NOTHING RETURNING household_id
"""
TAKEN: LiteralString = """
    SELECT status, opens_at, closes_at, (
        SELECT asked_hash FROM voice WHERE consultation_id = %(consultation)s AND household_id = %(household)s
    ) FROM consultation WHERE id = %(consultation)s
"""


def sign_blinded(message_id: int, seq: int, blinded: bytes, *, now: datetime) -> bytes:
    """The blind signature for the home that the invitation went to, which uses its voice.

    The same request may be made again, for instance after a lost line. Raises NotFound, LinkExpired, PersonErased,
    NotYetOpen, ConsultationClosed, BadInput, or AlreadyTookPart.
    """
    household_id, consultation_id, sealed_key = _invited(message_id, seq, now)
    private = contact_keys().decrypt(sealed_key, context=PRIVATE_KEY)
    try:
        signature = sign_blind(private, blinded)
    except NotBlinded:
        raise BadInput(gettext("Something went wrong on the way. Load the page again.")) from None
    _take_voice(consultation_id, household_id, hashlib.sha256(blinded).digest(), now)
    return signature


def _invited(message_id: int, seq: int, now: datetime) -> tuple[int, int, bytes]:
    """The home that the link belongs to, what it is asked, and what signs its ballot."""
    found = direct().look(INVITED, {"message": message_id, "seq": seq})
    if found is None:
        raise NotFound(gettext("We can't find that message."))
    household_id, ended_at, is_erased, consultation_id, status, opens_at, closes_at, sealed_key = found
    if now > ended_at + LASTS:
        raise LinkExpired
    if is_erased:
        raise PersonErased
    if consultation_id is None:
        raise NotFound(gettext("This message asks no question."))
    if status == ConsultationStatus.DRAFT:
        raise NoSuchConsultation
    check_open(Hours(ConsultationStatus(status), opens_at, closes_at), now=now)
    return household_id, consultation_id, sealed_key


def _take_voice(consultation_id: int, household_id: int, asked_hash: bytes, now: datetime) -> None:
    """Use the home's voice; once more for the very same request. Of two at once, the database lets one through."""
    home: dict[str, Any] = {"consultation": consultation_id, "household": household_id}
    if direct().run(TAKE, home | {"asked": asked_hash, "now": now}) is not None:
        return
    found = direct().look(TAKEN, home)
    if found is None:
        raise NoSuchConsultation
    status, opens_at, closes_at, asked_before = found
    check_open(Hours(ConsultationStatus(status), opens_at, closes_at), now=now)
    if asked_before != asked_hash:
        raise HomeTookPart
