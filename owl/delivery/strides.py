"""How many deliveries are handed over before looking up: what takes about a second at the pace of late."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from owl.foundation.notices import Channel

STRIDE_S = 1.0  # a pause, or the end of the job, is noticed within this time
SHORTEST, LONGEST = 20, 1000
FIRST = 50


@dataclass
class Stride:
    """Grows by doubling while the provider keeps up, and follows it down at once."""

    size: int = FIRST

    def learn(self, handed_over: int, took_s: float) -> None:
        """Remember how long so many took."""
        fitting = int(handed_over / max(took_s, 0.001) * STRIDE_S)
        if fitting < self.size or handed_over >= self.size:  # a short one says nothing about longer ones
            self.size = max(SHORTEST, min(fitting, self.size * 2, LONGEST))


def stride_of(channel: Channel) -> Stride:
    """This process's stride on the channel, kept between jobs."""
    strides: dict[Channel, Stride] = current_app.extensions.setdefault("owl.strides", {})
    return strides.setdefault(channel, Stride())
