"""/sandbox: what the sinks caught, and buttons to play residents and providers. On the local stack alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import requests
from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.embedded.caught import PAGE, Caught
from owl.embedded.demo_users import demo_users
from owl.embedded.home import Home
from owl.embedded.reading import ShownMail, ShownText, show_mail
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.errors import BadInput, NotFound

bp = Blueprint("sandbox", __name__, url_prefix="/sandbox")

TIMEOUT_S = 15
BEHAVES = "behave"
MAIL_CONDUCTS = {
    "550 5.1.1 No such user": "Refuse: there is no such mailbox",
    "552 5.2.2 Mailbox full": "Refuse: the mailbox is full",
    "451 4.7.1 Try again later": "Delay: try again later",
    "554 5.7.1 Message refused as spam": "Refuse: looks like spam",
}
TEXT_CONDUCTS = {
    "21211": "Refuse: not a valid number",
    "21610": "Refuse: the resident sent STOP",
    "20500": "Break down at the first try",
    "slow": "Delay the receipt by half a minute",
    "30003": "Accept, then fail: handset switched off",
    "30005": "Accept, then fail: no such handset",
}
# The mail's own looks need inline style; it may load and run nothing, and its links open in the whole window.
OF_A_MAIL = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "'self' data:",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-top-navigation-by-user-activation",
}


def add_sandbox(app: Flask) -> None:
    """Serve the sandbox from this application."""
    app.register_blueprint(bp)


@bp.get("")
def mails() -> ResponseReturnValue:
    address, before = request.args.get("address", "").strip(), request.args.get("before", type=int)
    found = [show_mail(mail) for mail in _caught().mails(address or None, before=before)]
    return _list("mails", found, address, older=found[-1].id if len(found) == PAGE else None)


@bp.get("/texts")
def texts() -> ResponseReturnValue:
    number, before = request.args.get("address", "").strip(), request.args.get("before", type=int)
    found = [ShownText(text) for text in _caught().texts(number or None, before=before)]
    return _list("texts", found, number, older=found[-1].text.id if len(found) == PAGE else None)


@bp.get("/sign-in")
def codes() -> ResponseReturnValue:
    now = utc_now()
    shown = [(user, user.code(now)) for user in demo_users(_home())]
    return render_template("sandbox/codes.html", users=shown, lasts_s=30 - int(now.timestamp()) % 30)


@bp.get("/mails/<int:mail_id>")
def mail(mail_id: int) -> ResponseReturnValue:
    found = _mail(mail_id)
    conduct = _caught().conduct(found.recipient)
    return render_template("sandbox/mail.html", mail=found, conduct=conduct, conducts=MAIL_CONDUCTS, behaves=BEHAVES)


@bp.get("/mails/<int:mail_id>/html")
def html(mail_id: int) -> ResponseReturnValue:
    found = _mail(mail_id)
    return Response(f'<base target="_top">{found.html or ""}', mimetype="text/html")


html.talisman_view_options = {"content_security_policy": OF_A_MAIL, "frame_options": "SAMEORIGIN"}  # type: ignore[attr-defined]


@bp.post("/mails/<int:mail_id>/unsubscribe")
def unsubscribe(mail_id: int) -> ResponseReturnValue:
    link = _mail(mail_id).one_click
    if link is None or not link.startswith(settings().public_url):
        raise NotFound("This mail has no link that a mail program could press.")
    answer = requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=TIMEOUT_S)
    flash(f"Pressed Unsubscribe as a mail program does. OWL answered {answer.status_code}.")
    return redirect(url_for(".mail", mail_id=mail_id), HTTPStatus.SEE_OTHER)


@bp.post("/texts/reply")
def text_back() -> ResponseReturnValue:
    number, words = request.form.get("number", ""), request.form.get("words", "").strip()
    if not number or not words:
        raise BadInput("Write what the resident texts.")
    answer = requests.post(
        f"{settings().twilio_api_url}/stand-in/inbound",
        data={"From": number, "Body": words},
        auth=(settings().twilio_account_sid, settings().twilio_auth_token.get_secret_value()),
        timeout=TIMEOUT_S,
    )
    flash(f"Texted “{words}”. OWL answered {answer.json()['status']}.")
    return redirect(url_for(".texts", address=number), HTTPStatus.SEE_OTHER)


@bp.post("/conduct")
def set_conduct() -> ResponseReturnValue:
    address, answer = request.form.get("address", ""), request.form.get("answer", "")
    if not address or answer not in {BEHAVES, *MAIL_CONDUCTS, *TEXT_CONDUCTS}:
        raise BadInput("Choose how the provider answers.")
    _caught().set_conduct(address, None if answer == BEHAVES else answer)
    flash("The provider will answer so from the next message on.")
    page = ".mails" if "@" in address else ".texts"
    return redirect(url_for(page, address=address), HTTPStatus.SEE_OTHER)


def _list(name: str, found: list[Any], address: str, *, older: int | None) -> str:
    return render_template(
        f"sandbox/{name}.html",
        found=found,
        address=address,
        older=older,
        total=_caught().count_mails() if name == "mails" else _caught().count_texts(),
        conduct=_caught().conduct(address) if address else None,
        conducts=TEXT_CONDUCTS,
        behaves=BEHAVES,
    )


def _mail(mail_id: int) -> ShownMail:
    found = _caught().mail(mail_id)
    if found is None:
        raise NotFound("There is no such mail.")
    return show_mail(found)


def _home() -> Home:
    return Home(settings().home)


def _caught() -> Caught:
    """Opened at the first use, in the process that uses it: SQLite's files must not cross a fork."""
    if "owl.caught" not in current_app.extensions:
        current_app.extensions["owl.caught"] = Caught(_home().caught)
    caught: Caught = current_app.extensions["owl.caught"]
    return caught
