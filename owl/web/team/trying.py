"""Trying a draft out: how its mail, text and page will look, and a test to oneself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.delivery.rendering import preview as preview_of
from owl.delivery.testing import send_test
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.households.phone_numbers import NotAMobile, parse_mobile
from owl.messages.models import Message
from owl.messages.translations import translations_of, words_in
from owl.messages.word_rules import measure_framed
from owl.web.access import permission_required
from owl.web.team.previewing import Look, in_scheme, language_asked_for, look_asked_for
from owl.web.team.seen import seen_message

bp = Blueprint("team_trying", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"
# A mail brings its own looks; here it can do nothing else, and nothing of ours is in reach of it.
MAIL_POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "",
}


@bp.get(f"/{ID}/preview")
@permission_required(Permission.COMPOSE)
def preview(message_id: int) -> ResponseReturnValue:
    return _preview(seen_message(message_id), {})


@bp.get(f"/{ID}/preview/mail")
@permission_required(Permission.COMPOSE)
def preview_mail(message_id: int) -> ResponseReturnValue:
    message = seen_message(message_id)
    html = preview_of(message, sender=_sender(), language=language_asked_for()).html
    return in_scheme(html, request.args.get("scheme", ""), public_url=settings().public_url)


preview_mail.talisman_view_options = {  # type: ignore[attr-defined]
    "content_security_policy": MAIL_POLICY,
    "frame_options": "SAMEORIGIN",
}


@bp.post(f"/{ID}/test")
@permission_required(Permission.COMPOSE)
def test(message_id: int) -> ResponseReturnValue:
    message = seen_message(message_id)
    typed = request.form.get("mobile", "").strip()
    try:
        mobile = parse_mobile(typed, allow_drama=settings().allow_drama_numbers) if typed else None
    except NotAMobile as error:
        return _preview(message, {"mobile": error.sentence}, mobile=typed), error.status
    try:
        send_test(message_id, user_id=current_user.id, mobile=mobile, language=language_asked_for(), now=utc_now())
    except BadInput as error:
        return _preview(message, error.fields, mobile=typed), error.status
    flash("A test is on its way to your work address." if mobile is None else "A test is on its way, as mail and text.")
    return redirect(url_for(".preview", message_id=message_id, language=request.form.get("language")), 303)


def _preview(message: Message, errors: dict[str, str], mobile: str = "") -> str:
    language = language_asked_for()
    shown = preview_of(message, sender=_sender(), language=language)
    words = words_in(message, language).sms_text
    return render_template(
        "team/messages/preview.html",
        message=message,
        shown_in=language,
        written_in=[Language.ENGLISH, *(words.language for words in translations_of(message))],
        shown=shown,
        length=measure_framed(words, public_url=settings().public_url, language=language),
        errors=errors,
        mobile=mobile,
        look=look_asked_for(),
        looks=list(Look),
    )


def _sender() -> str:
    return f"{current_user.rank or ''} {current_user.name}".strip()
