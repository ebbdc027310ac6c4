"""The page behind a feedback link, also after a fault: with its sentences and all that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from owl.consultations.asked import Asked, asked_by_message
from owl.consultations.life_cycle import Phase
from owl.consultations.voices import has_taken_part, ward_to_sign
from owl.foundation.clock import utc_now
from owl.foundation.current import named_delivery
from owl.foundation.database import db
from owl.foundation.errors import NotFound, OwlError
from owl.foundation.languages import gettext, spoken_now
from owl.foundation.signed_links import Purpose, new_token
from owl.replies.danger import PHRASES
from owl.replies.models import Rating
from owl.replies.opening import LinkExpired, OpenedLink, PersonErased, open_link
from owl.replies.ratings import rating_by
from owl.replies.why import why_sent
from owl.web.ballot_fields import fields_of
from owl.web.public.ballot_forms import faults_of, words_typed

WHY: Mapping[type[OwlError], str] = {LinkExpired: "expired", PersonErased: "erased"}


def turn_elsewhere_when_ended(bp: Blueprint) -> None:
    """Let the pages of this part say where to turn when their link is damaged or has ended."""

    @bp.errorhandler(NotFound)
    @bp.errorhandler(LinkExpired)
    @bp.errorhandler(PersonErased)
    def turn_elsewhere(error: OwlError) -> ResponseReturnValue:
        return render_template("public/reply/ended.html", why=WHY.get(type(error), "damaged")), error.status


def delivery_of(token: str) -> tuple[int, int]:
    """Message and number of the delivery that the link names. Raises NotFound."""
    named = named_delivery(Purpose.FEEDBACK, token)
    if named is None:
        raise NotFound(gettext("This link is damaged."))
    return named


def asked_by(message_id: int) -> Asked | None:
    """What the message invites to, in the language of this request."""
    return asked_by_message(db.session(), message_id, language=spoken_now(), now=utc_now())


def page_of(token: str, fault: OwlError | None = None, *, link: OpenedLink | None = None) -> ResponseReturnValue:
    """The page; after a fault, with its sentences and all that was typed. `link`: where it was opened just now."""
    message_id, seq = delivery_of(token)
    session, now = db.session(), utc_now()
    link = link or open_link(session, message_id, seq, now=now)
    errors, asked = faults_of(fault), asked_by(message_id)
    heard = asked is not None and has_taken_part(session, asked.id, link.recipient.household_id)
    open_to_it = asked is not None and asked.phase is Phase.OPEN and not heard
    form_key = request.form.get("form_key") or new_token()[0]
    ballot = (
        fields_of(asked, errors, for_home=True)
        if asked and open_to_it
        else {"asked": asked, "form_key": form_key, "danger": PHRASES}
    )
    html = render_template(
        "public/reply/page.html",
        token=token,
        link=link,
        rating=rating_by(session, message_id, seq),
        ratings=Rating,
        heard=heard,
        ward=ward_to_sign(session, asked.id, link.recipient.household_id) if asked else "",
        errors=errors,
        typed=request.form,
        prefill=words_typed(asked) if asked and not open_to_it else "",
        why=why_sent(session, link),
        **ballot,
    )
    return html, fault.status if fault else HTTPStatus.OK
