"""JSON that other systems send: what is nested without end is no JSON, rather than a failure of ours."""

from __future__ import annotations

from typing import Any

from flask.json.provider import DefaultJSONProvider


class BoundedJson(DefaultJSONProvider):
    """Flask's own, but for what is nested too deeply to be read."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """What the text says. Raises ValueError for anything that is none, deep nesting too."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None
