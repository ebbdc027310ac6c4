"""Who may open the pages of other systems and providers: endpoint → letters."""

from __future__ import annotations

from tests.house.routes.letters import NOBODY, OPEN

WHO: dict[str, str] = {
    "api_areas.count": NOBODY,  # for systems with a key
    "api_areas.index": NOBODY,
    "api_description.show": OPEN,
    "api_messages.cancel": NOBODY,
    "api_messages.create": NOBODY,
    "api_messages.index": NOBODY,
    "api_messages.one": NOBODY,
    "api_messages.save": NOBODY,
    "api_messages.show_ledger": NOBODY,
    "api_messages.submit": NOBODY,
    "api_metrics.show": OPEN,  # from this machine, in development
    "api_probes.alive": OPEN,
    "api_probes.ready": OPEN,
    "api_replies.answer": NOBODY,
    "api_replies.index": NOBODY,
    "api_replies.one": NOBODY,
    "hooks_twilio.inbound": NOBODY,  # Twilio alone, by its signature
}
