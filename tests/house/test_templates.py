"""Every template compiles, and none holds what the content security policy refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

FOLDER = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize(
    "name",  # a mail has no other place for its looks
    [name for name in TEMPLATES if name.endswith(".html") and not name.startswith("messages/")],
)
def test_no_page_holds_a_script_or_a_style(name: str) -> None:
    assert not INLINE.search((FOLDER / name).read_text())
