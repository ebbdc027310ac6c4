"""The loop between calls: it stands still, ends what nobody waits for, and is no other process's."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from itertools import chain
from pathlib import Path

import pytest

from owl.delivery.providers import OutgoingMail, Result
from owl.delivery.smtp.commands import Abilities
from owl.delivery.smtp.conversation import Conversation
from owl.delivery.smtp.limits import COMMAND_S, DOT_S, PROGRESS_S
from owl.delivery.smtp.line import Line
from owl.delivery.smtp.post import Post
from tests.delivery.smtp.conftest import Client, mail, mails, results
from tests.delivery.smtp.scripted import Conduct, scripted

ROOT = Path(__file__).parents[3]


def slow(recipient: bytes) -> bytes:
    time.sleep(1.5)
    return b"250 taken at last\r\n"


def test_an_empty_group_comes_while_a_relay_takes_its_time(client: Client) -> None:
    with scripted(Conduct(answers={b".": slow})) as relay:
        groups = [[outcome.result for outcome in group] for group in client(relay.url).send_all([mail(1)])]
    assert groups[0] == []
    assert groups[-1] == [Result.SENT]


def test_nothing_is_begun_while_the_caller_writes_down(client: Client) -> None:
    with scripted() as relay:
        groups = client(relay.url, connections=2).send_all(mails(50))
        next(groups)
        time.sleep(0.2)
        before = len(relay.taken)
        time.sleep(0.3)
        assert len(relay.taken) == before <= 4
        told = list(chain.from_iterable(groups))
    assert {outcome.result for outcome in told} == {Result.SENT}
    assert len(relay.taken) == 50


def test_who_stops_asking_can_ask_for_other_mails_and_hears_of_those_alone(client: Client) -> None:
    with scripted() as relay:
        kept = client(relay.url, connections=3)
        groups = kept.send_all(mails(100))
        next(groups)
        groups.close()  # type: ignore[attr-defined]
        assert results(kept, mail(1000, "last@example.com")) == [(1000, Result.SENT, None)]
    recipients = [taken.recipient for taken in relay.taken]
    assert len(recipients) == len(set(recipients)) <= 3 * 2 + 3 + 1


def test_a_bug_ends_the_call_and_not_the_client(client: Client) -> None:
    with scripted() as relay:
        kept = client(relay.url)
        broken = OutgoingMail(2, "b@example.com", "joan@example.com", None)  # type: ignore[arg-type]
        for batch in ([broken], [mail(1), broken, mail(3)]):
            with pytest.raises(TypeError):
                list(kept.send_all(batch))
        assert results(kept, mail(4)) == [(4, Result.SENT, None)]


def test_threads_take_turns(client: Client) -> None:
    with scripted() as relay:
        kept = client(relay.url, connections=3)
        told: list[int] = []

        def send(first: int) -> None:
            wanted = [mail(seq, f"p{seq}@example.com") for seq in range(first, first + 50)]
            told.extend(outcome.seq for group in kept.send_all(wanted) for outcome in group)

        threads = [threading.Thread(target=send, args=(first,)) for first in (0, 50, 100, 150)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sorted(told) == list(range(200))
    assert len(relay.talks) <= 3


FORKS = """
import os, sys
from tests.delivery.smtp.conftest import mails, results
from owl.delivery.smtp.provider import SmtpMail

mail = SmtpMail.parse(sys.argv[1], connections=2)
first = results(mail, *mails(10))
child = os.fork()
told = results(mail, *mails(10))
if child == 0:
    mail.close()
    os._exit(0 if told == first else 1)
_, status = os.waitpid(child, 0)
again = results(mail, *mails(10))
sys.exit(0 if status == 0 and first == told == again else 1)
"""


def test_a_forked_process_has_lines_of_its_own() -> None:
    with scripted() as relay:
        ran = subprocess.run([sys.executable, "-c", FORKS, relay.url], cwd=ROOT, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr.decode()
        assert len(relay.taken) == 40
        assert sum(one.connection >= 2 for one in relay.taken) == 10  # the child's


class Wire:
    """A transport that takes what it is given, or holds it."""

    def __init__(self) -> None:
        self.held = 0
        self.aborted = False

    def write(self, words: bytes) -> None: ...

    def get_write_buffer_size(self) -> int:
        return self.held

    def abort(self) -> None:
        self.aborted = True


class Silent:
    """A line to a relay that says nothing more after it was asked."""

    def __init__(self, *replies: bytes) -> None:
        self.line, self.wire, self.fault = Line(), Wire(), ""
        self.line.connection_made(self.wire)  # type: ignore[arg-type]
        conversation = Conversation(Abilities(pipelining=True), self.line.write, lambda _: None)
        self.line.converse(conversation, self.ended)
        conversation.begin(Post([mail(1)], lines=lambda: 1, due=lambda: None))
        for reply in replies:
            conversation.hear(reply)

    def ended(self, _: Conversation, fault: str) -> None:
        self.fault = fault

    def wait(self, seconds: int) -> str:
        for _ in range(seconds):
            self.line.look_at_the_time(1)
        return self.fault


def test_a_relay_that_says_nothing_is_given_up_after_a_while() -> None:
    relay = Silent()
    assert relay.wait(COMMAND_S) == ""
    assert relay.wait(1) == "timeout"
    assert relay.wire.aborted


def test_a_relay_has_longer_to_think_about_a_content() -> None:
    relay = Silent(b"250 ok", b"250 ok", b"354 go")
    assert relay.wait(DOT_S) == ""
    assert relay.wait(1) == "timeout"


def test_a_content_that_leaves_slowly_is_left_in_peace_and_one_that_does_not_leave_is_not() -> None:
    relay = Silent(b"250 ok", b"250 ok", b"354 go")
    for held in range(2 * DOT_S, 0, -1):
        relay.wire.held = held
        assert relay.wait(1) == ""
    assert relay.wait(PROGRESS_S) == "timeout"


def test_a_line_on_which_nothing_is_asked_may_be_silent() -> None:
    relay = Silent(b"250 ok", b"250 ok", b"354 go", b"250 taken")
    assert relay.wait(10 * DOT_S) == ""
