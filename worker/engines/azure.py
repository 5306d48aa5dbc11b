"""Azure Translator ("Microsoft Translator" to readers), by its HTTP interface.

The official client is not used: it retries what it should not, checks no limits, and speaks the newer dialect only.
"""

import json
import re
import uuid
from collections.abc import Callable, Sequence

import httpx
import langcodes

from worker.engines.azure_errors import refused, unreachable
from worker.engines.azure_wire import VERSIONS, address, answer, request
from worker.engines.connection import Connection
from worker.engines.protocol import EngineError, Limits
from worker.engines.segment import Segment, decode, kept_marks, to_html

GLOBAL_ENDPOINT = "https://api.cognitive.microsofttranslator.com"
_REQUEST_UNITS = 50_000
_CODES = {"zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant", "no": "nb", "tl": "fil", "iw": "he", "sr": "sr-Cyrl"}
"""Where Azure's codes are not simply the language; ``pt`` is Brazil's there, and ``pt-pt`` Portugal's."""
_NUMBERED = re.compile(r'\s*<p id="([0-9]+)">(.*)</p>\s*', re.DOTALL)


class Azure:
    """One resource. ``usage`` is told the UTF-16 units charged by each call."""

    name = "Microsoft Translator"
    machine_translation = True

    def __init__(
        self,
        key: str,
        region: str | None = None,
        endpoint: str = GLOBAL_ENDPOINT,
        api_version: str = "3.0",
        usage: Callable[[int], None] = lambda units: None,
        read_timeout_s: float = 20.0,
        max_units: int = 5_000,
    ) -> None:
        if api_version not in VERSIONS:
            raise ValueError(f"expected one of {', '.join(VERSIONS)}, got {api_version!r}")
        self.version = api_version
        # small batches: what has come back is kept even if the next one fails, and readers see it progress
        self.limits = Limits(max_items=1000, max_units=min(max_units, _REQUEST_UNITS))
        self._headers = {"Ocp-Apim-Subscription-Key": key} | (
            {"Ocp-Apim-Subscription-Region": region} if region else {}
        )
        self._address = address(endpoint, api_version)
        self._usage = usage
        self._connection = Connection(read_timeout_s)

    def supports(self, source: str, target: str) -> bool:
        """Say whether both are languages of the world; which of them this resource has, it says itself (400035/6)."""
        return all(langcodes.get(tag).language and not tag.lower().endswith("-xa") for tag in (source, target))

    def translate(self, segments: Sequence[Segment], source: str, target: str, trace: str) -> list[Segment]:
        """Translate in one call; an answer of another length or order than asked is none."""
        texts = [to_html(segment) for segment in segments]
        if len(texts) > 1:  # the number comes back with the text: the order is checked, not trusted
            texts = [f'<p id="{number}">{text}</p>' for number, text in enumerate(texts)]
        if sum(len(text.encode("utf-16-le")) // 2 for text in texts) > _REQUEST_UNITS:
            raise EngineError("split" if len(texts) > 1 else "next", "400077", "too long for one request")
        answered = self._post(texts, code(source), code(target), trace)
        if len(texts) > 1:
            answered = _in_order(answered, len(texts))
        elif len(answered) != 1:
            raise EngineError("next", "answer-length", f"one text sent, {len(answered)} came back")
        return [
            Segment(decode(text, kept_marks(segment)), segment.kind)
            for text, segment in zip(answered, segments, strict=True)
        ]

    def close(self) -> None:
        """Close the connections of this process."""
        self._connection.close()

    def _post(self, texts: Sequence[str], source: str, target: str, trace: str) -> list[str]:
        asked = request(self.version, texts, source, target)
        headers = self._headers | {"X-ClientTraceId": trace or str(uuid.uuid4())}
        try:
            response = self._connection.client.post(self._address, params=asked.query, json=asked.body, headers=headers)
        except httpx.HTTPError as error:
            raise unreachable(error) from error
        if response.status_code != 200:
            raise refused(response)
        try:
            read = answer(self.version, json.loads(response.content.decode("utf-8-sig")), response.headers)
        except ValueError as error:
            raise EngineError("next", "bad-answer", str(error)) from error
        self._usage(read.charged_units)
        return read.texts


def code(tag: str) -> str:
    """Return Azure's code of a language: ``es-MX`` is ``es``, ``pt-PT`` is ``pt-pt``, ``zh`` is ``zh-Hans``."""
    if tag.lower() == "pt-pt":
        return "pt-pt"
    standard = langcodes.standardize_tag(tag)
    language = langcodes.get(standard)
    script = f"{language.language}-{language.script}" if language.script else language.language or tag
    return _CODES.get(standard) or _CODES.get(script, script)


def _in_order(answered: Sequence[str], count: int) -> list[str]:
    """Put numbered answers in the order asked; ask for a smaller batch if a number is missing or comes twice."""
    found = {int(match[1]): match[2] for text in answered if (match := _NUMBERED.fullmatch(text))}
    if len(answered) != count or sorted(found) != list(range(count)):
        raise EngineError(
            "split", "answer-order", f"{count} texts sent, {len(answered)} came back, {len(found)} in place"
        )
    return [found[number] for number in range(count)]
