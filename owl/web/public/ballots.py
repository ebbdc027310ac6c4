"""Where a browser that blinds its own ballot has it signed and casts it, and where anybody finds theirs counted.

No page here takes or sets a cookie; casting and looking name no home. See docs/adr/0049 and owl/static/ballot.js.
"""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from owl.consultations.answer_form import answers_from_form
from owl.consultations.answered_places import wards_of_postcodes
from owl.consultations.casting import cast_signed, find_box
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.keys import public_keys
from owl.consultations.looking import Found, look_for_ballot
from owl.consultations.signing import sign_blinded
from owl.consultations.wording import wording_of
from owl.foundation.clock import utc_now
from owl.foundation.current import named_delivery
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound, OwlError
from owl.foundation.languages import gettext, spoken_now
from owl.foundation.signed_links import Purpose

bp = Blueprint("ballots", __name__)

LARGEST_BLINDED = 4096  # bytes; a good one has 256


@bp.post("/r/<token>/sign")
def sign(token: str) -> ResponseReturnValue:
    named = named_delivery(Purpose.FEEDBACK, token)
    if named is None:
        raise NotFound(gettext("This link is damaged."))
    try:
        signature = sign_blinded(*named, request.get_data(cache=False)[:LARGEST_BLINDED], now=utc_now())
    except OwlError as fault:
        return _told(fault)
    return Response(signature, mimetype="application/octet-stream")


@bp.post("/consultations/<slug>/ballots")
def cast(slug: str) -> ResponseReturnValue:
    form = request.form
    box = find_box(slug, form.get("ward", ""))
    try:
        given = wards_of_postcodes(db.session(), box.questions, form) | answers_from_form(box.questions, form)
        code = cast_signed(box, _bytes(form.get("code", "")), _bytes(form.get("signature", "")), given, now=utc_now())
    except OwlError as fault:
        return _told(fault)
    return _apart(jsonify(code=code))


@bp.get("/consultations/<slug>/keys.json")
def keys(slug: str) -> ResponseReturnValue:
    """The public keys of a consultation, the same for everybody: who compares them sees that no home has its own."""
    consultation = _consultation(slug)
    found = public_keys(db.session(), consultation.id)
    return jsonify(
        scheme="RSABSSA-SHA384-PSS-Deterministic (RFC 9474)",
        keys=[
            {"ward": key.ward_code, "name": key.ward_name, "key": base64.b64encode(key.key).decode()} for key in found
        ],
    )


@bp.get("/consultations/<slug>/counted")
def counted(slug: str) -> ResponseReturnValue:
    return _page(slug)


@bp.post("/consultations/<slug>/counted")
def look(slug: str) -> ResponseReturnValue:
    typed = request.form.get("code", "")
    try:
        found = look_for_ballot(db.session(), slug, typed)
    except BadInput as fault:
        return _apart(_page(slug, typed=typed, errors=fault.fields), fault.status)
    return _apart(_page(slug, typed=typed, found=found))


def _consultation(slug: str) -> Consultation:
    consultation = db.session.scalar(sa.select(Consultation).where(Consultation.slug == slug))
    if consultation is None or consultation.status is ConsultationStatus.DRAFT:
        raise NotFound(gettext("There is no such consultation."))
    return consultation


def _page(slug: str, *, typed: str = "", found: Found | None = None, errors: dict[str, str] | None = None) -> str:
    consultation = _consultation(slug)
    return render_template(
        "public/consultations/counted.html",
        consultation=consultation,
        title=wording_of(consultation, spoken_now()).title or consultation.title,
        typed=typed,
        found=found,
        errors=errors or {},
    )


def _told(fault: OwlError) -> ResponseReturnValue:
    """What a script of ours shows beside the fields."""
    fields = fault.fields if isinstance(fault, BadInput) else {"": fault.sentence}
    return _apart(jsonify(errors=fields), fault.status)


def _apart(answer: Response | str, status: int = HTTPStatus.OK) -> Response:
    """Kept by no cache: it is for one reader."""
    response = make_response(answer, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _bytes(text: str) -> bytes:
    """base64url, as the script writes it; nothing for anything else."""
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
