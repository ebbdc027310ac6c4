"""What the supervisor promises of the programs it keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from owl.embedded.supervisor import Program, Supervisor

PYTHON = sys.executable


def eventually(is_true: Callable[[], bool], within_s: float = 90) -> bool:
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        if is_true():
            return True
        time.sleep(0.02)
    return False


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pids(file: Path) -> list[int]:
    return [int(row) for row in file.read_text().split()] if file.exists() else []


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    kept = Supervisor(tmp_path, os.environ, said.append)
    yield kept
    kept.stop()


Write = Callable[..., Program]


@pytest.fixture(params=["a command", "of ours"])
def program(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a program that notes its process: one that is started anew, or one that is forked."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(then: str, name: str = "sample") -> Program:
        noted = str(tmp_path / name)
        whole = f"import os, sys, time, signal, subprocess; print(os.getpid(), file=open({noted!r}, 'a'))\n{then}"
        if request.param == "a command":
            return Program(name, (PYTHON, "-c", whole))
        (tmp_path / f"{name}_program.py").write_text(whole)
        return Program(name, (PYTHON, "-m", f"{name}_program"))

    return write


def test_a_program_that_is_killed_comes_back(
    supervisor: Supervisor, program: Write, tmp_path: Path, said: list[str]
) -> None:
    supervisor.start(program("time.sleep(60)"))
    assert eventually(lambda: len(pids(tmp_path / "sample")) == 1)

    os.kill(pids(tmp_path / "sample")[0], signal.SIGKILL)
    supervisor.keep_running(lambda: len(pids(tmp_path / "sample")) == 2)

    assert said == [f"sample ended (-9) and is started again; see {tmp_path}/sample.log"]


def test_what_a_program_says_is_kept(supervisor: Supervisor, program: Write, tmp_path: Path) -> None:
    supervisor.start(program("print('hello', flush=True); time.sleep(60)"))

    assert eventually(lambda: (tmp_path / "sample.log").read_text() == "hello\n")


def test_stopping_ends_a_program_that_hangs_and_its_children(
    supervisor: Supervisor, program: Write, tmp_path: Path
) -> None:
    supervisor.stopping_s = 0.3
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    child = f"child = subprocess.Popen(['sleep', '60'])\nopen({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\n"
    supervisor.start(program(deaf + child + "time.sleep(60)"))
    assert eventually(lambda: bool(pids(tmp_path / "child")))

    supervisor.stop()

    assert not lives(pids(tmp_path / "sample")[0])
    assert eventually(lambda: not lives(pids(tmp_path / "child")[0]))


def test_what_others_need_stops_last(supervisor: Supervisor, program: Write, tmp_path: Path) -> None:
    note = "signal.signal(signal.SIGTERM, lambda *_: (open({0!r}, 'a').write({1!r}), sys.exit()))\n"
    order = str(tmp_path / "order")
    for name in ("sink", "worker"):
        then = note.format(order, name + " ") + f"open({str(tmp_path / (name + '.ready'))!r}, 'w')\ntime.sleep(60)"
        kept = program(then, name)
        supervisor.start(Program(kept.name, kept.command, stops_last=name == "sink"))
    assert eventually(lambda: all((tmp_path / f"{name}.ready").exists() for name in ("sink", "worker")))

    supervisor.stop()

    assert (tmp_path / "order").read_text() == "worker sink "


def test_a_program_gets_the_environment_of_its_supervisor_alone(program: Write, tmp_path: Path) -> None:
    kept = Supervisor(tmp_path, {"PATH": os.environ["PATH"], "OWL_SAMPLE": "one"}, print)
    kept.start(program("print(sorted(os.environ), flush=True); time.sleep(60)"))

    assert eventually(lambda: "OWL_SAMPLE" in (tmp_path / "sample.log").read_text())
    kept.stop()
    assert "HOME" not in (tmp_path / "sample.log").read_text()


@pytest.mark.parametrize("how", ["'-c', 'import time; time.sleep(60)'", "'-m', 'http.server', '0'"])
def test_the_programs_end_when_the_supervisor_is_killed(tmp_path: Path, how: str) -> None:
    source = (
        "import os, sys, time; from pathlib import Path; from owl.embedded.supervisor import *\n"
        f"kept = Supervisor(Path({str(tmp_path)!r}), os.environ, print)\n"
        f"kept.start(Program('child', (sys.executable, {how})))\n"
        f"Path({str(tmp_path / 'pid')!r}).write_text(str(kept._running[0].process.pid))\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([PYTHON, "-c", source], cwd=Path(__file__).parents[2]) as parent:
        try:
            assert eventually(lambda: bool(pids(tmp_path / "pid")))
        finally:
            parent.kill()

    assert eventually(lambda: not lives(pids(tmp_path / "pid")[0]))
