"""Processes that end when the one that started them does, even if that was killed."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Callable
from contextlib import suppress

PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl(2)

_libc = ctypes.CDLL(None)


def ends_with_us(number: signal.Signals) -> Callable[[], None]:
    """For subprocess's preexec_fn: the kernel sends the signal when we are gone (Linux; elsewhere nothing)."""

    def ask_kernel() -> None:
        with suppress(AttributeError):
            _libc.prctl(PARENT_DEATH_SIGNAL, number)

    return ask_kernel
