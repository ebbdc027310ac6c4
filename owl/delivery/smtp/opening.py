"""Opening a line: TCP, TLS, greeting, EHLO, sign-in. Never with less safety than was asked for."""

from __future__ import annotations

import asyncio
import socket
import ssl
from base64 import b64encode

from owl.delivery.smtp.commands import Abilities
from owl.delivery.smtp.limits import COMMAND_S, CONNECT_S, GREETING_S, HANDSHAKE_S
from owl.delivery.smtp.line import AWAY, Broken, Line
from owl.delivery.smtp.relay import Relay, verifying
from owl.delivery.smtp.replies import code_of

NO_TLS = "tls"  # codes of ours: no STARTTLS, or a certificate that nobody vouches for
NO_AUTH = "auth"  # no way of signing in that we know


class CannotOpen(Exception):
    """The relay can't be used now; the text is why, as a code."""


async def open_line(line: Line, relay: Relay) -> Abilities:
    """Bring the line to where MAIL can be said. Raises CannotOpen."""
    try:
        await _connect(line, relay)
        return await _introduce(line, relay)
    except Broken as broken:
        fault = str(broken)
    except ssl.SSLError:
        fault = NO_TLS
    except (OSError, UnicodeError):  # refused, reset, or a name that can't be resolved
        fault = AWAY
    except BaseException:
        line.end(AWAY)
        raise
    line.end(fault)
    raise CannotOpen(fault)


async def _connect(line: Line, relay: Relay) -> None:
    connecting = asyncio.get_running_loop().create_connection(
        lambda: line,
        relay.host,
        relay.port,
        ssl=verifying(relay.ca) if relay.tls else None,
        happy_eyeballs_delay=None if relay.is_address else 0.25,  # a name may have IPv6 and IPv4: RFC 8305
    )
    await line.within(CONNECT_S + (HANDSHAKE_S if relay.tls else 0), connecting)


async def _introduce(line: Line, relay: Relay) -> Abilities:
    _expect(b"2", await line.answer(GREETING_S))
    able = await _say_hello(line)
    if relay.starttls:
        if not able.starttls:
            raise Broken(NO_TLS)
        _expect(b"2", await line.ask(b"STARTTLS\r\n", COMMAND_S))
        await _encrypt(line, relay)
        able = await _say_hello(line)  # what it said before could have been said by anybody
    if relay.user is not None and relay.password is not None:
        await _sign_in(line, able, relay.user, relay.password)
    return able


async def _say_hello(line: Line) -> Abilities:
    name = _own_name(line)
    reply = await line.ask(b"EHLO %b\r\n" % name, COMMAND_S)
    if reply[:1] == b"5":  # older than 1995
        _expect(b"2", await line.ask(b"HELO %b\r\n" % name, COMMAND_S))
        return Abilities()
    _expect(b"2", reply)
    return Abilities.parse(reply)


def _own_name(line: Line) -> bytes:
    """This machine's full name, or where it has none its address: RFC 5321, 4.1.4. Asks no name server."""
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name.encode()
    address = line.own_address
    return (f"[IPv6:{address}]" if ":" in address else f"[{address}]").encode()


async def _encrypt(line: Line, relay: Relay) -> None:
    if (
        line.transport is None or line.has_unasked
    ):  # slipped in by somebody on the way, to be taken for the relay's own later (CVE-2011-0411)
        raise Broken(NO_TLS)
    encrypting = asyncio.get_running_loop().start_tls(
        line.transport, line, verifying(relay.ca), server_hostname=relay.host
    )
    secured = await line.within(HANDSHAKE_S, encrypting)
    if secured is None:
        raise Broken(AWAY)
    line.connection_made(secured)


async def _sign_in(line: Line, able: Abilities, user: str, password: str) -> None:
    """By AUTH PLAIN (RFC 4616) or else LOGIN."""
    if "PLAIN" in able.auth:
        token = b64encode(f"\0{user}\0{password}".encode())
        _expect(b"235", await line.ask(b"AUTH PLAIN %b\r\n" % token, COMMAND_S))
    elif "LOGIN" in able.auth:
        _expect(b"334", await line.ask(b"AUTH LOGIN\r\n", COMMAND_S))
        _expect(b"334", await line.ask(b64encode(user.encode()) + b"\r\n", COMMAND_S))
        _expect(b"235", await line.ask(b64encode(password.encode()) + b"\r\n", COMMAND_S))
    else:
        raise Broken(NO_AUTH)


def _expect(wanted: bytes, reply: bytes) -> None:
    if not reply.startswith(wanted):
        raise Broken(code_of(reply))
