"""How this machine is: its disk, its time, and the address under which residents find it."""

from __future__ import annotations

import shutil
import socket
import ssl
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlsplit

import sqlalchemy as sa

from owl.foundation.clock import utc_now
from owl.health.findings import Verdict, doubtful, fine, wrong
from owl.health.patient import Patient

GIGABYTE = 10**9
LITTLE, NEARLY_NONE = 2 * GIGABYTE, GIGABYTE // 4
OFF_S, FAR_OFF_S = 2, 10  # leases last 30 s, codes for signing in as long
RENEW_DAYS = 14
ANSWER_S = 5


def look_at_disk(patient: Patient) -> Verdict:
    """Whether there is room where this machine keeps things."""
    folder = patient.settings.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    told = f"{free / GIGABYTE:.1f} GB free on this machine."
    if free < NEARLY_NONE:
        return wrong(told, "Make room: PostgreSQL stops when its disk is full.")
    return doubtful(told, "Make room soon.") if free < LITTLE else fine(told)


def look_at_time(patient: Patient) -> Verdict:
    """Whether this machine and its servers agree on the time."""
    before = utc_now()
    theirs = patient.session.scalar(sa.text("SELECT clock_timestamp()"))
    seconds, microseconds = cast("tuple[int, int]", patient.redis.time())
    off_s = {
        "PostgreSQL": abs((theirs - before).total_seconds()),
        "Redis": abs(seconds + microseconds / 1e6 - utc_now().timestamp()),
    }
    name, most = max(off_s.items(), key=lambda one: one[1])
    told = f"{name} and this machine are {most:.1f} s apart."
    advice = "Let every machine take its time from the same NTP servers: leases and codes go by it."
    if most > FAR_OFF_S:
        return wrong(told, advice)
    return doubtful(told, advice) if most > OFF_S else fine("This machine, PostgreSQL and Redis agree.")


def look_at_address(patient: Patient) -> Verdict:
    """Whether residents can open what they are sent, under a certificate that lasts."""
    url = urlsplit(patient.settings.public_url)
    if not url.hostname:
        return wrong("OWL_PUBLIC_URL has no host in it.", "Put it right: all links are made from it.")
    if url.scheme != "https":
        return fine(f"{patient.settings.public_url}, without TLS as in development.")
    return certificate(url.hostname, url.port or 443, ssl.create_default_context())


def certificate(host: str, port: int, context: ssl.SSLContext) -> Verdict:
    """How the certificate there is, as a browser sees it."""
    try:
        with (
            socket.create_connection((host, port), ANSWER_S) as line,
            context.wrap_socket(line, server_hostname=host) as tls,
        ):
            ends = ssl.cert_time_to_seconds(str((tls.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as fault:
        return wrong(f"Its certificate is refused: {fault.verify_message}.", "Renew it at the proxy in front of OWL.")
    except OSError:
        return doubtful(
            f"{host} does not answer from here.", "See from outside whether it does; from here the proxy may be hidden."
        )
    days = (datetime.fromtimestamp(ends, UTC) - utc_now()).days
    if days < RENEW_DAYS:
        return doubtful(f"Its certificate ends in {days} days.", "See why it is not being renewed.")
    return fine(f"Answers with TLS; the certificate lasts {days} days.")
