"""A picture of an address that a phone's camera reads, drawn here: no other service learns of it."""

from __future__ import annotations

import io

from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode


def qr_svg(text: str) -> str:
    """The text as a QR code: an `<svg>` of one path, without colours of its own."""
    picture = io.BytesIO()
    drawn = QRCode(image_factory=SvgPathImage)
    drawn.add_data(text)
    drawn.make_image().save(picture)
    svg = picture.getvalue().decode()
    return svg[svg.index("<svg") :]
