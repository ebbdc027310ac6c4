"""A message as a sheet of A4 to pin up: to be read from two metres away, with a code for a phone's camera."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF

from owl.foundation.clock import show_moment, show_time
from owl.foundation.languages import gettext
from owl.foundation.paper import AMBER, INK, NIGHT, draw_code, height_of, in_our_letters, new_sheet, write, write_whole
from owl.messages.markdown import as_text
from owl.messages.verifying import Original

WIDTH, HEIGHT, MARGIN = 210, 297, 15  # mm; A4
HEAD, FOOT = 26, 62  # mm
CODE = 40  # mm
TITLE_SIZES, TITLE_HEIGHT = (44, 38, 32, 28, 24, 20), 48
WORD_SIZES = (26, 23, 20, 18, 16, 14, 13, 12, 11)
PICTURE_HEIGHT, GAP = 70, 6  # mm


def draw_poster(found: Original, pictures: Sequence[bytes], *, address: str, fonts: Path) -> bytes:
    """The poster as a PDF of one page, in the language that is spoken now. `address`: where its code leads.

    Words that leave no room go smaller; what still leaves none is read at the address. `pictures`: JPEG.
    """
    page = new_sheet((WIDTH, HEIGHT), margin=MARGIN, fonts=fonts, now=found.sent_at)
    title = in_our_letters(page, found.title)
    page.set_title(title)
    _draw_head(page, found)
    _write_to_fit(page, title, TITLE_SIZES, TITLE_HEIGHT, bold=True)
    page.ln(4)
    below = HEIGHT - FOOT - GAP - (PICTURE_HEIGHT + GAP if pictures else 0)
    _write_to_fit(page, in_our_letters(page, as_text(found.body)), WORD_SIZES, below - page.get_y())
    _draw_pictures(page, found, pictures)
    _draw_foot(page, found, address)
    return bytes(page.output())


def _draw_head(page: FPDF, found: Original) -> None:
    page.set_fill_color(*NIGHT)
    page.rect(0, 0, WIDTH, HEAD, style="F")
    page.set_fill_color(*AMBER)
    page.rect(0, HEAD, WIDTH, 2, style="F")
    page.set_text_color(255, 255, 255)
    page.set_y(8)
    write_whole(page, f"OWL   {found.kind.label}", 26, after=0)
    page.set_text_color(*INK)
    page.set_y(HEAD + 10)


def _write_to_fit(page: FPDF, text: str, sizes: Sequence[int], room: float, *, bold: bool = False) -> None:
    """As large as there is room (mm) for; cut at the end of a word where even the smallest is too large."""
    for size in sizes:
        if height_of(page, text, size, bold=bold) <= room:
            break
    else:
        size = sizes[-1]
        text = _cut(page, text, size, room, bold=bold)
    write(page, text, size, bold=bold)


def _cut(page: FPDF, text: str, size: int, room: float, *, bold: bool) -> str:
    """As much of the text as there is room for."""
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if height_of(page, f"{text[:middle]} …", size, bold=bold) <= room:
            fits = middle
        else:
            too_long = middle
    return f"{text[:fits].rpartition(' ')[0] or text[:fits]} …"


def _draw_pictures(page: FPDF, found: Original, pictures: Sequence[bytes]) -> None:
    """Side by side above the foot, none of them cut."""
    if not pictures:
        return
    width = (page.epw - GAP * (len(pictures) - 1)) / len(pictures)
    top = HEIGHT - FOOT - GAP - PICTURE_HEIGHT
    for number, (content, shown) in enumerate(zip(pictures, found.pictures, strict=True)):
        page.image(
            io.BytesIO(content), x=MARGIN + number * (width + GAP), y=top, w=width, h=PICTURE_HEIGHT,
            keep_aspect_ratio=True, alt_text=shown.alt,
        )  # fmt: skip


def _draw_foot(page: FPDF, found: Original, address: str) -> None:
    top = HEIGHT - FOOT
    page.set_draw_color(*NIGHT)
    page.set_line_width(0.8)
    page.line(MARGIN, top, WIDTH - MARGIN, top)
    draw_code(page, address, x=MARGIN + 2, y=top + 9, side=CODE)
    left = MARGIN + CODE + 12
    page.set_left_margin(left)
    page.set_xy(left, top + 6)
    write(page, gettext("In an emergency call 999. For other crimes call 101."), 14, bold=True, after=1)
    write(page, gettext("Crimestoppers: 0800 555 111, without your name."), 13, after=3)
    write(page, gettext("Read it on your phone:"), 12)
    write_whole(page, address.partition("//")[2], 14, after=3)
    when = show_moment(found.sent_at)
    write(page, f"{found.sender}, {when}" if found.sender else when, 11)
    if found.valid_until:
        write(page, gettext("Holds until %(time)s.", time=show_time(found.valid_until)), 11)
