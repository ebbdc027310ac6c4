"""One line, byte by byte: whatever is answered and wherever it breaks, each mail has the one right outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.delivery.providers import Outcome, OutgoingMail, Result
from owl.delivery.smtp.commands import Abilities
from owl.delivery.smtp.conversation import Conversation, LineEnds
from owl.delivery.smtp.limits import COMMAND_S, DOT_S, MAILS_A_LINE
from owl.delivery.smtp.post import Post
from owl.delivery.smtp.replies import Garbage, ReplyReader
from tests.delivery.smtp.conftest import mail, mails
from tests.delivery.smtp.scripted import OK, Conduct, Taken, Talk

PIPELINING = Abilities(pipelining=True)
STEPWISE = Abilities()
# What a relay does with a mail: the verb at which it says something else than yes, and that.
FATES: dict[str, tuple[bytes, bytes]] = {
    "taken": (b".", OK[b"."]),
    "sender refused": (b"MAIL", b"550 5.7.1 Not you\r\n"),
    "sender refused for now": (b"MAIL", b"451 4.3.0 Not now\r\n"),
    "nobody there": (b"RCPT", b"550 5.1.1 Nobody\r\n"),
    "greylisted": (b"RCPT", b"450-4.7.1 Come\r\n450 4.7.1 again\r\n"),
    "no data": (b"DATA", b"554 5.5.0 No\r\n"),
    "content refused": (b".", b"554 5.7.1 Spam\r\n"),
    "content refused for now": (b".", b"452 4.3.1 Disk full\r\n"),
}
RESULTS = {
    "taken": (Result.SENT, None),
    "sender refused": (Result.PERMANENT, "550 5.7.1"),
    "sender refused for now": (Result.TEMPORARY, "451 4.3.0"),
    "nobody there": (Result.PERMANENT, "550 5.1.1"),
    "greylisted": (Result.TEMPORARY, "450 4.7.1"),
    "no data": (Result.PERMANENT, "554 5.5.0"),
    "content refused": (Result.PERMANENT, "554 5.7.1"),
    "content refused for now": (Result.TEMPORARY, "452 4.3.1"),
}


class Relay(Conduct):
    """Does with each mail what its recipient's name says; `eager` ones say 354 whoever was refused."""

    def __init__(self, fates: list[str], *, eager: bool) -> None:
        super().__init__()
        self.fates, self.eager = fates, eager
        self.fate, self.valid = "taken", True
        self.open = False

    def answer(self, verb: bytes, line: bytes) -> bytes | None:
        if verb == b"RSET":
            self.open = False
            return OK[verb]
        if verb == b"MAIL":
            if self.open:
                return b"503 5.5.1 Nested MAIL\r\n"
            self.fate = self.fates[int(line.partition(b"<b")[2].partition(b"@")[0])]
            self.valid = self.open = True
        where, says = FATES[self.fate]
        if verb == where:
            said = says
        elif verb in {b"RCPT", b"DATA"} and not self.valid and not (verb == b"DATA" and self.eager):
            said = b"503 5.5.1 Not yet\r\n"
        else:
            said = OK[verb]
        self.valid = self.valid and said[:1] in b"23"
        if verb == b"." or (verb == b"MAIL" and not self.valid):
            self.open = False
        return said


class OneLine:
    """A conversation and the relay's side of it; the relay's words reach us up to `heard_bytes` of them."""

    def __init__(
        self, post: Post, talk: Talk, able: Abilities, *, heard_bytes: int | None, pieces: Iterable[int]
    ) -> None:
        self.written = b""
        self.talk, self.heard_bytes, self.pieces = talk, heard_bytes, iter(pieces)
        self.conversation = Conversation(able, self._write, lambda _: None)
        self.post = post

    def _write(self, words: bytes) -> None:
        self.written += words

    def carry_on(self) -> list[Outcome]:
        """Until all is answered or the line breaks; what became of the mails."""
        told: list[Outcome] = []
        self.conversation.begin(self.post)
        reader, heard = ReplyReader(), 0
        while self.written:
            words, self.written = self.written, b""
            answers = self.talk.feed(words)
            if self.heard_bytes is not None:
                answers = answers[: self.heard_bytes - heard]
            heard += len(answers)
            while answers:
                size = next(self.pieces, len(answers))
                for reply in reader.feed(answers[:size]):
                    self.conversation.hear(reply)
                answers = answers[size:]
            told += self.post.group()
            if self.conversation.is_holding:
                self.conversation.go_on()
        self.talk.feed(self.written)
        if not self.conversation.is_idle:
            self.conversation.end("relay")
        while group := self.post.group():
            told += group
        return told


def numbered(count: int) -> list[OutgoingMail]:
    return [
        OutgoingMail(no, f"b{no}@example.com", f"p{no}@example.com", b"Subject: x\r\n\r\n.\r\n") for no in range(count)
    ]


@given(
    fates=st.lists(st.sampled_from(sorted(FATES)), min_size=1, max_size=7),
    eager=st.booleans(),
    able=st.sampled_from([PIPELINING, STEPWISE]),
    cuts=st.lists(st.integers(0, 400), max_size=2),
    pieces=st.lists(st.integers(1, 60), max_size=40),
)
def test_wherever_lines_break_just_the_mail_in_doubt_is_unsure_and_nothing_is_lost_or_sent_twice(
    fates: list[str], eager: bool, able: Abilities, cuts: list[int], pieces: list[int]
) -> None:
    taken: list[Taken] = []
    post = Post(numbered(len(fates)), lines=lambda: 1, due=lambda: None)
    told: list[Outcome] = []
    for number, cut in enumerate([*cuts, None]):
        before = len(taken)
        line = OneLine(post, Talk(Relay(fates, eager=eager), taken, number), able, heard_bytes=cut, pieces=pieces)
        now = line.carry_on()
        in_doubt = {one.recipient for one in taken[before:]} - {
            b"p%d@example.com" % one.seq for one in now if one.result is not Result.UNSURE
        }
        assert {b"p%d@example.com" % one.seq for one in now if one.result is Result.UNSURE} == in_doubt
        assert len(in_doubt) <= 1
        told += now
    assert sorted(one.seq for one in told) == list(range(len(fates)))
    for one in told:
        assert (one.result, one.fault) in {RESULTS[fates[one.seq]], (Result.UNSURE, "relay")}
    times = Counter(one.recipient for one in taken)
    assert set(times.values()) <= {1}
    assert all(times[b"p%d@example.com" % one.seq] for one in told if one.result in {Result.SENT, Result.UNSURE})


@given(
    said=st.lists(
        st.sampled_from(
            [
                *(reply for _, reply in FATES.values()),
                *OK.values(),
                b"hello\r\n",
                b"250-",
                b"999 x\r\n",
                b"421 4.3.2 bye\r\n",
                b"\xff\r\n",
                b"2\r\n",
                b"\r\n",
            ]
        )
    ),
    able=st.sampled_from([PIPELINING, STEPWISE]),
)
def test_no_answer_however_odd_loses_a_mail_or_takes_one_for_sent_that_was_not(
    said: list[bytes], able: Abilities
) -> None:
    post = Post(numbered(3), lines=lambda: 1, due=lambda: None)
    written: list[bytes] = []
    conversation = Conversation(able, written.append, lambda _: None)
    conversation.begin(post)
    reader = ReplyReader()
    fault = "relay"
    try:
        for reply in reader.feed(b"".join(said)):
            conversation.hear(reply)
    except (Garbage, LineEnds) as error:
        fault = str(error) or fault
    conversation.end(fault)
    told: list[Outcome] = []
    while group := post.group():
        told += group
    back = post.waiting
    assert len(told) + back == 3
    dots = b"".join(written).count(b"\r\n.\r\n")
    certain = [one for one in told if one.result is Result.SENT]
    assert len(certain) + sum(one.result is Result.UNSURE for one in told) <= dots


def heard(conversation: Conversation, *replies: bytes) -> None:
    for reply in replies:
        conversation.hear(reply)


def test_commands_go_out_as_one_group_and_the_next_with_the_content_before_it() -> None:
    written: list[bytes] = []
    conversation = Conversation(PIPELINING, written.append, lambda _: None)
    conversation.begin(Post(mails(2), lines=lambda: 1, due=lambda: None))
    heard(conversation, b"250 ok", b"250 ok", b"354 go")
    assert [words.count(b"\r\n") for words in written] == [3, 3 + 2 + 3]
    assert written[1].endswith(b"RCPT TO:<p2@example.com>\r\nDATA\r\n")


def test_a_refused_mail_is_followed_by_a_reset() -> None:
    written: list[bytes] = []
    conversation = Conversation(PIPELINING, written.append, lambda _: None)
    conversation.begin(Post(mails(2), lines=lambda: 1, due=lambda: None))
    heard(conversation, b"250 ok", b"550 5.1.1 nobody", b"554 no recipients")
    assert written[1].startswith(b"RSET\r\nMAIL FROM:")


def test_a_line_takes_no_more_mails_than_its_cap() -> None:
    conversation = Conversation(PIPELINING, lambda _: None, lambda _: None)
    post = Post(mails(MAILS_A_LINE + 1), lines=lambda: 1, due=lambda: None)
    conversation.begin(post)
    heard(conversation, b"250 ok", b"250 ok", b"354 go")
    for _ in range(MAILS_A_LINE - 1):
        heard(conversation, b"250 taken", b"250 ok", b"250 ok", b"354 go")
        if conversation.is_holding:
            post.group()
            conversation.go_on()
    heard(conversation, b"250 taken")
    assert conversation.is_idle
    assert conversation.retiring
    assert post.waiting == 1


def test_no_more_mails_are_at_risk_than_twice_the_open_lines() -> None:
    conversation = Conversation(PIPELINING, lambda _: None, lambda _: None)
    post = Post(mails(5), lines=lambda: 1, due=lambda: None)
    conversation.begin(post)
    heard(conversation, b"250 ok", b"250 ok", b"354 go")
    heard(conversation, b"250 taken", b"250 ok", b"250 ok", b"354 go")
    heard(conversation, b"250 taken", b"250 ok", b"250 ok", b"354 go")  # two are sent, none is written down
    assert conversation.is_holding
    assert conversation.patience_s is None
    assert len(post.group()) == 1
    conversation.go_on()
    assert not conversation.is_holding


def test_the_relay_has_longer_for_a_content_than_for_a_command() -> None:
    conversation = Conversation(PIPELINING, lambda _: None, lambda _: None)
    assert conversation.patience_s is None
    conversation.begin(Post([mail(1)], lines=lambda: 1, due=lambda: None))
    assert conversation.patience_s == COMMAND_S
    heard(conversation, b"250 ok", b"250 ok", b"354 go")
    assert conversation.patience_s == DOT_S


@pytest.mark.parametrize("reply", [b"250 what?", b"354 go"])
def test_an_answer_that_nobody_asked_for_is_garbage(reply: bytes) -> None:
    conversation = Conversation(PIPELINING, lambda _: None, lambda _: None)
    with pytest.raises(Garbage):
        conversation.hear(reply)
