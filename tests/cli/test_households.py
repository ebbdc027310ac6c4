"""`owl import` and `owl export`: what they say, whose the files are, and what is left of one that was killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.cli.commands import main
from owl.embedded.environment import environment_of
from owl.households.models import Household, Subscriber
from tests.households.importing.lists import ANNA, BEN, csv_of

Run = Callable[..., Result]
BAD = ("AL1", "", "Zoë", "zoe@example.com", "", "2024-05-31")


@pytest.fixture
def run(settings: Settings, committed: Session, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_list_is_loaded_and_its_refused_rows_are_for_the_owner_alone(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "households.csv"
    path.write_bytes(csv_of(ANNA, BEN, BAD).encode("cp1252"))

    done = run("import", path)

    refused = tmp_path / "households-refused.csv"
    assert done.exit_code == 0, done.output
    assert "3 rows: 2 people, 2 homes and 3 addresses added." in done.output
    assert "It was read as Windows writes" in done.output
    assert f"1 rows were refused. Put them right and load them: {refused}" in done.output
    assert refused.stat().st_mode & 0o777 == 0o600
    assert "Zoë" in refused.read_text(encoding="utf-8-sig")

    again = run("import", path, "--json", "--refused", tmp_path / "again.csv")
    counted = json.loads(again.output.splitlines()[-1])
    assert (counted["rows"], counted["known"], counted["refused"], counted["people"]) == (3, 2, 1, 0)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["again.csv", "households-refused.csv", "households.csv"]


def test_what_is_no_list_is_refused_in_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "households.csv"
    path.write_text("name,shoe size\n")
    refused = run("import", path)
    assert refused.exit_code == 1
    assert "We don’t know what the column “shoe size” is for." in refused.output


@pytest.mark.usefixtures("run")
def test_an_import_that_is_killed_leaves_nothing_behind(committed: Session, tmp_path: Path) -> None:
    path = tmp_path / "households.csv"
    rows = [("SG5 1SD", f"{number}", "", f"anna{number}@example.com", "", "2024-05-31") for number in range(12_000)]
    path.write_text(csv_of(BAD, *rows))
    with subprocess.Popen([sys.executable, "-m", "owl.cli", "import", str(path)], stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            assert b"5,000 rows checked" in process.stderr.readline()
        finally:
            process.kill()
    for model in (Household, Subscriber):
        assert committed.scalars(sa.select(model.id)).all() == []
    assert [file.name for file in tmp_path.iterdir()] == ["households.csv"]


def test_everybody_is_written_to_a_file_for_this_account_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "households.csv").write_text(csv_of(ANNA))
    run("import", tmp_path / "households.csv")

    done = run("export", tmp_path / "all.csv")

    assert done.exit_code == 0, done.output
    assert (tmp_path / "all.csv").stat().st_mode & 0o777 == 0o600
    assert "anna@example.com" in (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    assert "anna" not in done.output
