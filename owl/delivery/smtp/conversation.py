"""What is said on one line that is open: mail after mail, in as few round trips as the relay allows.

With PIPELINING (RFC 2920) the commands of a mail go out as one group, in the same write as the content of the
mail before it, so that a mail costs one round trip; without it step by step. No sockets and no clock here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from owl.delivery.providers import Outcome, OutgoingMail, Result
from owl.delivery.smtp.commands import Abilities, Unsayable, envelope, with_dots
from owl.delivery.smtp.limits import COMMAND_S, DOT_S, MAILS_A_LINE
from owl.delivery.smtp.post import NO_MAILS, Post
from owl.delivery.smtp.replies import Garbage, code_of, refusal

RSET, DATA, EMPTY_DOT = b"RSET\r\n", b"DATA\r\n", b".\r\n"
YES, NOT_NOW, NO = b"2", b"4", b"5"  # how an answer begins: RFC 5321, 4.2.1


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
        self._expected: deque[Callable[[bytes], None]] = deque()  # who hears the next answers
        self._group = (self._hear_of_mail, self._hear_of_rcpt, self._hear_of_data)
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
        return COMMAND_S if self.risked is None else DOT_S

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
        self._expected.append(self._hear_of_risked)
        group = self._next_group() if self._able.pipelining else b""
        self._write(with_dots(mail.content) + group)

    def hear(self, reply: bytes) -> None:
        """Take in the next answer. Raises Garbage or LineEnds: then call `end`."""
        if reply[:3] == b"421":
            self.retiring = True
            if self.risked is not None:
                self._hear_of_risked(reply)
            raise LineEnds(code_of(reply))
        if not self._expected:
            raise Garbage
        self._expected.popleft()(reply)

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
        mail, rcpt = self._envelope
        if reset:
            self._expected.append(self._hear_of_reset)
        if self._able.pipelining:
            self._expected.extend(self._group)
            return (RSET if reset else b"") + mail + rcpt + DATA
        if reset:
            return RSET
        self._expected.append(self._hear_of_mail)
        return mail

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

    def _say(self, words: bytes, hear: Callable[[bytes], None]) -> None:
        self._expected.append(hear)
        self._write(words)

    def _hear_of_risked(self, reply: bytes) -> None:
        risked = self.risked
        if risked is None or reply[:1] not in {YES, NOT_NOW, NO}:
            raise Garbage
        self.risked = None
        self.answers += 1
        outcome = Outcome(risked.seq, Result.SENT) if reply[:1] == YES else refusal(risked.seq, reply)
        self._post.answer(outcome, risked=True)
        if self.mail is None:
            self._take_next()

    def _hear_of_reset(self, reply: bytes) -> None:
        if reply[:1] != YES:
            raise Garbage
        if not self._able.pipelining:
            self._say(self._envelope[0], self._hear_of_mail)

    def _hear_of_mail(self, reply: bytes) -> None:
        if reply[:1] != YES:
            self._refuse(reply)
        elif not self._able.pipelining:
            self._say(self._envelope[1], self._hear_of_rcpt)

    def _hear_of_rcpt(self, reply: bytes) -> None:
        if reply[:1] != YES:
            self._refuse(reply)
        elif not self._able.pipelining:
            self._say(DATA, self._hear_of_data)

    def _hear_of_data(self, reply: bytes) -> None:
        if reply[:3] != b"354":
            self._refuse(reply)
            if self._able.pipelining:
                self._give_up()
        elif self._refused is not None:  # it takes content for nobody: end that with nothing in it
            self._say(EMPTY_DOT, self._hear_of_empty_dot)
        else:
            self.go_on()

    def _hear_of_empty_dot(self, _: bytes) -> None:
        self._give_up()

    def _refuse(self, reply: bytes) -> None:
        """Keep the first refusal: those that follow in a group only say that something is missing."""
        if reply[:1] not in {NOT_NOW, NO} or self.mail is None:
            raise Garbage
        self._refused = self._refused or refusal(self.mail.seq, reply)
        if not self._able.pipelining:
            self._give_up()

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
