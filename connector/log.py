"""One line per happening, as JSON where a machine reads it, with ids and never addresses."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(*, readable: bool | None = None) -> None:
    """Send every log line to standard error; `readable` defaults to: is that a terminal?"""
    pretty = sys.stderr.isatty() if readable is None else readable
    logging.basicConfig(format="%(message)s", stream=sys.stderr, level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer()
            if pretty
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines bear `name`."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(part=name)
    return bound
