"""The whole stack, started as people start it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from config.settings import names

OWL = (sys.executable, "-m", "owl.cli")


def environment(home: Path | None = None) -> dict[str, str]:
    """As in a fresh shell: no setting of OWL's but the home."""
    bare = {name: value for name, value in os.environ.items() if name not in names()}
    return bare | ({"OWL_HOME": str(home)} if home else {})


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="owl-up-"))  # PostgreSQL's account can't enter pytest's own
    folder.chmod(0o711)
    yield folder / "home"
    shutil.rmtree(folder)


@contextmanager
def started(home: Path) -> Iterator[subprocess.Popen[str]]:
    command = [*OWL, "up", "--households", "20"]
    with subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*OWL, *arguments], env=environment(home), capture_output=True, text=True, timeout=180, check=False
    )


def processes_of(home: Path) -> list[str]:
    """The commands that run with this home, named on their line or in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            command = (process / "cmdline").read_bytes()
            if bytes(home) in command + (process / "environ").read_bytes():
                found.append(command.decode())
    return found


def none_is_left(home: Path, within_s: float = 10) -> bool:
    give_up_at = time.monotonic() + within_s
    while processes_of(home) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    return not processes_of(home)


def read_until(process: subprocess.Popen[str], words: str, within_s: float = 180) -> str:
    said, give_up_at = "", time.monotonic() + within_s
    assert process.stdout
    while words not in said:
        row = process.stdout.readline()
        said += row
        assert row, said
        assert time.monotonic() < give_up_at, said
    return said


def test_the_demo_counts_the_same_at_both_ends(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*OWL, "demo", "--households", "40", "--json"],
        env=environment() | {"TMPDIR": "/tmp"},
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip

    counted = json.loads(ran.stdout.splitlines()[-1])
    assert ran.returncode == 0, ran.stderr
    assert counted["targeted"] == counted["contact_points"] > 40
    assert counted["targeted"] == sum(counted[state] for state in ("sent", "delivered", "failed", "suppressed"))
    assert counted["caught_mails"] + counted["caught_texts"] == counted["targeted"]
    assert counted["replies"] == 5


def test_up_serves_until_told_to_stop_and_keeps_its_data(home: Path) -> None:
    with started(home) as first:
        said = read_until(first, "Press Ctrl-C")
        assert "officer@owl.example.com" in said
        address = next(row.split()[-1] for row in said.splitlines() if row.startswith("OWL is ready"))
        assert requests.get(address, timeout=10).status_code < 500

        second = run(home, "up")
        assert second.returncode == 1
        assert f"running already at {address}" in second.stderr
        assert "supervisor@owl.example.com" in run(home, "users", "list").stdout
        assert len(processes_of(home)) > 8

        first.send_signal(signal.SIGINT)
        assert first.wait(30) == 0
    assert none_is_left(home)

    # A command alone starts the servers that it needs, and stops them.
    listed = run(home, "users", "list")
    assert "Starting PostgreSQL" in listed.stderr
    assert "supervisor@owl.example.com" in listed.stdout
    assert none_is_left(home)

    with started(home) as again:
        assert "The data is that of last time" in read_until(again, "Press Ctrl-C")
        again.send_signal(signal.SIGTERM)
        assert again.wait(30) == 0
    assert none_is_left(home)
