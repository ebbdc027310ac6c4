"""The public page and the poster of a message: for residents, and for its team before it goes out."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from owl.foundation.current import settings
from owl.foundation.qr_codes import qr_svg
from owl.messages.current import FOR_ALL
from owl.messages.markdown import as_html
from owl.messages.verifying import Original


def page_of(found: Original) -> str:
    """The page with the message's words, what became of it, and ways to pass it on."""
    body = Markup(as_html(found.body))  # noqa: S704  # made safe there
    # Alerts may be about one street or one person: they are for those who have the link, not for search engines.
    for_searching = found.kind in FOR_ALL and found.over_since is None
    others = [(words, Markup(as_html(words.body))) for words in found.others]  # noqa: S704  # as above
    link = f"{settings().public_url}/messages/{found.code}"
    return render_template(
        "public/published/show.html", found=found, body=body, others=others, for_searching=for_searching, link=link
    )


def poster_of(found: Original, *, address: str) -> str:
    """A sheet of A4 to print and pin up. `address`: where its QR code leads."""
    body = Markup(as_html(found.body))  # noqa: S704  # made safe there
    code = Markup(qr_svg(address))  # noqa: S704  # of our own making
    return render_template("public/published/poster.html", found=found, body=body, address=address, qr_code=code)
