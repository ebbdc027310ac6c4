"""Who may open what: a row for every route."""

from __future__ import annotations

from tests.house.routes import admin, machines, public, team

WHO: dict[str, str] = public.WHO | team.WHO | admin.WHO | machines.WHO
