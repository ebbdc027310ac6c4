"""Providers that keep what they are handed, as for deliveries."""

from __future__ import annotations

from tests.delivery.conftest import mail, sms

__all__ = ["mail", "sms"]
