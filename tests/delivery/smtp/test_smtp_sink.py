"""Postfix's own test server with its faults, where it is installed; else a relay of ours that behaves like it.

(smtp-sink comes with Postfix, which `make test` installs where it may.)
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from owl.delivery.providers import Result
from tests.delivery.smtp.conftest import Client, mails, results
from tests.delivery.smtp.scripted import EHLO, OK, STEP_BY_STEP, Conduct, scripted

SINK = shutil.which("smtp-sink", path="/usr/sbin:/sbin:" + os.environ.get("PATH", ""))
STARTING_S = 10.0
Sink = Callable[..., str]

NO = b"500 5.3.0 Error: command failed\r\n"
LATER = b"450 4.3.0 Error: command failed\r\n"
CLOSING = b"421 4.0.0 closing\r\n"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Starts smtp-sink with these options, or our likeness of it; its address."""
    with ExitStack() as stack:

        def start(*options: str, like: Conduct) -> str:
            if SINK is None:
                return stack.enter_context(scripted(like)).url
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            as_nobody = ("-u", "nobody") if os.geteuid() == 0 else ()
            process = subprocess.Popen([SINK, *as_nobody, *options, f"127.0.0.1:{port}", "100"])
            stack.callback(process.wait, 10)
            stack.callback(process.terminate)
            give_up_at = time.monotonic() + STARTING_S
            while time.monotonic() < give_up_at:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                except OSError:
                    time.sleep(0.05)
                else:
                    break
            return f"smtp://127.0.0.1:{port}"

        yield start


def refused(verb: bytes, answer: bytes | None) -> Conduct:
    stepwise = EHLO.replace(b"250-PIPELINING\r\n", b"")  # as smtp-sink's -f and -r
    return Conduct(answers={b"EHLO": stepwise, verb: answer})


@pytest.mark.parametrize(
    ("options", "like"),
    [
        ((), Conduct()),
        (("-p",), Conduct(answers={b"EHLO": STEP_BY_STEP})),
        (("-e",), Conduct(answers={b"EHLO": STEP_BY_STEP})),
        (("-f", "EHLO"), refused(b"EHLO", NO)),  # and so HELO
        (("-8", "-E"), Conduct(answers={b"EHLO": b"250-x\r\n250 PIPELINING\r\n"})),
        (("-w", "1"), Conduct(answers={b".": lambda _: time.sleep(0.2) or OK[b"."]})),
        (("-f", "RSET"), refused(b"RSET", NO)),
        (("-f", "QUIT"), refused(b"QUIT", NO)),
    ],
)
def test_all_mails_go_out_whatever_the_relay_can_do(
    sink: Sink, client: Client, options: tuple[str, ...], like: Conduct
) -> None:
    told = results(client(sink(*options, like=like), connections=10), *mails(30))
    assert told == [(seq, Result.SENT, None) for seq in range(1, 31)]


@pytest.mark.parametrize(
    ("options", "like", "result", "fault"),
    [
        (("-f", "MAIL"), refused(b"MAIL", NO), Result.PERMANENT, "500 5.3.0"),
        (("-f", "RCPT"), refused(b"RCPT", NO), Result.PERMANENT, "500 5.3.0"),
        (("-f", "DATA"), refused(b"DATA", NO), Result.PERMANENT, "500 5.3.0"),
        (("-f", "."), refused(b".", NO), Result.PERMANENT, "500 5.3.0"),
        (("-r", "MAIL"), refused(b"MAIL", LATER), Result.TEMPORARY, "450 4.3.0"),
        (("-r", "RCPT"), refused(b"RCPT", LATER), Result.TEMPORARY, "450 4.3.0"),
        (("-r", "."), refused(b".", LATER), Result.TEMPORARY, "450 4.3.0"),
        (("-r", "RCPT", "-b", "452 4.2.2"), refused(b"RCPT", b"452 4.2.2\r\n"), Result.TEMPORARY, "452 4.2.2"),
        (("-f", "RCPT", "-B", "550 5.1.1"), refused(b"RCPT", b"550 5.1.1\r\n"), Result.PERMANENT, "550 5.1.1"),
        (("-f", "RCPT", "-B", "552 5.2.2"), refused(b"RCPT", b"552 5.2.2\r\n"), Result.TEMPORARY, "552 5.2.2"),
        (("-r", "CONNECT"), Conduct(greeting=LATER), Result.NOT_NOW, "450 4.3.0"),
        (("-f", "CONNECT"), Conduct(greeting=NO), Result.NOT_NOW, "500 5.3.0"),
        (("-q", "EHLO"), Conduct(answers={b"EHLO": None}), Result.NOT_NOW, "relay"),
    ],
)
def test_each_mail_has_the_relays_own_answer(
    sink: Sink, client: Client, options: tuple[str, ...], like: Conduct, result: Result, fault: str
) -> None:
    told = results(client(sink(*options, like=like), connections=4), *mails(12))
    assert told == [(seq, result, fault) for seq in range(1, 13)]


@pytest.mark.parametrize(
    ("options", "like"),
    [
        (("-q", "."), Conduct(answers={b".": None})),
        (("-q", "MAIL"), Conduct(answers={b"MAIL": None})),
        (("-q", "DATA"), Conduct(answers={b"DATA": None})),
        (("-Q", "RCPT"), Conduct(answers={b"RCPT": CLOSING})),
        (("-Q", "."), Conduct(answers={b".": CLOSING})),
        (("-A", "0"), Conduct(answers={b"DATA": b"354 go\r\n550 no\r\n"})),
    ],
)
def test_a_relay_that_hangs_up_each_time_takes_no_mail_for_sent_and_is_soon_left_alone(
    sink: Sink, client: Client, options: tuple[str, ...], like: Conduct
) -> None:
    told = results(client(sink(*options, like=like), connections=3), *mails(60))
    assert [seq for seq, _, _ in told] == list(range(1, 61))
    assert Result.SENT not in {result for _, result, _ in told}
    at_risk = [result for _, result, _ in told if result is Result.UNSURE]
    if options[1] in {"MAIL", "DATA", "RCPT"}:
        assert at_risk == []
        assert [result for _, result, _ in told].count(Result.NOT_NOW) >= 40
