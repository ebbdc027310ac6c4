"""Whatever is handed in as a picture: a clean JPEG comes out, or a sentence that says what to do."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from owl.foundation.errors import BadInput
from owl.foundation.pictures import HEAVIEST_FILE, HEAVIEST_KEPT, LONGEST_SIDE, clean_picture

SECRET = "51.9493 N, Anna's telephone"


def picture(form: str = "JPEG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **saved: object) -> bytes:
    written = io.BytesIO()
    Image.effect_noise(size, 80).convert(mode).save(written, form, **saved)
    return written.getvalue()


def from_a_phone() -> bytes:
    """Lying on its side, with what a camera writes about place and owner."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x010E] = 6, SECRET, SECRET  # orientation, artist, description
    exif.get_ifd(0x8825)[2] = (51.0, 56.0, 57.0)  # GPS latitude
    return picture(size=(400, 300), exif=exif, comment=SECRET.encode()) + b"<script>" + SECRET.encode()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    )


def test_nothing_but_the_pixels_comes_through_and_they_stand_upright() -> None:
    clean = clean_picture(from_a_phone())
    assert (clean.width, clean.height) == (300, 400)
    for hidden in (SECRET.encode(), b"Exif", b"script", b"ICC_PROFILE"):
        assert hidden not in clean.content
    with Image.open(io.BytesIO(clean.content)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (300, 400), {})


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "1"), ("WEBP", "RGB"), ("JPEG", "CMYK")]
)
def test_every_usual_kind_becomes_a_light_jpeg(form: str, mode: str) -> None:
    clean = clean_picture(picture(form, (2_000, 500), mode))
    assert (clean.width, clean.height) == (LONGEST_SIDE, 300)
    assert len(clean.content) <= HEAVIEST_KEPT


def test_what_a_scanner_saw_in_fine_greys_stays_grey() -> None:
    scanned = io.BytesIO()
    Image.new("I;16", (200, 200), 128 * 256).save(scanned, "PNG")
    clean = clean_picture(scanned.getvalue())
    with Image.open(io.BytesIO(clean.content)) as shown:
        assert shown.convert("L").getpixel((100, 100)) == 128


@pytest.mark.parametrize(
    ("given_bytes", "why"),
    [
        (b"", "Choose a picture"),
        (b"%PDF-1.7 not a picture", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a picture"),
        (picture("GIF"), "not a picture"),
        (picture()[:2_000], "damaged"),
        (bytes(HEAVIEST_FILE + 10_000_000), "30 MB"),
        (bomb(60_000, 60_000), "60,000 by 60,000"),
        (bomb(2**31 - 1, 2**31 - 1), "too many"),
        (picture(size=(1, 1)), "at least 100"),
    ],
    ids=["nothing", "a PDF", "an SVG", "a GIF", "cut off", "30 MB", "a bomb", "the largest bomb", "a dot"],
)
def test_what_is_no_picture_of_use_is_refused_with_a_sentence(given_bytes: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refusal:
        clean_picture(given_bytes, field="photo")
    assert list(refusal.value.fields) == ["photo"]


@settings(max_examples=50)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 5_000), st.binary(min_size=1, max_size=40))
def test_damaged_files_are_read_or_refused_and_nothing_else(form: str, at: int, damage: bytes) -> None:
    whole = picture(form, (120, 120))
    with contextlib.suppress(BadInput):
        clean_picture(whole[:at] + damage + whole[at + len(damage) :])
