"""Pictures that people hand in, made safe to keep and to show: decoded, made smaller, drawn anew.

Nothing of the file itself is kept: what a camera wrote about place, time and owner stays behind, and so does whatever
else was hidden in it.
"""

from __future__ import annotations

import io
import struct
import threading
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from owl.foundation.errors import BadInput

HEAVIEST_FILE = 20_000_000  # bytes; phones make up to 12 MB
MOST_PIXELS = 50_000_000  # the cameras of 2026 make 48 million; more is a bomb, or of no use
SHORTEST_SIDE = 100  # px: less is a dot that nobody sees
LONGEST_SIDE = 1_200  # px: twice the width of our mails, for sharp screens
HEAVIEST_KEPT = 250_000  # bytes: opened on a street with one bar of signal
QUALITIES = (82, 72, 60, 45)  # of JPEG, the first that is light enough
FORMATS = ("JPEG", "PNG", "WEBP")  # GIF moves, SVG runs scripts, TIFF and the rest have long lists of faults
AS_LIGHT = {"1": "L", "P": "RGB", "CMYK": "RGB", "YCbCr": "RGB", "I;16": "I"}  # Pillow's modes, to be made smaller well
# What decoders say of broken files, beside OSError: Pillow promises no one kind.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError, struct.error, zlib.error)

ONE_AT_A_TIME = threading.Lock()  # a few files of 10 KB that say 50 million points would fill the memory together
Image.MAX_IMAGE_PIXELS = None  # Pillow would warn; ours is lower and refuses


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG drawn by us."""

    content: bytes
    width: int  # px
    height: int


def clean_picture(given: bytes, *, field: str = "picture", longest_side: int = LONGEST_SIDE) -> Picture:
    """The picture as a JPEG without anything but its pixels, upright, at most so many px wide and high.

    Raises BadInput for `field`: no picture, damaged, too heavy, too many pixels, too small.
    """
    if not given:
        raise BadInput({field: "Choose a picture: a JPEG, PNG or WebP file."})
    if len(given) > HEAVIEST_FILE:
        megabytes, most = len(given) / 1_000_000, HEAVIEST_FILE // 1_000_000
        raise BadInput({field: f"The picture has {megabytes:.0f} MB. Choose one of {most} MB or less."})
    try:
        with Image.open(io.BytesIO(given), formats=FORMATS) as opened:
            _check_size(opened.size, field)
            with ONE_AT_A_TIME:
                return _drawn_anew(opened, longest_side)
    except BadInput:
        raise
    except BROKEN:
        sentence = "This is not a picture that we can read, or it is damaged. Use a JPEG, PNG or WebP file."
        raise BadInput({field: sentence}) from None


def _check_size(size: tuple[int, int], field: str) -> None:
    """By what the file says of itself, before a single pixel is decoded."""
    width, height = size
    if width * height > MOST_PIXELS:
        said = f"The picture has {width:,} by {height:,} points, which is too many. Make it smaller, then choose it."
        raise BadInput({field: said})
    if min(size) < SHORTEST_SIDE:
        said = f"The picture has {width:,} by {height:,} points. Use one of at least {SHORTEST_SIDE} each way."
        raise BadInput({field: said})


def _drawn_anew(opened: Image.Image, longest_side: int) -> Picture:
    opened.draft("RGB", (longest_side, longest_side))  # JPEG: decoded small, in an eighth of the memory
    # Made small before all else, and with four bytes a point only where it must be: each copy takes up to 200 MB.
    light = "RGBA" if opened.has_transparency_data else AS_LIGHT.get(opened.mode, opened.mode)
    small = opened if opened.mode == light else opened.convert(light)
    small.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    if small.mode == "I":  # greys of 16 bits, as scanners make them
        small = small.point(lambda grey: grey * (1 / 256)).convert("L")
    upright = ImageOps.exif_transpose(small).convert("RGBA")
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    content = b""
    for quality in QUALITIES:
        written = io.BytesIO()
        paper.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
        content = written.getvalue()
        if len(content) <= HEAVIEST_KEPT:
            break
    return Picture(content, *paper.size)
