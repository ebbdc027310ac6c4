"""Single commands against a configured installation."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.accounts.users import user_with_email
from owl.cli.commands import main
from owl.embedded.environment import environment_of
from owl.foundation.jobs import connection as redis_connection
from tests.production import production_environment


@pytest.fixture
def run(settings: Settings, committed: Session, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run


def test_users_are_added_listed_reset_and_disabled(run, committed: Session) -> None:  # type: ignore[no-untyped-def]
    added = run(
        "users", "add", "Ann@owl.example.com", "--name", "Ann Lee", "--role", "officer", "--area", "hitchin-urban"
    )
    assert added.exit_code == 0, added.output
    listed = run("users", "list").output
    assert "ann@owl.example.com" in listed
    assert "never signed in" in listed
    assert "hitchin-urban" in listed

    first, second = added.output.splitlines()[-1], run("users", "reset", "ann@owl.example.com").output.splitlines()[-1]
    assert first != second
    assert run("users", "disable", "ann@owl.example.com").exit_code == 0
    assert not user_with_email(committed, "ann@owl.example.com").active


def test_what_is_wrong_with_a_user_is_said_in_a_sentence(run) -> None:  # type: ignore[no-untyped-def]
    refused = run("users", "add", "ann@owl.example.com", "--name", "Ann", "--role", "officer", "--area", "atlantis")

    assert refused.exit_code == 1
    assert "There is no neighbourhood or district atlantis." in refused.output


def test_the_geography_loads_again_and_a_broken_set_is_refused(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    first = run("load-geography")
    assert "No home comes to another neighbourhood." in first.output
    assert "32,742 postcodes" in first.output
    assert "in place already" in run("load-geography").output

    refused = run("load-geography", str(tmp_path))
    assert refused.exit_code == 1
    assert "postcodes" in refused.output


def test_the_doctor_says_how_each_thing_is_and_what_to_do(run) -> None:  # type: ignore[no-untyped-def]
    looked = run("doctor")

    assert looked.exit_code == 1
    found = {line[7:29].strip(): line[:5].strip() for line in looked.output.splitlines() if line[0] != " "}
    assert [found[name] for name in ("PostgreSQL", "tables", "geography", "Twilio")] == ["ok"] * 4
    assert "Nobody serves urgent, notices, standard, bulk, " in looked.output
    assert "→ Start the workers; the Procfile says how." in looked.output


def test_the_doctor_speaks_json_on_the_last_line(run) -> None:  # type: ignore[no-untyped-def]
    looked = run("doctor", "--json")

    told = json.loads(looked.output.splitlines()[-1])
    assert told["state"] == "wrong"
    assert {"name": "clock", "state": "wrong"}.items() <= next(
        one for one in told["findings"] if one["name"] == "clock"
    ).items()
    assert all(set(one) == {"name", "state", "sentence", "advice"} for one in told["findings"])


def test_wrong_settings_are_all_named(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("OWL_SMTP_RATE", "fast")
    monkeypatch.setenv("OWL_COLOUR", "blue")

    refused = run("doctor")

    assert refused.exit_code == 1
    assert "OWL_SMTP_RATE" in refused.output
    assert "OWL_COLOUR" in refused.output


@pytest.mark.parametrize("command", ["up", "demo", "seed"])
def test_nothing_of_the_demo_runs_in_production(  # type: ignore[no-untyped-def]
    run, settings: Settings, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    for name, value in production_environment(settings).items():
        monkeypatch.setenv(name, value)

    refused = run(command)

    assert refused.exit_code == 1
    assert "production" in refused.output


def test_keys_prints_secrets_that_production_takes(run, settings: Settings) -> None:  # type: ignore[no-untyped-def]
    printed = dict(row.split("=", 1) for row in run("keys").output.splitlines())

    assert set(printed) == {"OWL_SECRET_KEY", "OWL_CONTACT_KEYS"}
    assert Settings.model_validate(production_environment(settings) | printed).in_production


def test_seeding_says_what_was_made(run) -> None:  # type: ignore[no-untyped-def]
    assert "50 households" in run("seed", "--households", "50").output


def test_the_doctor_says_which_server_does_not_answer(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("OWL_DATABASE_URL", "postgresql:///owl?host=/nowhere&user=owl")
    monkeypatch.setenv("OWL_REDIS_URL", "unix:///nowhere/valkey.sock")

    looked = run("doctor")

    assert looked.exit_code == 1
    assert re.search(r"wrong  PostgreSQL +It doesn't answer", looked.output)
    assert re.search(r"wrong  Redis or Valkey +It doesn't answer", looked.output)
    assert re.search(r"warn   tables +It can't be seen", looked.output)


@pytest.mark.parametrize("command", [["worker", "notices"], ["clock"]])
def test_a_single_process_runs_until_told_to_stop(settings: Settings, committed: Session, command: list[str]) -> None:
    line = redis_connection()
    with subprocess.Popen([sys.executable, "-m", "owl.cli", *command], env=environment_of(settings)) as process:
        try:
            give_up_at = time.monotonic() + 60
            while not line.keys("rq:worker*") and not line.llen("rq:queue:notices"):
                assert time.monotonic() < give_up_at
                time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
