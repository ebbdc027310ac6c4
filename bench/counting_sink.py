"""`python -m bench.counting_sink PORT FILE`: takes mail, having written down when each Message-ID came."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from bench.sink import HOST

MESSAGE_ID = b"message-id:"
LARGEST_LINE = 1 << 20
BACKLOG = 1000


async def serve(port: int, file: Path) -> None:
    """Until ended."""
    kept = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _converse(reader, writer, kept)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever spoke was killed
        finally:
            writer.close()

    server = await asyncio.start_server(take, HOST, port, limit=LARGEST_LINE, backlog=BACKLOG)
    await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: int) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"EHLO":
            writer.write(b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
        elif verb == b"DATA":
            writer.write(b"354 go on\r\n")
            await writer.drain()
            message_id = _message_id(await reader.readuntil(b"\r\n.\r\n"))
            os.write(kept, b"%.6f %s\n" % (time.time(), message_id))
            writer.write(b"250 taken\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            await writer.drain()
            return
        else:
            writer.write(b"250 ok\r\n")
        await writer.drain()


def _message_id(mail: bytes) -> bytes:
    headers = mail.partition(b"\r\n\r\n")[0]
    return next(
        (line.split()[1] for line in headers.splitlines() if line.lower().startswith(MESSAGE_ID)),
        b"none",
    )


def arrivals(file: Path) -> dict[str, list[float]]:
    """When each Message-ID came, as Unix time, in order."""
    came: dict[str, list[float]] = {}
    for line in file.read_text().splitlines():
        moment, message_id = line.split()
        came.setdefault(message_id, []).append(float(moment))
    return came


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
