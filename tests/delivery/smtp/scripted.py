"""A relay that does what it is told, however odd: its side of a talk, and a server that holds such talks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

EHLO = b"250-relay.example.com\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 1000000\r\n"
STEP_BY_STEP = b"250 relay.example.com\r\n"
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

Answer = bytes | None  # None: hangs up without one


@dataclass
class Conduct:
    """What a relay says on one connection, by verb; to "." the function gets the recipient, else the whole line."""

    greeting: bytes = b"220 relay.example.com\r\n"
    answers: dict[bytes, Answer | Callable[[bytes], Answer]] = field(default_factory=dict)
    goodbye: bytes = b""  # said before hanging up
    says_at_most: int | None = None  # bytes, and then hangs up

    def answer(self, verb: bytes, line: bytes) -> Answer:
        said = self.answers.get(verb, OK.get(verb, b"500 5.5.1 What?\r\n"))
        return said(line) if callable(said) else said


@dataclass
class Taken:
    """One mail whose final dot came."""

    commands: list[bytes]
    recipient: bytes
    content: bytes
    connection: int


@dataclass
class Talk:
    """The relay's side of one connection, after the greeting: bytes in, bytes out."""

    conduct: Conduct
    taken: list[Taken]
    number: int = 0
    heard: list[bytes] = field(default_factory=list)  # lines, but for contents
    writes: int = 0  # how often something came
    hung_up: bool = False
    _rest: bytes = b""
    _commands: list[bytes] = field(default_factory=list)
    _recipient: bytes = b""
    _content: bytes | None = None

    def feed(self, piece: bytes) -> bytes:
        """What it answers."""
        self.writes += 1
        *lines, self._rest = (self._rest + piece).split(b"\r\n")
        answers = b""
        for words in lines:
            answer = self._hear(words) if self._content is None else self._hear_content(words)
            if answer is None:
                self.hung_up = True
                return answers
            answers += answer
        return answers

    def _hear(self, words: bytes) -> Answer:
        self.heard.append(words)
        verb = words[:4].upper()
        said = self.conduct.answer(verb, words)
        if verb == b"MAIL":
            self._commands = []
        self._commands.append(words)
        if verb == b"RCPT" and said is not None and said[:1] == b"2":
            self._recipient = words.partition(b"<")[2].rstrip(b">")
        if verb == b"DATA" and said is not None and said[:3] == b"354":
            self._content = b""
        return said

    def _hear_content(self, words: bytes) -> Answer:
        assert self._content is not None
        if words != b".":
            self._content += words.removeprefix(b".") + b"\r\n"
            return b""
        content, recipient, self._content, self._recipient = self._content, self._recipient, None, b""
        said = self.conduct.answer(b".", recipient)
        if recipient:
            self.taken.append(Taken(self._commands, recipient, content, self.number))
        return said if recipient or said is None else b"554 5.5.1 No valid recipients\r\n"


@dataclass
class ScriptedRelay:
    """Where it listens, what was said to it and what it took."""

    port: int
    conducts: list[Conduct]  # of the first connection, the second … and the last of all the others
    taken: list[Taken] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def talk(self) -> Talk:
        number = len(self.talks)
        self.talks.append(Talk(self.conducts[min(number, len(self.conducts) - 1)], self.taken, number))
        return self.talks[-1]


def _serve(line: socket.socket, talk: Talk) -> None:
    left = talk.conduct.says_at_most
    with line, suppress(OSError):
        line.settimeout(10)
        words = talk.conduct.greeting
        while True:
            line.sendall(words[:left])
            left = left and max(0, left - len(words))
            if talk.hung_up or left == 0 or not (piece := line.recv(65_536)):
                break
            words = talk.feed(piece)
        line.sendall(talk.conduct.goodbye)


@contextmanager
def scripted(*conducts: Conduct, port: int = 0) -> Iterator[ScriptedRelay]:
    """One that behaves so on its first connection, its second …; the last conduct is that of all others."""
    server = socket.create_server(("127.0.0.1", port))
    relay = ScriptedRelay(server.getsockname()[1], list(conducts) or [Conduct()])
    threads: list[threading.Thread] = []
    lines: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = server.accept()
                lines.append(line)
                threads.append(threading.Thread(target=_serve, args=(line, relay.talk()), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield relay
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        accepting.join(5)
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)
