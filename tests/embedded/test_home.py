"""What the home folder promises."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config.settings import Settings
from owl.embedded.environment import Ports, choose_ports, environment_of, local_environment
from owl.embedded.home import Home, InUse, Unsuitable

PORTS = Ports(web=5000, smtp=2525, twilio=2626, mailin=2727)
SERVERS = {"database_url": "postgresql:///owl", "redis_url": "unix:///tmp/x"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    for folder in tmp_path.parents[:3]:
        if folder.owner() == "root" and os.geteuid() == 0 and folder != Path("/tmp"):
            folder.chmod(0o711)
    tmp_path.chmod(0o711)
    made = Home(tmp_path / "home")
    made.prepare()
    return made


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("OWL_", "TWILIO_")):
            monkeypatch.delenv(name)


def test_the_secrets_are_made_once_and_only_we_can_read_them(home: Home) -> None:
    first = local_environment(home, PORTS, **SERVERS)
    second = local_environment(home, PORTS, **SERVERS)

    assert first == second
    assert stat.S_IMODE((home.folder / "secrets.json").stat().st_mode) == 0o600


def test_what_is_made_up_satisfies_the_settings_and_survives_the_way_to_another_process(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = local_environment(home, PORTS, **SERVERS)
    settings = Settings.model_validate(made_up)

    assert Settings.model_validate(environment_of(settings)) == settings


def test_the_environment_overrules_what_is_made_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWL_SMTP_URL", "smtp://mail.example.com")

    assert local_environment(home, PORTS, **SERVERS)["OWL_SMTP_URL"] == "smtp://mail.example.com"


def test_a_second_start_on_the_same_folder_is_told_where_the_first_one_serves(home: Home) -> None:
    home.remember("serving", {"address": "http://127.0.0.1:5000"})
    with home.held(), pytest.raises(InUse, match=r"running already at http://127\.0\.0\.1:5000"), home.held():
        pass

    with home.held():
        pass


def test_ports_are_free_and_those_of_last_time(home: Home) -> None:
    first, second = choose_ports(home), choose_ports(home)

    assert (first.smtp, first.twilio) == (second.smtp, second.twilio)
    assert len({first.web, first.smtp, first.twilio}) == 3


@pytest.mark.parametrize("name", ["x" * 100, "with a space"])
def test_sockets_move_where_the_path_of_the_home_would_break_them(tmp_path: Path, name: str) -> None:
    sockets = Home(tmp_path / name).sockets

    assert tmp_path not in sockets.parents
    assert sockets == Home(tmp_path / name).sockets


def test_a_home_that_the_database_could_not_reach_is_refused_with_the_way_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    if os.geteuid() != 0:  # then PostgreSQL runs as ourselves
        Home(tmp_path / "home").prepare()
        return
    with pytest.raises(Unsuitable, match="OWL_HOME"):
        Home(tmp_path / "home").prepare()
