"""Every verb there is, found by reading the sources: a public function that opens a transaction."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUTSIDE = ("owl/web/", "owl/embedded/", "owl/cli/")  # screens call verbs; the other two are at the machine itself


def verbs() -> Iterator[tuple[str, frozenset[str]]]:
    """Each verb's place ("messages.composing.save_draft") and the names of what it takes."""
    for path in sorted((ROOT / "owl").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if name.startswith(OUTSIDE):
            continue
        functions = {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        for function in functions.values():
            if not function.name.startswith("_") and _opens(function, functions, frozenset()):
                place = name.removeprefix("owl/").removesuffix(".py").replace("/", ".")
                arguments = (*function.args.args, *function.args.kwonlyargs)
                yield f"{place}.{function.name}", frozenset(argument.arg for argument in arguments)


def _opens(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], seen: frozenset[str]) -> bool:
    """Whether it opens a transaction, itself or through a private function beside it."""
    called = {
        node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    helpers = {name for name in called & functions.keys() if name.startswith("_")} - seen
    return "transaction" in called or any(_opens(functions[name], functions, seen | helpers) for name in helpers)
