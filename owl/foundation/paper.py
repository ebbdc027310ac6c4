"""Sheets to print: a PDF with our colours and letters, and pictures that a phone's camera reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from qrcode.image.pil import PilImage
from qrcode.main import QRCode

from owl.foundation.languages import gettext, spoken_now

NIGHT, AMBER, INK = (18, 41, 77), (245, 166, 35), (11, 12, 12)  # as on the pages
FONT: Final = "Atkinson Hyperlegible"
REGULAR, BOLD = "AtkinsonHyperlegible_400Regular.ttf", "AtkinsonHyperlegible_700Bold.ttf"
LINE = 0.46  # mm of a line's height for each point of its letters
BORDER = 4  # squares around a QR code (ISO/IEC 18004)


def new_sheet(size: tuple[float, float], *, margin: float, fonts: Path, now: datetime) -> FPDF:
    """An empty sheet of this size (mm), in the language that is spoken now. `fonts`: the folder of ours."""
    page = FPDF(format=size)
    page.set_creation_date(now)
    page.set_lang(spoken_now().tag)
    page.add_font(FONT, fname=fonts / REGULAR)
    page.add_font(FONT, "B", fname=fonts / BOLD)
    page.set_margin(margin)
    page.set_auto_page_break(auto=False)
    page.add_page()
    return page


def write(page: FPDF, text: str, size: float, *, bold: bool = False, width: float = 0, after: float = 0) -> None:
    """The text in lines of this width (mm; 0: to the margin), and so much space (mm) below."""
    page.set_font(FONT, "B" if bold else "", size)
    page.multi_cell(width, size * LINE, text, align="L", new_x="LMARGIN", new_y="NEXT")
    page.ln(after)


def height_of(page: FPDF, text: str, size: float, *, bold: bool = False) -> float:
    """How high (mm) the text would be; nothing is written."""
    page.set_font(FONT, "B" if bold else "", size)
    found: float = page.multi_cell(0, size * LINE, text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT)  # type: ignore[assignment]
    return found


def write_whole(page: FPDF, text: str, size: float, *, after: float) -> None:
    """The text on one line, smaller where it would be too long for it."""
    page.set_font(FONT, "B", size)
    write(page, text, size * min(1, page.epw * 0.97 / page.get_string_width(text)), bold=True, after=after)


def draw_code(page: FPDF, link: str, *, x: float, y: float, side: float) -> None:
    """A QR code of the link, with its white border, `side` mm wide within it."""
    code: QRCode[PilImage] = QRCode(border=BORDER, image_factory=PilImage)
    code.add_data(link)
    picture = code.make_image().get_image()
    said = gettext("A code for your phone’s camera. It opens %(link)s", link=link)
    page.image(picture, x=x - BORDER, y=y - BORDER, w=side + 2 * BORDER, alt_text=said)


def in_our_letters(page: FPDF, text: str) -> str:
    """The text without what our letters can't show, like pictures in a line."""
    regular, bold = (page.fonts[FONT.lower() + style] for style in ("", "B"))
    known = regular.cmap.keys() & bold.cmap.keys()  # type: ignore[union-attr]  # both were added from a file
    return "".join(letter for letter in text if letter == "\n" or ord(letter) in known)
