"""What is said on one line that is open: mail after mail, in as few round trips as the relay allows.

With PIPELINING (RFC 2920) the commands of a mail go out as one group, in the same write as the content of the
mail before it, so that a mail costs one round trip; without it step by step. No sockets and no clock here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import IntEnum

from owl.delivery.providers import Outcome, OutgoingMail, Result
from owl.delivery.smtp.commands import Abilities, Unsayable, envelope, with_dots
from owl.delivery.smtp.limits import COMMAND_S, DOT_S, MAILS_A_LINE
from owl.delivery.smtp.post import Post
from owl.delivery.smtp.replies import Garbage, code_of, refusal

NO_MAILS = Post([], lines=lambda: 1, due=lambda: None)
RSET, DATA, EMPTY_DOT = b"RSET\r\n", b"DATA\r\n", b".\r\n"


class Step(IntEnum):
    """What an answer is awaited to."""

    RSET = 0
    MAIL = 1
    RCPT = 2
    DATA = 3
    EMPTY_DOT = 4
    DOT = 5


GROUP = (Step.MAIL, Step.RCPT, Step.DATA)


class LineEnds(Exception):
    """The relay says that it closes the line; the text is its code."""


class Conversation:
    """One line's mails: `mail` is the one whose commands are said, `risked` the one whose final dot is unanswered."""

    def __init__(
        self, able: Abilities, write: Callable[[bytes], object], now_idle: Callable[[Conversation], object]
    ) -> None:
        self.mail: OutgoingMail | None = None
        self.risked: OutgoingMail | None = None
        self.is_holding = False  # may not send what it could, until the caller has written down others
        self.retiring = False  # takes no other mail
        self.answers = 0  # mails that the relay decided on
        self._able, self._write, self._now_idle = able, write, now_idle
        self._post = NO_MAILS
        self._expected: deque[Step] = deque()
        self._refused: Outcome | None = None  # of `mail`
        self._envelope = (b"", b"")  # of `mail`
        self._must_reset = False
        self._begun = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return self.mail is None and self.risked is None and not self._expected

    @property
    def patience_s(self) -> int | None:
        """Seconds that the relay may be silent now; None while it is our turn."""
        if not self._expected:
            return None
        return DOT_S if self._expected[0] >= Step.EMPTY_DOT else COMMAND_S

    def begin(self, post: Post) -> None:
        """Carry these mails, one after the other, while there are any."""
        self._post = post
        self._take_next()

    def go_on(self) -> None:
        """Send the mail that was held back, if it may be sent now."""
        mail = self.mail
        self.is_holding = mail is None or not self._post.take_risk()
        if mail is None or self.is_holding:
            return
        self.risked, self.mail = mail, None
        self._expected.append(Step.DOT)
        group = self._next_group() if self._able.pipelining else b""
        self._write(with_dots(mail.content) + group)

    def hear(self, reply: bytes) -> None:
        """Take in the next answer. Raises Garbage or LineEnds: then call `end`."""
        closing = reply[:3] == b"421"
        if not self._expected:
            raise LineEnds(code_of(reply)) if closing else Garbage
        step = self._expected.popleft()
        if reply[:1] not in b"245" and reply[:3] != b"354":
            raise Garbage
        if step is Step.DOT:
            self._hear_of_risked(reply)
        elif not closing:
            _HEARERS[step](self, reply)
        if closing:
            raise LineEnds(code_of(reply))

    def end(self, fault: str) -> None:
        """The line is gone: only the mail whose final dot was written and not answered is unsure."""
        mail, risked, self.mail, self.risked = self.mail, self.risked, None, None
        self._expected.clear()
        if risked is not None:
            self._post.answer(Outcome(risked.seq, Result.UNSURE, fault=fault), risked=True)
        if mail is not None and self._refused is not None:
            self._post.answer(self._refused, risked=False)
        elif mail is not None:
            self._post.put_back(mail, fault)

    def _next_group(self) -> bytes:
        """What can be said at once of the next mail; nothing where there is none."""
        self.mail = self._next_sayable()
        if self.mail is None:
            return b""
        self._begun += 1
        self._refused = None
        reset, self._must_reset = self._must_reset, False
        if not self._able.pipelining:
            self._expected.append(Step.RSET if reset else Step.MAIL)
            return RSET if reset else self._envelope[0]
        mail, rcpt = self._envelope
        if reset:
            self._expected.append(Step.RSET)
        self._expected.extend(GROUP)
        return (RSET if reset else b"") + mail + rcpt + DATA

    def _next_sayable(self) -> OutgoingMail | None:
        while not self.retiring and self._begun < MAILS_A_LINE and (mail := self._post.next_mail()) is not None:
            try:
                self._envelope = envelope(mail, self._able)
            except Unsayable as unsayable:
                self._post.answer(unsayable.outcome, risked=False)
            else:
                return mail
        self.retiring = self.retiring or self._begun >= MAILS_A_LINE
        return None

    def _say(self, step: Step, words: bytes) -> None:
        self._expected.append(step)
        self._write(words)

    def _hear_of_risked(self, reply: bytes) -> None:
        risked = self.risked
        if risked is None or reply[:1] == b"3":
            raise Garbage
        self.risked = None
        self.answers += 1
        outcome = Outcome(risked.seq, Result.SENT) if reply[:1] == b"2" else refusal(risked.seq, reply)
        self._post.answer(outcome, risked=True)
        if self.mail is None:
            self._take_next()

    def _hear_of_reset(self, reply: bytes) -> None:
        if reply[:1] != b"2":
            raise Garbage
        if not self._able.pipelining:
            self._say(Step.MAIL, self._envelope[0])

    def _hear_of_mail(self, reply: bytes) -> None:
        if self._agreed(reply) and not self._able.pipelining:
            self._say(Step.RCPT, self._envelope[1])

    def _hear_of_rcpt(self, reply: bytes) -> None:
        if self._agreed(reply) and not self._able.pipelining:
            self._say(Step.DATA, DATA)

    def _agreed(self, reply: bytes) -> bool:
        """Whether the relay took a command of `mail`; if not, the mail is given up."""
        if reply[:1] == b"3":
            raise Garbage
        if reply[:1] == b"2":
            return True
        self._refuse(reply)
        if not self._able.pipelining:
            self._give_up()
        return False

    def _hear_of_data(self, reply: bytes) -> None:
        if reply[:1] == b"2":
            raise Garbage
        if reply[:1] != b"3":
            self._refuse(reply)
            self._give_up()
        elif self._refused is not None:  # it takes content for nobody: end that with nothing in it
            self._say(Step.EMPTY_DOT, EMPTY_DOT)
        else:
            self.go_on()

    def _hear_of_empty_dot(self, _: bytes) -> None:
        self._give_up()

    def _refuse(self, reply: bytes) -> None:
        """Keep the first refusal: those that follow only say that something is missing."""
        if self._refused is None and self.mail is not None:
            self._refused = refusal(self.mail.seq, reply)

    def _give_up(self) -> None:
        if self._refused is not None:
            self._post.answer(self._refused, risked=False)
        self.mail, self._must_reset = None, True  # or the next MAIL would be one too many for some
        self.answers += 1
        self._take_next()

    def _take_next(self) -> None:
        group = self._next_group()
        if group:
            self._write(group)
        else:
            self._now_idle(self)


_HEARERS: dict[Step, Callable[[Conversation, bytes], None]] = {
    Step.RSET: Conversation._hear_of_reset,  # noqa: SLF001  # a table of its own steps
    Step.MAIL: Conversation._hear_of_mail,  # noqa: SLF001
    Step.RCPT: Conversation._hear_of_rcpt,  # noqa: SLF001
    Step.DATA: Conversation._hear_of_data,  # noqa: SLF001
    Step.EMPTY_DOT: Conversation._hear_of_empty_dot,  # noqa: SLF001
}
