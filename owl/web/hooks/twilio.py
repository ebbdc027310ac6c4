"""Where Twilio brings texts that arrive. Each call must carry its signature. (Status calls: receipts.py.)"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from twilio.request_validator import RequestValidator

from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.replies.by_text import take_text

bp = Blueprint("hooks_twilio", __name__, url_prefix="/hooks/twilio")

NO_ANSWER = "<?xml version='1.0' encoding='UTF-8'?><Response/>"


@bp.before_request
def refuse_unsigned() -> ResponseReturnValue | None:
    """Refuse what Twilio didn't sign for this very address. The public address counts, not the one a proxy uses."""
    address = settings().public_url + request.full_path.rstrip("?")
    validator = RequestValidator(settings().twilio_auth_token.get_secret_value())
    signature = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(address, request.form, signature):
        return Response("The signature is missing or wrong.\n", HTTPStatus.FORBIDDEN, mimetype="text/plain")
    return None


@bp.post("/inbound")
def inbound() -> ResponseReturnValue:
    take_text(
        sid=request.form.get("MessageSid", ""),
        sender=request.form.get("From", ""),
        body=request.form.get("Body", ""),
        public_url=settings().public_url,
        allow_drama=settings().allow_drama_numbers,
        now=utc_now(),
    )
    return Response(NO_ANSWER, mimetype="text/xml")
