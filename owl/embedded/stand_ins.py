"""The process that stands in for the world outside: the mail sink and the Twilio stand-in."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from aiohttp import web

from owl.embedded.caught import FLUSH_EVERY_S, Caught
from owl.embedded.mail_sink import HOST, serve_mail
from owl.embedded.twilio_callbacks import Callbacks, LoopbackPost, Post
from owl.embedded.twilio_stand_in import Account, TwilioStandIn

FINISHING_S = 2.0


@dataclass(frozen=True)
class Serving:
    """Both, while they serve."""

    caught: Caught
    smtp_port: int
    twilio_port: int
    twilio: TwilioStandIn


@asynccontextmanager
async def serve_stand_ins(
    file: Path, account: Account, post: Post, *, inbound_url: str, smtp_port: int = 0, twilio_port: int = 0
) -> AsyncIterator[Serving]:
    """Serve on loopback until left; port 0 takes a free one."""
    caught = Caught(file)
    callbacks = Callbacks(caught, account.token, post)
    twilio = TwilioStandIn(caught, account, callbacks, inbound_url=inbound_url)
    mail_server = await serve_mail(caught, port=smtp_port)
    runner = web.AppRunner(twilio.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, twilio_port, backlog=256).start()
    flushing = asyncio.create_task(_flush_often(caught))
    try:
        ports = mail_server.sockets[0].getsockname()[1], runner.addresses[0][1]
        yield Serving(caught, *ports, twilio)
    finally:
        flushing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await flushing
        mail_server.close()
        await callbacks.finish(FINISHING_S)
        await runner.cleanup()
        caught.close()


async def _flush_often(caught: Caught) -> None:
    while True:
        await asyncio.sleep(FLUSH_EVERY_S)
        caught.flush()


async def _serve_until_told(file: Path, account: Account, inbound_url: str, smtp_port: int, twilio_port: int) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    post = LoopbackPost()
    async with serve_stand_ins(
        file, account, post, inbound_url=inbound_url, smtp_port=smtp_port, twilio_port=twilio_port
    ):
        await told.wait()
    await post.close()


@click.command()
@click.option("--file", type=click.Path(path_type=Path), required=True, help="Where to keep what is caught.")
@click.option("--smtp-port", type=int, required=True)
@click.option("--twilio-port", type=int, required=True)
@click.option("--inbound-url", required=True, help="Where residents' texts are posted.")
@click.option("--account", envvar="TWILIO_ACCOUNT_SID", required=True)
@click.option("--token", envvar="TWILIO_AUTH_TOKEN", required=True)
def main(  # noqa: PLR0917  # click passes them by name
    file: Path, smtp_port: int, twilio_port: int, inbound_url: str, account: str, token: str
) -> None:
    """Catch mail and texts on loopback until told to stop."""
    asyncio.run(_serve_until_told(file, Account(account, token), inbound_url, smtp_port, twilio_port))


if __name__ == "__main__":
    main()
