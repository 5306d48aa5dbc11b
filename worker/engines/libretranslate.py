"""LibreTranslate over HTTP, for newsrooms that run one: https://docs.libretranslate.com."""

from collections.abc import Sequence
from typing import Any

import httpx
import langcodes

from worker.engines.connection import Connection
from worker.engines.protocol import Action, EngineError, Limits
from worker.engines.segment import Segment, decode, kept_marks, to_html

_ACTIONS: dict[int, Action] = {403: "closed", 413: "split", 429: "retry"}
_WAIT_S = 60.0
_CODES = {"zh-Hans": "zh", "zh-CN": "zh", "zh-Hant": "zt", "zh-TW": "zt", "no": "nb", "pt-BR": "pb"}


class LibreTranslate:
    """One server. It names neither its models nor their versions; ``version`` is what the operator calls them."""

    name = "LibreTranslate"
    machine_translation = True
    limits = Limits(max_items=25, max_units=4_000)

    def __init__(self, endpoint: str, key: str | None = None, version: str = "", read_timeout_s: float = 60.0) -> None:
        self.version = version
        self._endpoint = endpoint.rstrip("/")
        self._key = key
        self._connection = Connection(read_timeout_s)

    def supports(self, source: str, target: str) -> bool:
        """Say whether both are languages of the world; which of them its models know, the server says itself."""
        return all(langcodes.get(tag).territory not in ("XA", "XB") for tag in (source, target))

    def translate(self, segments: Sequence[Segment], source: str, target: str, trace: str) -> list[Segment]:
        """Translate in one call."""
        texts = self._post([to_html(segment) for segment in segments], code(source), code(target))
        return [
            Segment(decode(text, kept_marks(segment)), segment.kind)
            for text, segment in zip(texts, segments, strict=True)
        ]

    def close(self) -> None:
        """Close the connections of this process."""
        self._connection.close()

    def _post(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        body: dict[str, Any] = {"q": list(texts), "source": source, "target": target, "format": "html"}
        if self._key:
            body["api_key"] = self._key
        try:
            response = self._connection.client.post(f"{self._endpoint}/translate", json=body)
        except httpx.HTTPError as error:
            raise EngineError("retry", type(error).__name__, str(error), _WAIT_S) from error
        if response.status_code != 200:
            raise _refused(response)
        return _read(response, len(texts))


def code(tag: str) -> str:
    """Return LibreTranslate's code of a language."""
    standard = langcodes.standardize_tag(tag)
    return _CODES.get(standard) or langcodes.get(standard).language or tag


def _refused(response: httpx.Response) -> EngineError:
    """Say what to do; 400 is a text or batch beyond the server's limits, or a language that it has not."""
    status = response.status_code
    action: Action = _ACTIONS.get(status, "retry" if status >= 500 else "next")
    if status == 400 and "limit" in response.text:
        action = "split"
    waited = response.headers.get("retry-after", "")
    wait_s = float(waited) if waited.isdecimal() else _WAIT_S
    return EngineError(action, str(status), response.text[:200], wait_s if action == "retry" else None)


def _read(response: httpx.Response, count: int) -> list[str]:
    try:
        texts = response.json()["translatedText"]
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError("next", "bad-answer", repr(error)) from error
    if not isinstance(texts, list) or len(texts) != count or not all(isinstance(text, str) for text in texts):
        raise EngineError("split" if count > 1 else "next", "answer-length", f"{count} texts sent")
    return texts
