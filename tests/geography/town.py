"""A small geography, to be changed and handed in again: loading the whole county takes seconds."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

AROUND = {"type": "Polygon", "coordinates": [[[-0.6, 51.6], [0.2, 51.6], [0.2, 52.1], [-0.6, 51.6]]]}
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Town:
    """Codes and names; postcodes lie in a row from west to east, a hundredth of a degree apart."""

    districts: dict[str, str] = field(default_factory=lambda: {"E07000001": "Eastshire", "E07000002": "Westshire"})
    neighbourhoods: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {
            "north": ("North", "E07000001"),
            "south": ("South", "E07000001"),
            "west": ("West", "E07000002"),
        }
    )
    wards: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {"E05000001": ("Oak", "E07000001"), "E05000002": ("Elm", "E07000002")}
    )
    postcodes: dict[str, tuple[str, str]] = field(  # ward, neighbourhood
        default_factory=lambda: {
            "AL1 1AA": ("E05000001", "north"),
            "AL1 1AB": ("E05000001", "north"),
            "AL1 1AD": ("E05000001", "north"),
            "AL1 1AE": ("E05000001", "south"),
            "AL1 1AF": ("E05000002", "west"),
        }
    )

    def place(self, postcode: str, ward: str, neighbourhood: str) -> Town:
        """The town with the postcode placed so."""
        return replace(self, postcodes=self.postcodes | {postcode: (ward, neighbourhood)})

    def without(self, postcode: str) -> Town:
        """The town without the postcode."""
        return replace(self, postcodes={code: at for code, at in self.postcodes.items() if code != postcode})

    def without_neighbourhood(self, gone: str, now: str) -> Town:
        """The town where one neighbourhood has become part of another."""
        return replace(
            self,
            neighbourhoods={code: row for code, row in self.neighbourhoods.items() if code != gone},
            postcodes={code: (ward, now if at == gone else at) for code, (ward, at) in self.postcodes.items()},
        )

    def list_of_postcodes(self) -> bytes:
        """The newer list alone."""
        return _table(
            [
                {
                    "postcode": code,
                    "lat": 51.75,
                    "lon": f"{-0.3 + ord(code[-1]) / 100 - 0.65:.2f}",
                    "ward_code": ward,
                    "district_code": self.wards[ward][1],
                    "neighbourhood_id": neighbourhood,
                }
                for code, (ward, neighbourhood) in self.postcodes.items()
            ]
        )

    def packed(self) -> bytes:
        """The whole set as a zip."""
        in_ward = Counter(ward for ward, _ in self.postcodes.values())
        within = Counter(neighbourhood for _, neighbourhood in self.postcodes.values())
        files = {
            "postcodes.csv.gz": gzip.compress(self.list_of_postcodes(), mtime=0),
            "wards.csv": _table(
                [
                    {
                        "ward_code": code,
                        "ward_name": name,
                        "district_code": district,
                        "neighbourhood_id": next(at for at, (_, its) in self.neighbourhoods.items() if its == district),
                        "postcodes": in_ward[code],
                    }
                    for code, (name, district) in self.wards.items()
                ]
            ),
            "neighbourhoods.csv": _table(
                [
                    {
                        "neighbourhood_id": code,
                        "name": name,
                        "district_code": district,
                        "district": self.districts[district],
                        "name_status": "attested",
                        "postcodes": within[code],
                        "lat": 51.75,
                        "lon": -0.3,
                    }
                    for code, (name, district) in self.neighbourhoods.items()
                ]
            ),
            "districts.geojson": _areas(self.districts),
            "neighbourhoods.geojson": _areas({code: name for code, (name, _) in self.neighbourhoods.items()}),
            "wards.geojson": _areas({code: name for code, (name, _) in self.wards.items()}),
        }
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in files.items():
                archive.writestr(zipfile.ZipInfo(f"set/{name}"), content)
        return packed.getvalue()


def clear_the_county(session: Session) -> None:
    """Leave no geography, for a town in its place; a rolled-back test brings it back."""
    for table in ("team", "postcode", "ward", "neighbourhood", "district"):
        session.execute(sa.text(f"DELETE FROM {table}"))
    session.commit()


def _table(rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _areas(names: dict[str, str]) -> bytes:
    features = [{"id": code, "properties": {"name": name}, "geometry": AROUND} for code, name in names.items()]
    return json.dumps({"features": features}).encode()
