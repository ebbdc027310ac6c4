"""The home that an invitation went to, and its voice: by hand, since a county's come within minutes (docs/adr/0057)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

from owl.consultations.consultation_models import ConsultationStatus
from owl.consultations.open_box import Hours, NoSuchConsultation, check_open
from owl.consultations.voices import NO_WARD, HomeTookPart
from owl.foundation.direct import direct
from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext
from owl.replies.opening import LinkExpired, PersonErased, links_end

# The home, and the key of its ward, else the one of homes in no ward.
INVITED: LiteralString = """
    SELECT delivery.household_id, coalesce(message.finished_at, message.approved_at, message.created_at),
        message.valid_until, contact_point.subscriber_id IS NULL OR household.neighbourhood_id IS NULL,
        message.consultation_id, consultation.status, consultation.opens_at, consultation.closes_at,
        key.ward_code, key.private_key
    FROM delivery
    JOIN message ON message.id = delivery.message_id
    JOIN contact_point ON contact_point.id = delivery.contact_point_id
    LEFT JOIN household ON household.id = delivery.household_id
    LEFT JOIN consultation ON consultation.id = message.consultation_id
    LEFT JOIN LATERAL (
        SELECT ward_code, private_key FROM consultation_signing_key
        WHERE consultation_id = consultation.id AND ward_code IN (household.ward_code, '')
        ORDER BY ward_code DESC LIMIT 1
    ) AS key ON true
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


@dataclass(frozen=True, slots=True)
class InvitedHome:
    """A home, and what it is asked."""

    household_id: int
    consultation_id: int
    ward_code: str  # whose key signs its ballot; "" where its own has none
    sealed_key: bytes | None = field(repr=False)  # None: destroyed at the count


def invited_home(message_id: int, seq: int, *, now: datetime) -> InvitedHome:
    """The home of the delivery, which may take part now.

    Raises NotFound, LinkExpired, PersonErased, NotYetOpen or ConsultationClosed.
    """
    found = direct().look(INVITED, {"message": message_id, "seq": seq})
    if found is None:
        raise NotFound(gettext("We can't find that message."))
    household_id, went_at, asks_until, is_erased, consultation_id = found[:5]
    status, opens_at, closes_at, ward_code, sealed_key = found[5:]
    if now > links_end(went_at, asks_until):
        raise LinkExpired
    if is_erased:
        raise PersonErased
    if consultation_id is None:
        raise NotFound(gettext("This message asks no question."))
    _check(status, opens_at, closes_at, now)
    return InvitedHome(household_id, consultation_id, ward_code or NO_WARD, sealed_key)


def use_voice(home: InvitedHome, asked_hash: bytes, *, now: datetime) -> None:
    """Use the home's voice; once more for the very same request, whose answer may have been lost.

    Of two people of a home at once, the database lets one through. Raises AlreadyTookPart, or ConsultationClosed
    where it has closed since.
    """
    words: dict[str, Any] = {"consultation": home.consultation_id, "household": home.household_id}
    if direct().run(TAKE, words | {"asked": asked_hash, "now": now}) is not None:
        return
    found = direct().look(TAKEN, words)
    if found is None:
        raise NoSuchConsultation
    status, opens_at, closes_at, asked_before = found
    _check(status, opens_at, closes_at, now)
    if asked_before != asked_hash:
        raise HomeTookPart


def _check(status: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> None:
    if status == ConsultationStatus.DRAFT:
        raise NoSuchConsultation
    check_open(Hours(ConsultationStatus(status), opens_at, closes_at), now=now)
