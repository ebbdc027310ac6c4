"""Where else a team writes: its pages on services of others, as residents find them on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.accounts.page_models import Network, SocialAccount
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound

LONGEST = 200  # characters


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One page of a team elsewhere."""

    network: Network
    address: str  # https://…


def accounts_of(session: Session, team_id: int) -> list[AccountRow]:
    """The team's pages elsewhere, by the order of Network."""
    asked = sa.select(SocialAccount.network, SocialAccount.address).where(SocialAccount.team_id == team_id)
    return sorted(
        (AccountRow(*row) for row in session.execute(asked)), key=lambda row: list(Network).index(row.network)
    )


def save_accounts(neighbourhood_id: str, addresses: Mapping[str, str], *, actor_id: int, now: datetime) -> None:
    """Show these, by the name of a Network, and no others; one that is empty is taken off.

    Raises BadInput with a sentence for each address that is not the network's, NotFound or Refused.
    """
    read = {network: addresses.get(network.value, "").strip() for network in Network}
    faults = {
        network.value: f"Copy the address of your own page there: it begins with https://{network.hosts[0]}/."
        for network, address in read.items()
        if address and not is_page_of(network, address)
    }
    if faults:
        raise BadInput(faults)
    with transaction() as session:
        require(session, actor_id, Permission.KEEP_PAGE, [neighbourhood_id])
        team_id = session.scalar(sa.select(Team.id).where(Team.neighbourhood_id == neighbourhood_id).with_for_update())
        if team_id is None:
            raise NotFound("There is no team for this neighbourhood.")
        session.execute(sa.delete(SocialAccount).where(SocialAccount.team_id == team_id))
        session.add_all(SocialAccount(team_id=team_id, network=one, address=read[one]) for one in read if read[one])
        record_act(session, "save social accounts", actor_id=actor_id, subject="team", subject_id=team_id, now=now)


def is_page_of(network: Network, address: str) -> bool:
    """Whether the address is a page on the network itself, and nothing that only looks so."""
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and parts.username is None and parts.port in {None, 443}
    except ValueError:
        return False
    host = (parts.hostname or "").removeprefix("www.")
    plain = plain and address.isascii() and address.isprintable() and " " not in address and len(address) <= LONGEST
    return plain and host in network.hosts and len(parts.path.strip("/")) > 0
