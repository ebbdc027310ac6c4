"""Taking part without JavaScript, by the link of an invitation or the open one. See docs/adr/0049.

With it: owl.consultations.signing and casting. What is `given` is read by owl.consultations.answers, whole or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from owl.consultations.casting import box_of, find_box, put_in, read_for
from owl.consultations.codes import asked_hash_of_form, code_of_form, show_code
from owl.consultations.consultation_models import Source
from owl.consultations.invited import invited_home, use_voice
from owl.consultations.voices import NO_WARD


def cast_for_home(message_id: int, seq: int, given: Mapping[str, object], *, form_key: str, now: datetime) -> str:
    """Take the home's voice and cast its ballot in one go, for browsers without JavaScript. Nothing joins the two.

    `form_key` is random, from the form: the same form sent twice is one ballot, and both times its code is answered.
    Raises NotFound, LinkExpired, PersonErased, NotYetOpen, ConsultationClosed, BadInput, or AlreadyTookPart.
    """
    home = invited_home(message_id, seq, now=now)
    box = box_of(home.consultation_id, home.ward_code)
    answers = read_for(box, given, now=now)
    use_voice(home, asked_hash_of_form(form_key, answers), now=now)
    # A transaction of its own, so that the two rows don't carry the number of one. Cut off here, the same form can be
    # sent again: it is known by its hash.
    code = code_of_form(form_key, answers)
    put_in(box, code, answers, source=Source.INVITED, now=now)
    return show_code(code)


def cast_openly(slug: str, given: Mapping[str, object], *, form_key: str, now: datetime) -> str:
    """Cast a ballot by the link on the public page, counted apart: nobody knows whose it is.

    The same form sent twice is one ballot. Raises NotFound, NotYetOpen, ConsultationClosed or BadInput.
    """
    box = find_box(slug, NO_WARD)
    answers = read_for(box, given, now=now)
    code = code_of_form(form_key, answers)
    put_in(box, code, answers, source=Source.OPEN, now=now)
    return show_code(code)
