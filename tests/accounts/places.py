"""Three neighbourhoods of two districts."""

from __future__ import annotations

NORTH_HERTS = "E07000099"
HITCHIN, LETCHWORTH, HATFIELD = "hitchin-urban", "letchworth-and-baldock", "welwyn-hatfield-south"
