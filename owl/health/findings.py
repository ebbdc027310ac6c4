"""What the doctor says of one thing: how it is, in a sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is."""

    OK = "ok"
    WARN = "warn"  # works, and somebody should look at it
    WRONG = "wrong"  # does not work, or will lose something

    @property
    def label(self) -> str:
        """For the screen."""
        return {"ok": "Good", "warn": "Look at it", "wrong": "Wrong"}[self.value]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one thing is. `advice` is what to do; empty where nothing is."""

    state: State
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with the name of what was looked at."""

    name: str
    state: State
    sentence: str
    advice: str


def fine(sentence: str) -> Verdict:
    """All is as it should be."""
    return Verdict(State.OK, sentence)


def doubtful(sentence: str, advice: str) -> Verdict:
    """It works; somebody should look at it."""
    return Verdict(State.WARN, sentence, advice)


def wrong(sentence: str, advice: str) -> Verdict:
    """It does not work, or will lose something."""
    return Verdict(State.WRONG, sentence, advice)


def worst(verdicts: Iterable[Verdict], *, otherwise: str) -> Verdict:
    """All that is amiss in one verdict, as grave as the gravest; `otherwise` where nothing is."""
    amiss = sorted((one for one in verdicts if one.state is not State.OK), key=lambda one: one.state is State.WARN)
    if not amiss:
        return fine(otherwise)
    return Verdict(amiss[0].state, " ".join(one.sentence for one in amiss), " ".join(one.advice for one in amiss))


def state_of(findings: Iterable[Finding]) -> State:
    """The gravest state among them."""
    states = {finding.state for finding in findings}
    return next((state for state in (State.WRONG, State.WARN) if state in states), State.OK)
