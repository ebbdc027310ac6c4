"""`owl mailin` on a thread of the tests' own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from owl.delivery.bounces.listening import listening


@contextmanager
def served(app: Flask, url: str = "smtp://127.0.0.1:0") -> Iterator[int]:
    """The port; left by telling it to stop and waiting for that."""
    ready: list[str] = []
    opened, loop, told = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with listening(app, [url]) as addresses:
            ready.extend(addresses)
            opened.set()
            await told.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert opened.wait(10)
        yield int(ready[0].rpartition(":")[2])
    finally:
        loop.call_soon_threadsafe(told.set)
        thread.join(20)
        assert not thread.is_alive()
        loop.close()
