"""What each of Azure Translator's errors asks of the caller.

Source: "Status response codes" of the Translator reference: six digits, of which the first three are the HTTP status.
"""

import json
import random
from datetime import UTC, datetime

import httpx

from worker.engines.protocol import EngineError

_TOO_MUCH = {"400050", "400072", "400077"}
_FREE_QUOTA = "403001"
_RATE_WAIT_S = 60.0
"""Limits slide over a minute, and most answers carry no Retry-After."""
_SERVER_WAIT_S = 10.0


def refused(response: httpx.Response) -> EngineError:
    """Turn an answer that is no 200 into the error that says what to do."""
    code, message = _read(response)
    detail = f"{message} (X-RequestId {response.headers.get('x-requestid', 'none')})"
    status = response.status_code
    if code in _TOO_MUCH:
        return EngineError("split", code, detail)
    if code == _FREE_QUOTA:
        return EngineError("closed", code, detail, _until_next_month(datetime.now(UTC)))
    if status in (401, 403):
        return EngineError("closed", code, detail)
    if status in (408, 429):
        return EngineError("retry", code, detail, _asked_wait(response) or jittered(_RATE_WAIT_S))
    if status >= 500:
        return EngineError("retry", code, detail, _asked_wait(response) or jittered(_SERVER_WAIT_S))
    return EngineError("next", code, detail)


def unreachable(error: httpx.HTTPError) -> EngineError:
    """Turn a timeout or a broken connection into the error that says what to do."""
    return EngineError("retry", type(error).__name__, str(error), jittered(_SERVER_WAIT_S))


def jittered(seconds: float) -> float:
    """Spread a wait by a fifth, so that workers do not come back all at once."""
    return seconds * random.uniform(0.8, 1.2)


def _read(response: httpx.Response) -> tuple[str, str]:
    """Read code and message; a gateway's page or an error without a code is known by its status."""
    try:
        error = json.loads(response.content.decode("utf-8-sig"))["error"]
        return str(error["code"]), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(response.status_code), response.reason_phrase


def _asked_wait(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None


def _until_next_month(now: datetime) -> float:
    first = now.replace(year=now.year + now.month // 12, month=now.month % 12 + 1, day=1, hour=0, minute=0, second=0)
    return (first - now).total_seconds()
