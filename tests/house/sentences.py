"""Every sentence that residents read, from where it stands."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
Sentence = str | tuple[str, ...]


@cache
def sentences() -> dict[str, tuple[Sentence, ...]]:
    """File → the sentences in it, in order; one with a plural is both."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in settings]
    options = {each["pattern"]: {k: v for k, v in each.items() if k not in {"pattern", "method"}} for each in settings}
    found: dict[str, tuple[Sentence, ...]] = {}
    for place in ("owl", "templates"):
        prefixed = [(pattern.removeprefix(f"{place}/"), method) for pattern, method in methods]
        known = {pattern.removeprefix(f"{place}/"): values for pattern, values in options.items()}
        for name, _, words, _, _ in extract_from_dir(ROOT / place, prefixed, known, keywords=KEYWORDS):
            found[f"{place}/{name}"] = (*found.get(f"{place}/{name}", ()), words)
    return found
