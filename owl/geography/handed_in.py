"""Reads a set of geography as it was handed in: a zip of the six files, or a newer list of postcodes alone."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from owl.geography.checking import SoundGeography
from owl.geography.errors import BrokenGeography
from owl.geography.loading import sound_set
from owl.geography.models import District, Neighbourhood, Ward
from owl.geography.reading import BOUNDARIES, NEIGHBOURHOODS, POSTCODES, WARDS, Area, Line, RawGeography, read_folder

FILES = (POSTCODES, WARDS, NEIGHBOURHOODS, *BOUNDARIES)
LARGEST = 20 * 1024 * 1024  # bytes handed in
LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes of all files together
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"


def pack(path: Path) -> tuple[str, bytes]:
    """(name, content) of a folder, zip or list of postcodes, to be handed in. Raises BrokenGeography."""
    try:
        if not path.is_dir():
            return path.name, path.read_bytes()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in FILES:
                if (path / name).is_file():
                    # Without times: the same files are the same set.
                    archive.writestr(zipfile.ZipInfo(name), (path / name).read_bytes())
    except OSError as error:
        raise BrokenGeography([f"{path.name} can’t be read: {error.strerror}"]) from None
    return path.name, packed.getvalue()


def read_handed_in(session: Session, content: bytes) -> SoundGeography:
    """The set as rows; a list of postcodes alone goes with the areas that are there. Raises BrokenGeography."""
    if len(content) > LARGEST:
        raise BrokenGeography([f"The file is larger than {LARGEST // 1024**2} MB."])
    with tempfile.TemporaryDirectory(prefix="owl-geography-") as name:
        folder = Path(name)
        if content.startswith(ZIP):
            _unpack(content, folder)
            return sound_set(read_folder(folder))
        (folder / POSTCODES).write_bytes(_compressed(content))
        raw = read_folder(folder)
        raw.faults = [fault for fault in raw.faults if fault.startswith(POSTCODES)]
        return sound_set(_with_own_areas(session, raw))


def _unpack(content: bytes, folder: Path) -> None:
    """The files that a set is made of, whatever folder of the archive they lie in; others are left alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [info for info in archive.infolist() if Path(info.filename).name in FILES]
            if sum(info.file_size for info in wanted) > LARGEST_UNPACKED:
                raise BrokenGeography([f"The files are larger than {LARGEST_UNPACKED // 1024**2} MB together."])
            for info in wanted:
                with archive.open(info) as file:
                    unpacked = file.read(LARGEST_UNPACKED + 1)
                (folder / Path(info.filename).name).write_bytes(unpacked)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise BrokenGeography(["The zip file is damaged, or locked with a password."]) from None


def _compressed(content: bytes) -> bytes:
    """The list as a gzip file of bearable size."""
    if not content.startswith(GZIP):
        return gzip.compress(content, compresslevel=1)
    try:
        with gzip.open(io.BytesIO(content)) as file:
            if len(file.read(LARGEST_UNPACKED + 1)) > LARGEST_UNPACKED:
                raise BrokenGeography([f"The list is larger than {LARGEST_UNPACKED // 1024**2} MB."])
    except (OSError, EOFError, zlib.error):
        pass  # whoever reads it says what is wrong
    return content


def _with_own_areas(session: Session, raw: RawGeography) -> RawGeography:
    """The list of postcodes with the districts, neighbourhoods and wards that are loaded now."""
    districts = session.scalars(sa.select(District).options(undefer(District.boundary))).all()
    neighbourhoods = session.scalars(sa.select(Neighbourhood).options(undefer(Neighbourhood.boundary))).all()
    wards = session.scalars(sa.select(Ward).options(undefer(Ward.boundary))).all()
    names = {row.code: row.name for row in districts}
    in_neighbourhood = Counter(cells["neighbourhood_id"] for _, cells in raw.postcodes)
    in_ward = Counter(cells["ward_code"] for _, cells in raw.postcodes)
    raw.areas = {
        name: {code: Area(called, boundary) for code, called, boundary in rows if boundary is not None}
        for name, rows in zip(
            BOUNDARIES,
            (
                [(row.code, row.name, row.boundary) for row in districts],
                [(row.id, row.name, row.boundary) for row in neighbourhoods],
                [(row.code, row.name, row.boundary) for row in wards],
            ),
            strict=True,
        )
    }
    raw.neighbourhoods = [
        Line(f"neighbourhood {row.id}", _neighbourhood_cells(row, names, in_neighbourhood[row.id]))
        for row in neighbourhoods
    ]
    raw.wards = [
        Line(
            f"ward {row.code}",
            {
                "ward_code": row.code,
                "ward_name": row.name,
                "district_code": row.district_code,
                "postcodes": str(in_ward[row.code]),
            },
        )
        for row in wards
    ]
    return raw


def _neighbourhood_cells(row: Neighbourhood, districts: dict[str, str], postcodes: int) -> dict[str, str]:
    longitude, latitude = row.label_at.strip("()").split(",")
    return {
        "neighbourhood_id": row.id,
        "name": row.name,
        "district_code": row.district_code,
        "district": districts[row.district_code],
        "name_status": "attested" if row.name_is_attested else "constructed",
        "postcodes": str(postcodes),
        "lat": latitude,
        "lon": longitude,
    }
