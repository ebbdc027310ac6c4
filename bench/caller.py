"""A light caller: requests made beforehand, over kept connections, the next when the answer to the last is there.

`python -m bench.caller PORT FILE CONNECTIONS`; the file holds each request after its length in four bytes.
Prints {"seconds": …, "answers": {"204": …}}.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def write_request(file: IO[bytes], request: bytes) -> None:
    """Append one request."""
    file.write(len(request).to_bytes(4, "big") + request)


def call(port: int, requests: Iterator[bytes], connections: int) -> tuple[float, Counter[str]]:
    """(seconds until the last answer, answers by status)."""
    lines = {line.fileno(): line for line in (_line(port) for _ in range(connections))}
    waiting = select.epoll()
    answers: Counter[str] = Counter()
    began = time.monotonic()
    for number, line in lines.items():
        waiting.register(number, select.EPOLLIN)
        line.sendall(next(requests))
    while lines:
        for number, _ in waiting.poll(10):
            answer = lines[number].recv(4096)  # our answers fit into one read
            answers[answer[9:12].decode() or "closed"] += 1
            request = next(requests, None) if answer else None
            if request is None:
                waiting.unregister(number)
                lines.pop(number).close()
            else:
                lines[number].sendall(request)
    return time.monotonic() - began, answers


def _line(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as requests:
        while length := requests.read(4):
            yield requests.read(int.from_bytes(length, "big"))


if __name__ == "__main__":
    seconds, answers = call(int(sys.argv[1]), _read(Path(sys.argv[2])), int(sys.argv[3]))
    sys.stdout.write(json.dumps({"seconds": seconds, "answers": answers}) + "\n")
