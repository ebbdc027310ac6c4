"""A line with a long way: a TCP proxy that holds back each byte by half a round trip.

`python -m bench.slow_line LISTEN_PORT HOST PORT ROUND_TRIP_MS`
"""

from __future__ import annotations

import asyncio
import selectors
import sys

CHUNK = 256 * 1024


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """Write down when each piece came, and hand it on when its time is up, in order."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=1000)
    loop = asyncio.get_running_loop()

    async def deliver() -> None:
        while True:
            due, piece = await under_way.get()
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    delivering = asyncio.create_task(deliver())
    try:
        while piece := await reader.read(CHUNK):
            await under_way.put((loop.time() + delay_s, piece))
    except OSError:
        pass
    await under_way.put((loop.time() + delay_s, b""))
    await asyncio.gather(delivering, return_exceptions=True)


async def _serve(port: int, host: str, there: int, delay_s: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, there)
        await asyncio.gather(_carry(reader, far_writer, delay_s), _carry(far_reader, writer, delay_s))

    server = await asyncio.start_server(connected, "127.0.0.1", port, backlog=1000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    listen, host, there, round_trip_ms = sys.argv[1:]
    # select() waits to the microsecond; epoll rounds up to milliseconds, which would lengthen each way by one.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())) as runner:
        runner.run(_serve(int(listen), host, int(there), float(round_trip_ms) / 2000))
