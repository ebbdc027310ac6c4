"""A relay that does what it is told: on each connection another conduct, however odd."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

EHLO = b"250-relay.example.com\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 1000000\r\n"
PLAIN_EHLO = b"250 relay.example.com\r\n"
OK = {
    b"EHLO": EHLO,
    b"HELO": b"250 relay.example.com\r\n",
    b"MAIL": b"250 2.1.0 Ok\r\n",
    b"RCPT": b"250 2.1.5 Ok\r\n",
    b"DATA": b"354 Go on\r\n",
    b".": b"250 2.0.0 Taken\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}


@dataclass
class Conduct:
    """What a relay says on one connection. An answer may be a function of the line; None hangs up without one."""

    greeting: bytes = b"220 relay.example.com\r\n"
    answers: dict[bytes, bytes | Callable[[bytes], bytes | None] | None] = field(default_factory=dict)
    hangs_up_after: int | None = None  # bytes read, answered so far or not
    goodbye: bytes = b""  # said before hanging up

    def answer(self, verb: bytes, line: bytes) -> bytes | None:
        said = self.answers.get(verb, OK.get(verb, b"500 5.5.1 What?\r\n"))
        return said(line) if callable(said) else said


@dataclass
class Taken:
    """One mail whose final dot came, and whether that was answered."""

    sender: bytes
    recipient: bytes
    content: bytes
    connection: int


@dataclass
class ScriptedRelay:
    """Where it listens, what was said to it and what it took."""

    port: int
    conducts: list[Conduct]  # of the first connection, the second … and the last of all the others
    taken: list[Taken] = field(default_factory=list)
    heard: list[list[bytes]] = field(default_factory=list)  # lines but for contents, by connection
    writes: list[int] = field(default_factory=list)  # how often something came, by connection

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def serve(self, line: socket.socket, number: int) -> None:
        conduct = self.conducts[min(number, len(self.conducts) - 1)]
        with line, suppress(OSError):
            line.settimeout(10)
            line.sendall(conduct.greeting)
            _Talk(self, line, number, conduct).go_on()
            line.sendall(conduct.goodbye)


class _Talk:
    def __init__(self, relay: ScriptedRelay, line: socket.socket, number: int, conduct: Conduct) -> None:
        self.relay, self.line, self.number, self.conduct = relay, line, number, conduct
        self.sender = self.recipient = b""
        self.content: bytes | None = None
        self.read = 0

    def go_on(self) -> None:
        rest = b""
        while piece := self.line.recv(65_536):
            self.relay.writes[self.number] += 1
            limit = self.conduct.hangs_up_after
            if limit is not None:
                piece = piece[: limit - self.read]
            self.read += len(piece)
            *lines, rest = (rest + piece).split(b"\r\n")
            answers = []
            for words in lines:
                answer = self.hear(words)
                if answer is None:
                    self.line.sendall(b"".join(answers))
                    return
                answers.append(answer)
            self.line.sendall(b"".join(answers))
            if limit is not None and self.read >= limit:
                return

    def hear(self, words: bytes) -> bytes | None:
        if self.content is not None:
            return self.hear_content(words)
        self.relay.heard[self.number].append(words)
        verb = words[:4].upper()
        said = self.conduct.answer(verb, words)
        if verb == b"MAIL":
            self.sender = words
        elif verb == b"RCPT" and said is not None and said[:1] == b"2":
            self.recipient = words.partition(b"<")[2].rstrip(b">")
        elif verb == b"DATA" and said is not None and said[:3] == b"354":
            self.content = b""
        return said

    def hear_content(self, words: bytes) -> bytes | None:
        assert self.content is not None
        if words != b".":
            self.content += words.removeprefix(b".") + b"\r\n"
            return b""
        self.relay.taken.append(Taken(self.sender, self.recipient, self.content, self.number))
        said = self.conduct.answer(b".", self.recipient)
        self.content, self.recipient = None, b""
        return said


@contextmanager
def scripted(*conducts: Conduct) -> Iterator[ScriptedRelay]:
    """One that behaves so on its first connection, its second …; the last conduct is that of all others."""
    server = socket.create_server(("127.0.0.1", 0))
    relay = ScriptedRelay(server.getsockname()[1], list(conducts) or [Conduct()])
    talks: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = server.accept()
                relay.heard.append([])
                relay.writes.append(0)
                talk = threading.Thread(target=relay.serve, args=(line, len(relay.heard) - 1), daemon=True)
                talks.append(talk)
                talk.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield relay
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        accepting.join(5)
        for talk in talks:
            talk.join(5)
