"""The ballot of an invited home, by the link of its invitation: here without JavaScript; see docs/adr/0049."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from owl.consultations.ballots import cast_for_home
from owl.consultations.open_box import ConsultationClosed, NotYetOpen
from owl.consultations.voices import AlreadyTookPart
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.languages import gettext
from owl.replies.opening import open_link
from owl.web.public.ballot_forms import CHANGE, fields_to_carry, read_form
from owl.web.public.reply_pages import asked_by, delivery_of, page_of, turn_elsewhere_when_ended

bp = Blueprint("invited_ballots", __name__, url_prefix="/r")
turn_elsewhere_when_ended(bp)


@bp.post("/<token>/ballot")
def cast(token: str) -> ResponseReturnValue:
    message_id, seq = delivery_of(token)
    open_link(db.session(), message_id, seq, now=utc_now())
    asked = asked_by(message_id)
    if asked is None:
        raise NotFound(gettext("This message asks no question."))
    if CHANGE in request.form:
        return page_of(token)
    try:
        filled = read_form(asked)
        if filled.is_to_offer:
            return render_template("public/consultations/right_door.html", filled=filled, fields=fields_to_carry())
        code = cast_for_home(message_id, seq, filled.answers, form_key=filled.key, now=utc_now())
    except (BadInput, AlreadyTookPart, NotYetOpen, ConsultationClosed) as fault:
        return page_of(token, fault)
    return render_template("public/consultations/cast.html", asked=asked, code=code, filled=filled, token=token)
