"""How the installation is set up, beyond what starting already refuses."""

from __future__ import annotations

from collections.abc import Iterator

from config.settings import Settings
from owl.health.findings import Verdict, doubtful, worst
from owl.health.patient import Patient


def look_at_settings(patient: Patient) -> Verdict:
    """Whether something is set that serves residents badly."""
    told = "production" if patient.settings.in_production else "development"
    return worst(_amiss(patient.settings), otherwise=f"Complete, for {told}.")


def _amiss(settings: Settings) -> Iterator[Verdict]:
    if settings.in_production and not settings.metrics_token.get_secret_value():
        yield doubtful("Nobody can read /metrics, so nothing can raise an alarm.", "Set OWL_METRICS_TOKEN.")
    if settings.in_production and not settings.proxy_count:
        yield doubtful(
            "OWL_PROXY_COUNT is 0: behind a proxy all residents count as one address.",
            "Set it to the number of proxies in front.",
        )
