"""Logs: one JSON object a line (in development a readable one), with nothing in it that tells who a resident is.

Whatever is logged, by us or by a library, passes `without_personal_data` on its way out. It is
the second line of defence: the first is not to log such things at all.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

HIDDEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"), "[email address]"),
    (re.compile(r"(?:\+|\b00)\d[\d ()-]{8,}\d|\b0\d[\d ()-]{8,}\d\b"), "[phone number]"),
    (re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b"), "[postcode]"),
    (re.compile(r"(?<=/)[\w-]{20,}(?=$|[/?#\s\"'\\])"), "[token]"),
    (re.compile(r"(?<=[?&])([\w.-]+)=[^&\s\"'\\]+"), r"\1=[hidden]"),
    (re.compile(r"DETAIL:.*"), "DETAIL: [hidden]"),  # PostgreSQL repeats the row
)


def set_up_logs(*, level: int = logging.INFO, readable: bool = False) -> None:
    """Send every log of this process to standard error, once, without personal data; `readable` by people."""
    structlog.configure(
        processors=[*_BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if not isinstance(kept, _ToStandardError)]
    root.addHandler(_ToStandardError(formatter(readable=readable)))
    root.setLevel(level)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # logs whole addresses
    for name in ("gunicorn.error", "rq.worker"):  # which write by themselves
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the mail sink, each line and who is on it
    logging.getLogger("twilio").setLevel(logging.WARNING)  # describes each request in eight lines


def formatter(*, readable: bool = False) -> logging.Formatter:
    """What makes a line of a record: JSON, or words for people."""
    as_json = structlog.processors.JSONRenderer(ensure_ascii=True)  # a line break in a value stays inside it
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_BEFORE,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_personal_data,
            structlog.dev.ConsoleRenderer(colors=False, sort_keys=False) if readable else as_json,
        ],
    )


def without_personal_data(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event with every address, number, postcode, token and query value hidden."""
    return {key: value if key in {"level", "timestamp"} else hide(value) for key, value in event.items()}


def hide(value: object) -> object:
    """The value as it may be logged: text with its personal parts hidden, numbers as they are."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    for pattern, shown in HIDDEN:
        text = pattern.sub(shown, text)
    return text


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is now, not to what it was when logging began."""

    def __init__(self, shape: logging.Formatter) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(shape)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


_BEFORE: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
