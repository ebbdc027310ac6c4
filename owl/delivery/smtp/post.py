"""The mails of one call: those that wait for a line, those at risk, and what became of the others."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence

from owl.delivery.providers import Outcome, OutgoingMail, Result
from owl.delivery.smtp.limits import TRIES

WITHOUT_LINES = 100  # outcomes in a group


class Post:
    """Gives mails out to lines, and keeps what became of them until the caller has written it down."""

    def __init__(self, mails: Sequence[OutgoingMail], *, lines: Callable[[], int], due: Callable[[], object]) -> None:
        """`lines` tells how many are open; `due` is called when a group of outcomes is there."""
        self._waiting = deque(mails)
        self._left = len(mails)  # to be answered yet
        self._at_risk = 0  # sent with their final dot, and not answered
        self._answered: list[Outcome] = []  # that the caller has not got yet
        self._tries: Counter[int] = Counter()  # lines that broke under a mail, by its seq
        self._lines, self._due = lines, due

    @property
    def waiting(self) -> int:
        """Mails that no line has."""
        return len(self._waiting)

    @property
    def is_done(self) -> bool:
        """Whether every mail is answered and the caller knows it."""
        return not self._left and not self._answered

    @property
    def is_due(self) -> bool:
        """Whether there is a whole group for the caller, or all that is left."""
        return not self._left or len(self._answered) >= self._together

    def group(self) -> list[Outcome]:
        """What the caller is to write down next: as many at most as lines are open."""
        taken = self._answered[: self._together]
        del self._answered[: self._together]
        return taken

    def next_mail(self) -> OutgoingMail | None:
        """One that no line has."""
        return self._waiting.popleft() if self._waiting else None

    def take_risk(self) -> bool:
        """Whether one more mail may be sent before the caller has written down others; it counts from now on.

        With it, those sent and not written down stay at twice the open lines.
        """
        if self._at_risk + len(self._answered) >= 2 * self._together:
            return False
        self._at_risk += 1
        return True

    def answer(self, outcome: Outcome, *, risked: bool) -> None:
        """What became of a mail, and whether it was one of those at risk."""
        self._at_risk -= risked
        self._left -= 1
        self._answered.append(outcome)
        if self.is_due:
            self._due()

    def put_back(self, mail: OutgoingMail, fault: str) -> None:
        """For another line, behind the others: it might be the mail that breaks them."""
        self._tries[mail.seq] += 1
        if self._tries[mail.seq] < TRIES:
            self._waiting.append(mail)
        else:
            self.answer(Outcome(mail.seq, Result.TEMPORARY, fault=fault), risked=False)

    def leave_for_later(self, fault: str) -> None:
        """No relay can be used: a mail that was not tried is told so, and costs no attempt."""
        while self._waiting:
            mail = self._waiting.popleft()
            result = Result.TEMPORARY if self._tries[mail.seq] else Result.NOT_NOW
            self.answer(Outcome(mail.seq, result, fault=fault), risked=False)

    @property
    def _together(self) -> int:
        # Without a line nothing is at risk: then it is not worth while to write them down one by one.
        return self._lines() or WITHOUT_LINES


NO_MAILS = Post([], lines=lambda: 1, due=lambda: None)
