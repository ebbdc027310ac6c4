"""A leaflet for letter boxes and notice boards: who the team is, and how to join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fpdf import FPDF

from owl.foundation.languages import gettext
from owl.foundation.paper import AMBER, FONT, INK, NIGHT, draw_code, new_sheet, write, write_whole

WIDTH, HEIGHT, MARGIN = 148, 210, 12  # mm; A5
QR_SIDE = 50  # mm: read from a metre away
WAY_IN_FROM = 118  # mm from the top


@dataclass(frozen=True, slots=True)
class Leaflet:
    """What differs from one neighbourhood to the next. `home` is where our pages begin."""

    neighbourhood: str
    district: str
    team: str
    home: str

    @property
    def link(self) -> str:
        """Where the picture leads: to the first question of joining."""
        return f"{self.home}/join"


def draw_leaflet(leaflet: Leaflet, *, fonts: Path, now: datetime) -> bytes:
    """The leaflet as a PDF of one page of A5, in the language that is spoken now. `fonts`: the folder of ours."""
    page = new_sheet((WIDTH, HEIGHT), margin=MARGIN, fonts=fonts, now=now)
    page.set_title(gettext("Join OWL in %(neighbourhood)s", neighbourhood=leaflet.neighbourhood))
    _draw_head(page, leaflet)
    _draw_reasons(page)
    _draw_way_in(page, leaflet)
    _draw_foot(page)
    return bytes(page.output())


def _draw_head(page: FPDF, leaflet: Leaflet) -> None:
    page.set_fill_color(*NIGHT)
    page.rect(0, 0, WIDTH, 46, style="F")
    page.set_fill_color(*AMBER)
    page.rect(0, 46, WIDTH, 1.5, style="F")
    page.set_text_color(255, 255, 255)
    page.set_y(9)
    write(page, "OWL", 15, bold=True, after=1)
    write(page, gettext("Know what is happening near your home"), 21, bold=True, width=108)
    page.set_text_color(*INK)
    page.set_y(53)
    write(page, f"{leaflet.neighbourhood}, {leaflet.district}", 15, bold=True, after=1)
    write(page, gettext("Your team is the %(team)s.", team=leaflet.team), 12, after=4)


def _draw_reasons(page: FPDF) -> None:
    for reason in (
        gettext("Your team writes to you when there is something you can use."),
        gettext("It is free, by email or by text."),
        gettext("You choose what you get. You can stop at any time."),
    ):
        page.set_x(MARGIN)
        page.set_fill_color(*AMBER)
        page.circle(MARGIN + 1.6, page.get_y() + 2.9, 1.3, style="F")
        page.set_x(MARGIN + 6)
        page.set_font(FONT, "", 13)
        page.multi_cell(0, 6, reason, align="L", new_x="LMARGIN", new_y="NEXT")
        page.ln(1.5)


def _draw_way_in(page: FPDF, leaflet: Leaflet) -> None:
    top = max(page.get_y() + 8, WAY_IN_FROM)
    draw_code(page, leaflet.link, x=MARGIN, y=top, side=QR_SIDE)
    left = MARGIN + QR_SIDE + 7
    page.set_left_margin(left)
    page.set_xy(left, top)
    write(page, gettext("Join in two minutes"), 16, bold=True, after=2)
    write(page, gettext("Point your phone’s camera at the picture, or go to"), 12, after=1)
    write_whole(page, leaflet.link.partition("//")[2], 13, after=3)
    write(page, gettext("No phone or computer? Ask somebody you trust, or your team, to help."), 12)
    page.set_left_margin(MARGIN)


def _draw_foot(page: FPDF) -> None:
    page.set_draw_color(*NIGHT)
    page.line(MARGIN, 184, WIDTH - MARGIN, 184)
    page.set_xy(MARGIN, 187)
    write(page, gettext("In an emergency call 999. For other crimes call 101."), 12, bold=True, after=1)
    write(page, gettext("OWL never asks for a password, for money or for bank details."), 11)
