"""What a message will look like, in frames: as mail on a phone, at a desk and in the dark, as page and as poster."""

from __future__ import annotations

from enum import StrEnum

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.languages import Language
from owl.messages.verifying import Original, original_of
from owl.web.access import permission_required
from owl.web.message_pages import page_of, poster_of
from owl.web.safety import CONTENT_SECURITY_POLICY
from owl.web.team.seen import seen_message

bp = Blueprint("team_previewing", __name__, url_prefix="/team/messages/<int:message_id>/preview")

IN_A_FRAME = {
    "content_security_policy": CONTENT_SECURITY_POLICY | {"frame-ancestors": "'self'"},
    "frame_options": "SAMEORIGIN",
}


class Look(StrEnum):
    """One way in which people see a message."""

    PHONE = "phone"
    DESK = "desk"
    DARK = "dark"
    PAGE = "page"
    POSTER = "poster"

    @property
    def label(self) -> str:
        """For the screen."""
        return {
            "phone": "Mail on a phone",
            "desk": "Mail at a desk",
            "dark": "Mail in the dark",
            "page": "Public page",
            "poster": "Poster",
        }[self.value]

    @property
    def view(self) -> str:
        """The endpoint that the frame shows."""
        pages = {Look.PAGE: "team_previewing.show_page", Look.POSTER: "team_previewing.show_poster"}
        return pages.get(self, "team_trying.preview_mail")

    @property
    def scheme(self) -> str:
        """Of the reader's colours."""
        return "dark" if self is Look.DARK else "light"


def look_asked_for() -> Look:
    """The one in the address of the page; the phone's unless another is asked for."""
    asked = request.args.get("as", "")
    return Look(asked) if asked in set(Look) else Look.PHONE


def language_asked_for() -> Language:
    """The one in the address of the page; English unless another is asked for."""
    asked = request.values.get("language", "")
    return Language(asked) if asked in set(Language) else Language.ENGLISH


def in_scheme(html: str, scheme: str, *, public_url: str) -> str:
    """The mail as a reader with dark or light colours sees it. Its pictures come from here, wherever OWL is."""
    html = html.replace(f'src="{public_url}/pictures/', 'src="/pictures/')
    if scheme not in {"dark", "light"}:
        return html
    return html.replace("color-scheme: light dark", f"color-scheme: {scheme}", 1)


@bp.get("/page")
@permission_required(Permission.COMPOSE)
def show_page(message_id: int) -> ResponseReturnValue:
    return page_of(_as_it_will_be(message_id))


@bp.get("/poster")
@permission_required(Permission.COMPOSE)
def show_poster(message_id: int) -> ResponseReturnValue:
    found = _as_it_will_be(message_id)
    return poster_of(found, address=f"{settings().public_url}/messages/{found.code}")


show_page.talisman_view_options = IN_A_FRAME  # type: ignore[attr-defined]
show_poster.talisman_view_options = IN_A_FRAME  # type: ignore[attr-defined]


def _as_it_will_be(message_id: int) -> Original:
    """As residents see it, or will if it goes out at its time."""
    session, now = db.session(), utc_now()
    message = seen_message(message_id)
    sent_at = max(message.approved_at or now, message.send_at or message.approved_at or now)
    return original_of(session, message, language=language_asked_for(), sent_at=sent_at, now=now)
