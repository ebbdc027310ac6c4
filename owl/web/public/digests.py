"""The page behind the link of a digest: its messages in full, and where to reply to each."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from owl.delivery.digests.reading import digest_behind
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token, named_delivery
from owl.foundation.database import db
from owl.foundation.errors import NotFound, OwlError
from owl.foundation.signed_links import Purpose
from owl.messages.markdown import as_html
from owl.replies.opening import LinkExpired, PersonErased, open_link

bp = Blueprint("digests", __name__, url_prefix="/digest")

WHY: dict[type[OwlError], str] = {LinkExpired: "expired", PersonErased: "erased"}


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    named = named_delivery(Purpose.FEEDBACK, token)
    if named is None:
        raise NotFound("This link is damaged.")
    now = utc_now()
    link = open_link(db.session(), *named, now=now)
    found = digest_behind(db.session(), *named, now=now)
    entries = [
        (
            entry.item,
            Markup(as_html(entry.item.body)),  # noqa: S704  # as_html lets only its own few elements through
            delivery_token(Purpose.FEEDBACK, entry.item.message_id, entry.seq),
        )
        for entry in found.entries
    ]
    return render_template("public/reply/digest.html", link=link, entries=entries, over=found.over)


@bp.errorhandler(NotFound)
@bp.errorhandler(LinkExpired)
@bp.errorhandler(PersonErased)
def turn_elsewhere(error: OwlError) -> ResponseReturnValue:
    return render_template("public/reply/ended.html", why=WHY.get(type(error), "damaged")), error.status
