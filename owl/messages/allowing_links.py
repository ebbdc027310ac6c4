"""Which sites messages may link to: asked at every check, changed by administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.messages.checks.hosts import ALWAYS, LONGEST_HOST, SHORTENERS, is_below, plain_host
from owl.messages.link_models import AllowedSite

LONGEST_REASON = 200  # characters
SHARED = frozenset(("co.uk", "org.uk", "me.uk", "ltd.uk", "sch.uk", "ac.uk", "net.uk"))  # endings that anybody may use


@dataclass(frozen=True, slots=True)
class Site:
    """A site on the list."""

    host: str
    reason: str
    added_at: datetime


def allowed_sites(session: Session) -> frozenset[str]:
    """Every site that a message may link to now: ours, those that always are, and the list."""
    ours = urlsplit(settings().public_url).hostname or ""
    return frozenset((ours, *ALWAYS, *session.scalars(sa.select(AllowedSite.host))))


def listed_sites(session: Session) -> list[Site]:
    """The list, in the order of the alphabet."""
    asked = sa.select(AllowedSite.host, AllowedSite.reason, AllowedSite.added_at).order_by(AllowedSite.host)
    return [Site(*row) for row in session.execute(asked)]


def allow_site(*, address: str, reason: str, actor_id: int, now: datetime) -> str:
    """The host that is allowed from now on, with all below it. Raises BadInput, Conflict or Refused."""
    reason = " ".join(reason.split())
    host, fault = _read(address)
    faults = {"address": fault} if fault else {}
    if not reason or len(reason) > LONGEST_REASON:
        faults["reason"] = f"Say whose site it is, in {LONGEST_REASON} characters or fewer."
    if faults:
        raise BadInput(faults)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        if is_below(host, allowed_sites(session)):
            raise Conflict(f"Messages may link to {host} already.")
        session.add(AllowedSite(host=host, reason=reason, added_at=now))
        record_act(session, "allow site", actor_id=actor_id, subject="site", subject_id=None, now=now, host=host)
    return host


def forbid_site(host: str, *, actor_id: int, now: datetime) -> None:
    """Messages may link there no more; those that went out stay as they are. Raises NotFound or Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        gone = session.execute(
            sa.delete(AllowedSite).where(AllowedSite.host == host).returning(AllowedSite.host)
        ).first()
        if gone is None:
            raise NotFound("This site is not on the list.")
        record_act(session, "forbid site", actor_id=actor_id, subject="site", subject_id=None, now=now, host=host)


def _read(address: str) -> tuple[str, str]:
    """(host, what is wrong with it) of an address or a host as it is typed or pasted."""
    typed = address.strip()[: LONGEST_HOST * 4]
    written = typed.partition("//")[2] if "//" in typed else typed
    host = plain_host(written.partition("/")[0].removesuffix(".")) or ""
    if not host:
        return "", "Enter the name of a site, like www.hertfordshire.gov.uk. Only plain letters, digits and hyphens."
    if is_below(host, SHORTENERS):
        return "", "A shortener hides where a link leads, so it can’t be on the list."
    if host in SHARED:
        return "", "Anybody can have a site with this ending. Enter the whole name of the one you mean."
    return host.removeprefix("www."), ""
