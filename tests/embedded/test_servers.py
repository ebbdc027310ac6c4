"""What the embedded servers promise, beside serving."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from owl.embedded.home import Home
from owl.embedded.servers import postgres_of, servers, valkey_of

PREPARE = (
    "from pathlib import Path; from owl.embedded.home import Home; from owl.embedded.servers import *; import sys\n"
)


@pytest.fixture
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="owl-servers-"))  # PostgreSQL's account can't enter pytest's own
    folder.chmod(0o711)
    yield Home(folder / "home")
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _no_servers_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OWL_DATABASE_URL", "OWL_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def serve_until_killed(home: Home) -> None:
    source = PREPARE + (
        f"home = Home(Path({str(home.folder)!r})); home.prepare()\n"
        "with servers(home, lambda _: None):\n    print('serving', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"serving\n"
        process.kill()


def is_serving(home: Home) -> bool:
    try:
        psycopg.connect(postgres_of(home).url("postgres")).close()
    except psycopg.OperationalError:
        pass
    else:
        return True
    try:
        return bool(redis.Redis.from_url(valkey_of(home).url(), retry=None).ping())  # type: ignore[arg-type]
    except redis.RedisError:
        return False


def test_they_end_with_the_process_that_started_them_even_when_it_is_killed_and_start_again(home: Home) -> None:
    serve_until_killed(home)

    give_up_at = time.monotonic() + 20
    while is_serving(home):
        assert time.monotonic() < give_up_at
        time.sleep(0.05)

    home.prepare()
    with servers(home, lambda _: None) as found, psycopg.connect(found.database_url) as line:
        assert line.execute("SELECT 1").fetchone() == (1,)
    assert not is_serving(home)


def test_a_data_folder_that_was_left_half_made_is_made_anew(home: Home) -> None:
    home.prepare()
    half = home.folder / "postgresql/data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with servers(home, lambda _: None) as found, psycopg.connect(found.database_url) as line:
        assert line.execute("SELECT 1").fetchone() == (1,)


def test_servers_that_the_environment_names_are_used_as_they_are(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWL_DATABASE_URL", "postgresql://db.example.com/owl")
    monkeypatch.setenv("OWL_REDIS_URL", "redis://queue.example.com")
    said: list[str] = []

    with servers(home, said.append) as found:
        assert (found.database_url, found.redis_url) == ("postgresql://db.example.com/owl", "redis://queue.example.com")
    assert said == []
