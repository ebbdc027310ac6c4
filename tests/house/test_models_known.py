"""Migrations are compared with the models that migrations/env.py imports: it must import every one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TABLE = re.compile(r"^    __tablename__ = ", re.MULTILINE)


def test_migrations_know_every_module_with_a_table():
    named = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "owl").rglob("*.py")
        if TABLE.search(path.read_text())
    }
    imported = set(re.findall(r"^import (owl[\w.]*)", (ROOT / "migrations/env.py").read_text(), re.MULTILINE))
    assert len(named) > 20
    assert named <= imported, f"import in migrations/env.py: {', '.join(sorted(named - imported))}"
