"""The first half of taking part: the home's voice is used for a ballot that nobody here can see. See docs/adr/0049."""

from __future__ import annotations

import hashlib
from datetime import datetime

from owl.consultations.blind_signing import NotBlinded, sign_blind
from owl.consultations.consultation_models import PRIVATE_KEY
from owl.consultations.invited import invited_home, use_voice
from owl.foundation.database import contact_keys
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext


def sign_blinded(message_id: int, seq: int, blinded: bytes, *, now: datetime) -> bytes:
    """The blind signature for the home that the invitation went to, which uses its voice.

    The same request may be made again, for instance after a lost line. Raises NotFound, LinkExpired, PersonErased,
    NotYetOpen, ConsultationClosed, BadInput, or AlreadyTookPart.
    """
    home = invited_home(message_id, seq, now=now)
    if home.sealed_key is None:
        raise RuntimeError("the private half is destroyed at the count, and it is not closed")
    private = contact_keys().decrypt(home.sealed_key, context=PRIVATE_KEY)
    try:
        signature = sign_blind(private, blinded)
    except NotBlinded:
        raise BadInput(gettext("Something went wrong on the way. Load the page again.")) from None
    use_voice(home, hashlib.sha256(blinded).digest(), now=now)
    return signature
