"""`owl mailin`: takes in bounces and complaints."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

import click
from flask import Flask

from owl.cli.saying import say
from owl.cli.surroundings import application
from owl.delivery.bounces.listening import listening
from owl.foundation.clock import utc_now
from owl.foundation.counting import MAILIN, write_counts

BEAT_EVERY_S = 10.0


@click.command()
@click.option(
    "--listen", "urls", multiple=True, metavar="URL", help="smtp://HOST:PORT, lmtp://HOST:PORT or lmtp:///PATH."
)
def mailin(urls: tuple[str, ...]) -> None:
    """Take in bounces and complaints, until told to stop.

    It listens where OWL_MAILIN_URL says, or at each --listen. Route the mail of OWL_BOUNCE_DOMAIN there.
    """
    with application() as app:
        asyncio.run(_listen(app, urls or app.extensions["owl.settings"].mailin_urls))


async def _listen(app: Flask, urls: tuple[str, ...]) -> None:
    told, line = asyncio.Event(), app.extensions["owl.redis"]
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with listening(app, urls) as addresses:
        say(f"Listening on {' and '.join(addresses)}.")
        while not told.is_set():
            await asyncio.to_thread(write_counts, line, beats={MAILIN: utc_now()})
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), BEAT_EVERY_S)
