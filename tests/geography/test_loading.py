from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.geography.errors import BrokenGeography
from owl.geography.loading import HERTFORDSHIRE, Loaded, load_geography
from owl.geography.models import Neighbourhood, Postcode, Ward
from owl.households.models import Household

Rows = list[dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real set, to be broken."""
    return Path(shutil.copytree(HERTFORDSHIRE, tmp_path / "set", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def edit(path: Path, change: Callable[[Rows], Rows | None]) -> None:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = change(rows) or rows
    with opened(path, "wt", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def edit_features(path: Path, change: Callable[[list[dict[str, object]]], None]) -> None:
    collection = json.loads(path.read_text())
    change(collection["features"])
    path.write_text(json.dumps(collection))


def faults_of(folder: Path) -> str:
    with pytest.raises(BrokenGeography) as error:
        load_geography(folder)
    return "\n".join(error.value.faults)


@pytest.fixture
def unchanged(session: Session) -> Iterator[Session]:
    """Holds that the test leaves every row as it was, down to the version of the row."""
    tables = ("district", "neighbourhood", "ward", "postcode")
    state = [sa.text(f"SELECT md5(string_agg({t}::text || {t}.xmin, '' ORDER BY {t}::text)) FROM {t}") for t in tables]
    before = [session.scalar(query) for query in state]
    yield session
    assert [session.scalar(query) for query in state] == before


def test_loading_the_same_set_again_changes_no_row(unchanged: Session) -> None:
    assert load_geography() == Loaded(districts=10, neighbourhoods=33, wards=176, postcodes=32_742)


def test_what_was_loaded_is_what_the_files_say(session: Session) -> None:
    found = session.get_one(Postcode, "AL1 1AG")
    assert (found.location, found.sector) == ("(-0.328605,51.745295)", "AL1 1")
    assert (found.ward_code, found.neighbourhood_id) == ("E05013963", "st-albans-south-east-and-london-colney")
    stevenage, hitchin = (session.get_one(Neighbourhood, code) for code in ("stevenage-north", "hitchin-urban"))
    assert (stevenage.name_is_attested, hitchin.name_is_attested) == (False, True)
    assert hitchin.boundary is not None
    assert hitchin.boundary["type"] == "MultiPolygon"


def test_a_file_that_is_missing_or_unreadable_is_named(unchanged: Session, folder: Path) -> None:
    (folder / "wards.csv").unlink()
    (folder / "districts.geojson").unlink()
    (folder / "postcodes.csv.gz").write_bytes(b"not gzip")
    (folder / "wards.geojson").write_text("{")
    faults = faults_of(folder)
    assert "wards.csv is missing" in faults
    assert "districts.geojson is missing" in faults
    assert "postcodes.csv.gz can’t be read" in faults
    assert "wards.geojson is not GeoJSON" in faults


def test_a_folder_that_is_not_there_is_a_set_without_files(unchanged: Session, tmp_path: Path) -> None:
    assert faults_of(tmp_path / "nowhere").count("is missing") == 6


def test_a_file_cut_short_is_refused(unchanged: Session, folder: Path) -> None:
    postcodes = folder / "postcodes.csv.gz"
    postcodes.write_bytes(postcodes.read_bytes()[:100_000])
    assert "postcodes.csv.gz can’t be read" in faults_of(folder)


def test_a_column_that_is_missing_is_named(unchanged: Session, folder: Path) -> None:
    def lose_the_column(rows: Rows) -> None:
        for row in rows:
            del row["lat"], row["ward_code"]

    edit(folder / "postcodes.csv.gz", lose_the_column)
    assert "postcodes.csv.gz lacks the column lat, ward_code" in faults_of(folder)


def test_a_row_with_too_few_or_empty_cells_is_named_by_its_line(unchanged: Session, folder: Path) -> None:
    wards = folder / "wards.csv"
    lines = wards.read_text().splitlines()
    lines[3], lines[5] = "E05004693,Aldbury", lines[5].replace(lines[5].split(",")[1], "")
    wards.write_text("\n".join(lines))
    faults = faults_of(folder)
    assert "wards.csv, line 4: 2 cells instead of 6" in faults
    assert "wards.csv, line 6: nothing in ward_name" in faults


def test_everything_that_is_wrong_is_told_at_once(unchanged: Session, folder: Path) -> None:
    def spoil_postcodes(rows: Rows) -> None:
        rows[0]["ward_code"] = "E99999999"
        rows[1]["neighbourhood_id"] = "atlantis"
        rows[2]["lat"], rows[2]["lon"] = rows[2]["lon"], rows[2]["lat"]
        rows[3]["lat"] = "north"
        rows[4]["postcode"] = rows[5]["postcode"]
        rows[6]["postcode"] = "al1 1zz"
        rows[7]["district_code"] = "E07000095"
        rows[8]["lat"] = "52.9"
        rows[9]["lon"] = "nan"

    def spoil_wards(rows: Rows) -> None:
        rows[0]["postcodes"] = "9"

    edit(folder / "postcodes.csv.gz", spoil_postcodes)
    edit(folder / "wards.csv", spoil_wards)
    edit_features(folder / "wards.geojson", lambda features: features.pop(0) and None)
    faults = faults_of(folder)
    for expected in (
        "line 2: unknown ward_code E99999999",
        "line 3: unknown neighbourhood_id atlantis",
        "line 4: -0.317469, 51.739732 lies far from st-albans-south-east-and-london-colney",
        "line 5: north, -0.335448 is not a latitude and longitude",
        "is here a second time",
        "line 8: al1 1zz is not a postcode",
        "is in district E07000240, not E07000095",
        "line 10: 52.9, ",
        "nan is not a latitude and longitude",
        "wards.csv, line 2: E05004691 should have 9 postcodes, but 255 are listed",
        "neighbourhoods.csv, line",
        "wards.geojson: no boundary for E05004691",
    ):
        assert expected in faults


def test_a_long_list_of_faults_is_cut_and_says_so(unchanged: Session, folder: Path) -> None:
    def forget_the_wards(rows: Rows) -> None:
        for row in rows:
            row["ward_code"] = "E99999999"

    edit(folder / "postcodes.csv.gz", forget_the_wards)
    with pytest.raises(BrokenGeography) as error:
        load_geography(folder)
    assert len(error.value.faults) > 32_742
    assert len(error.value.sentence.splitlines()) == 52
    assert error.value.sentence.splitlines()[-1].startswith("… and 32,")


def test_an_area_drawn_elsewhere_or_called_something_else_is_refused(unchanged: Session, folder: Path) -> None:
    def move(features: list[dict[str, object]]) -> None:
        features[0]["geometry"] = {"type": "Polygon", "coordinates": [[[51.7, -0.3], [51.8, -0.3], [51.7, -0.2]]]}

    def rename(features: list[dict[str, object]]) -> None:
        features[0]["properties"] = {"name": "Camelot"}

    edit_features(folder / "neighbourhoods.geojson", move)
    edit_features(folder / "districts.geojson", rename)
    faults = faults_of(folder)
    assert "neighbourhoods.geojson: abbots-langley lies outside the United Kingdom" in faults
    assert "district E07000095 is Camelot, not Broxbourne" in faults


def test_a_newer_set_replaces_the_old_one(session: Session, folder: Path) -> None:
    def renew(rows: Rows) -> None:
        rows[0]["postcode"] = "AL1 1ZZ"  # in place of AL1 1AG
        rows[1]["lat"] = "51.7446"

    def rename(rows: Rows) -> None:
        rows[0]["ward_name"] = "Adeyfield Far East"

    edit(folder / "postcodes.csv.gz", renew)
    edit(folder / "wards.csv", rename)
    assert load_geography(folder).postcodes == 32_742
    assert session.get(Postcode, "AL1 1AG") is None
    assert session.get_one(Postcode, "AL1 1ZZ").sector == "AL1 1"
    assert session.get_one(Postcode, "AL1 1AJ").location == "(-0.328576,51.7446)"
    assert session.get_one(Ward, "E05004691").name == "Adeyfield Far East"


def merge_radlett_into_bushey(folder: Path) -> None:
    def move(rows: Rows) -> Rows:
        for row in rows:
            row["neighbourhood_id"] = row["neighbourhood_id"].replace("radlett", "bushey")
        return rows

    def drop(rows: Rows) -> Rows:
        by_id = {row["neighbourhood_id"]: row for row in rows}
        by_id["bushey"]["postcodes"] = str(int(by_id["bushey"]["postcodes"]) + int(by_id["radlett"]["postcodes"]))
        return [row for row in rows if row["neighbourhood_id"] != "radlett"]

    def drop_boundary(features: list[dict[str, object]]) -> None:
        bushey = next(feature for feature in features if feature["id"] == "bushey")
        radlett = next(feature for feature in features if feature["id"] == "radlett")
        bushey["geometry"]["coordinates"] += radlett["geometry"]["coordinates"]  # type: ignore[index]
        features.remove(radlett)

    edit(folder / "postcodes.csv.gz", move)
    edit(folder / "wards.csv", move)
    edit(folder / "neighbourhoods.csv", drop)
    edit_features(folder / "neighbourhoods.geojson", drop_boundary)


def test_a_neighbourhood_that_nobody_needs_goes_with_its_set(session: Session, folder: Path) -> None:
    merge_radlett_into_bushey(folder)
    assert load_geography(folder).neighbourhoods == 32
    assert session.get(Neighbourhood, "radlett") is None
    assert session.scalar(sa.select(sa.func.count(Team.id))) == 32


def test_a_neighbourhood_where_households_live_can_not_go(session: Session, folder: Path) -> None:
    home = Household(postcode="WD7 7AA", neighbourhood_id="radlett", created_at=sa.func.now())
    session.add(home)
    session.commit()
    merge_radlett_into_bushey(folder)
    assert "neighbourhood radlett is not in the set, but" in faults_of(folder)
    assert session.get_one(Neighbourhood, "radlett").name == "Radlett"
    assert session.scalar(sa.select(sa.func.count()).where(Postcode.neighbourhood_id == "radlett")) > 400
