"""The environment of an installation that serves real residents."""

from __future__ import annotations

from config.settings import Settings
from owl.embedded.environment import environment_of


def production_environment(settings: Settings) -> dict[str, str]:
    """The settings of the tests, as production would have them."""
    return environment_of(settings) | {
        "OWL_ENVIRONMENT": "production",
        "OWL_PUBLIC_URL": "https://owl.example.com",
        "OWL_ALLOW_DRAMA_NUMBERS": "false",
        "OWL_RATE_LIMITS": "true",
        "OWL_KEEP_PAGES": "true",
        "TWILIO_API_URL": "https://api.twilio.com",
    }
