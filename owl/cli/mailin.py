"""`owl mailin`: takes in bounces and complaints."""

from __future__ import annotations

import asyncio
import signal

import click
from flask import Flask

from owl.cli.surroundings import application, say
from owl.delivery.bounces.listening import listening


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
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with listening(app, urls) as addresses:
        say(f"Listening on {' and '.join(addresses)}.")
        await told.wait()
