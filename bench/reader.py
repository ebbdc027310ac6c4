"""Many readers in one process: each asks for the next address when the whole answer to its last is there.

`python -m bench.reader PORT SECONDS CONNECTIONS` reads addresses from stdin, a line each, and asks for them in turn.
Prints {"seconds": …, "answers": {"200": …}, "hits": …, "bytes": …, "p50_ms": …, "p95_ms": …, "p99_ms": …}.
"""

from __future__ import annotations

import itertools
import json
import re
import select
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
HIT = b"owl; hit"


@dataclass
class _Line:
    """One reader, and what has come of the answer that it waits for."""

    socket: socket.socket
    asked_at: float = 0.0
    come: bytearray = field(default_factory=bytearray)
    wanted: int | None = None  # bytes of the whole answer, once its head is there

    def ask(self, request: bytes) -> None:
        self.come.clear()
        self.wanted, self.asked_at = None, time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> bool:
        """Whether the answer is whole."""
        part = self.socket.recv(65_536)
        if not part:
            raise ConnectionError("the server hung up in the middle of an answer")
        self.come += part
        if self.wanted is None and (end := self.come.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self.come, 0, end + 2)
            self.wanted = end + 4 + (int(length[1]) if length else 0)
        return self.wanted is not None and len(self.come) >= self.wanted


@dataclass
class Read:
    """What all readers saw."""

    answers: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    hits: int = 0
    size: int = 0

    def note(self, line: _Line) -> None:
        """Count an answer that is whole."""
        self.took.append(time.perf_counter() - line.asked_at)
        self.answers[line.come[9:12].decode()] += 1
        self.hits += HIT in line.come[:2_000]
        self.size += len(line.come)


def read(port: int, paths: list[str], *, seconds: float, connections: int) -> dict[str, object]:
    """What readers saw who asked for the paths in turn for so long."""
    asked = itertools.cycle(
        [
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\nAccept-Language: en-GB\r\n\r\n"
            .encode() for path in paths
        ]
    )  # fmt: skip
    lines = [_Line(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(connections)]
    by_number = {line.socket.fileno(): line for line in lines}
    waiting, seen, began = select.epoll(), Read(), time.perf_counter()
    for number, line in by_number.items():
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(number, select.EPOLLIN)
        line.ask(next(asked))
    while (now := time.perf_counter()) - began < seconds:
        for number, _ in waiting.poll(1):
            line = by_number[number]
            if line.read():
                seen.note(line)
                line.ask(next(asked))
    for line in lines:
        line.socket.close()
    took = sorted(seen.took) or [0.0]
    return {
        "seconds": now - began,
        "answers": seen.answers,
        "hits": seen.hits,
        "bytes": seen.size,
        **{f"p{share}_ms": round(took[int(len(took) * share / 100)] * 1000, 2) for share in (50, 95, 99)},
    }


if __name__ == "__main__":
    given = [line.strip() for line in sys.stdin if line.strip()]
    told = read(int(sys.argv[1]), given, seconds=float(sys.argv[2]), connections=int(sys.argv[3]))
    sys.stdout.write(json.dumps(told) + "\n")
