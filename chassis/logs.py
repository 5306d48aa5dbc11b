"""JSON logs for every process, a web service or not."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import structlog

ACCESS = "access"

_encode = json.JSONEncoder(ensure_ascii=True).encode


class AccessFormatter(logging.Formatter):
    """The line of a request, with the members of every other line, in half the time that the processors take."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Write the line."""
        line = {name: getattr(record, name) for name in ("status", "ms", "request_id")}
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        line |= {"service": self._service, "level": "info", "logger": ACCESS, "timestamp": at}
        return _encode(line | {"message": record.getMessage()})


def log_as_json(level: str, service: str) -> None:
    """Send every log record of the process to stderr, one JSON object a line, escaped by the encoder."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    requests = logging.StreamHandler(sys.stderr)
    requests.setFormatter(AccessFormatter(service))
    access = logging.getLogger(ACCESS)
    access.handlers, access.propagate = [requests], False
    for chatty in ("httpx", "httpcore", "PIL", "alembic.runtime"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)
