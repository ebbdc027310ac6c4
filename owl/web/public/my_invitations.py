"""The link with which the others of a home join it: made, shown, passed on by its owner, ended."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.languages import gettext
from owl.foundation.qr_codes import qr_svg
from owl.households.inviting import InvitationRow, end_invitation, invitation_to, invite
from owl.web.public.my_session import ask_for_a_link_again, my, owner

bp = Blueprint("my_invitations", __name__, url_prefix="/my/homes/<int:subscription_id>/invite")
ask_for_a_link_again(bp)


@bp.get("")
def show(subscription_id: int) -> ResponseReturnValue:
    home = my().home(subscription_id)
    found = invitation_to(db.session(), subscription_id, now=utc_now())
    passing_on = _passing_on(found) if found else {}
    return render_template("public/my/invite.html", home=home, invitation=found, **passing_on)


@bp.post("")
def make(subscription_id: int) -> ResponseReturnValue:
    invite(owner(), subscription_id, now=utc_now())
    return redirect(url_for(".show", subscription_id=subscription_id), 303)


@bp.post("/end")
def end(subscription_id: int) -> ResponseReturnValue:
    end_invitation(owner(), subscription_id, now=utc_now())
    flash(gettext("Saved. The link does not work any more. Who joined with it stays."))
    return redirect(url_for(".show", subscription_id=subscription_id), 303)


def _passing_on(invitation: InvitationRow) -> dict[str, object]:
    """The link, its picture, and the message that the owner's own phone would send."""
    link = f"{settings().public_url}{url_for('invited.look', token=invitation.token)}"
    said = gettext("Get police messages for our home, by email or text. It is free: %(link)s", link=link)
    words, subject = quote(said, safe=""), quote(gettext("Police messages for our home"), safe="")
    return {
        "link": link,
        "picture": Markup(qr_svg(link)),  # noqa: S704  # drawn by us, of our own address
        "by_text": f"sms:?&body={words}",
        "by_mail": f"mailto:?subject={subject}&body={words}",
    }
