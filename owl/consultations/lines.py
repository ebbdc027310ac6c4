"""Answers to choose from, and statements, typed one on a line; each keeps its id while it says the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from owl.consultations.questions import MOST_OPTIONS, Option
from owl.foundation.errors import BadInput

LONGEST_ID = 24


def options_from(typed: str, kept: Sequence[Option]) -> tuple[Option, ...]:
    """The options that the lines say: those of `kept` with the same words, or with the same place and new words.

    An id comes from the words that it had first, so that it reads well in the figures.
    """
    texts = [" ".join(line.split()) for line in typed.splitlines() if line.strip()]
    ids = {option.text: option.id for option in kept}
    taken = {ids[text] for text in texts if text in ids}
    found: list[Option] = []
    for place, text in enumerate(texts):
        mended = len(texts) == len(kept) and kept[place].id not in taken
        name = ids.pop(text, None) or (kept[place].id if mended else _new_id(text, {*taken, *ids.values()}))
        taken.add(name)
        found.append(Option(name, text))
    return tuple(found)


def texts_from(typed: str, options: Sequence[Option], *, field: str) -> dict[str, str]:
    """By option id, what the lines of a translation say; an empty line is one that is not translated yet.

    Raises BadInput for `field` where there are more lines than options.
    """
    lines = typed.strip("\n\r ").splitlines()
    if len(lines) > len(options):
        why = f"There are {len(lines)} lines, and {len(options)} in English. Write one for each, in the same order."
        raise BadInput({field: why})
    return {option.id: line.strip() for option, line in zip(options, lines, strict=False) if line.strip()}


def as_lines(options: Iterable[Option], texts: Mapping[str, str] | None = None) -> str:
    """One on a line; with `texts`, what they say for each id, and nothing where they say nothing."""
    return "\n".join(option.text if texts is None else texts.get(option.id, "") for option in options)


def _new_id(text: str, taken: Iterable[str]) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "_".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("_")
    name = words if words[:1].isalpha() else f"a_{words}".strip("_")
    used = set(taken)
    numbered = (f"{name}_{number}" for number in range(2, MOST_OPTIONS * 3))
    return name if name not in used else next(one for one in numbered if one not in used)
