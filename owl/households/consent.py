"""The evidence of consent: when, to which words, from where. Written once, known by the blind index alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.languages import Language
from owl.foundation.notices import Channel
from owl.households.consent_wording import CURRENT
from owl.households.models import Consent

WORDING = CURRENT[Language.ENGLISH]  # where nobody was shown them in another language
TEXT_WORDING = "2026-11-text"  # the words that somebody who joins by text says yes to
FORM, MY_PAGE, BY_TEXT = "web form", "my page", "text YES"  # sources


def record_consent(
    session: Session,
    *,
    channel: Channel,
    address_index: bytes,
    given: bool,
    wording: str,
    source: str,
    at: datetime,
) -> None:
    """Write down that consent was given or taken back."""
    session.add(
        Consent(at=at, address_index=address_index, channel=channel, given=given, wording=wording, source=source)
    )


def agreed_wording(session: Session, address_index: bytes) -> str:
    """The version of the words last agreed to for this address; empty where nobody ever agreed."""
    found = session.scalar(
        select(Consent.wording)
        .where(Consent.address_index == address_index, Consent.given)
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
    )
    return found or ""
