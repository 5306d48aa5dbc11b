"""Azure Translator's two wire dialects: v3.0, which containers speak too, and 2026-06-06.

Sources: learn.microsoft.com/azure/ai-services/translator, "Translate" of both versions.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

VERSIONS = ("3.0", "2026-06-06")


class Request(NamedTuple):
    """Query and JSON body of a translate call."""

    query: dict[str, str]
    body: Any


class Answer(NamedTuple):
    """Texts in the order they came, and the UTF-16 units charged; 0 when the answer does not say."""

    texts: list[str]
    charged_units: int


def request(version: str, texts: Sequence[str], source: str, target: str) -> Request:
    """Write a translate call for HTML texts."""
    if version == "3.0":
        query = {"api-version": version, "from": source, "to": target, "textType": "html"}
        return Request(query, [{"Text": text} for text in texts])
    inputs = [
        {"text": text, "language": source, "textType": "Html", "targets": [{"language": target}]} for text in texts
    ]
    return Request({"api-version": version}, {"inputs": inputs})


def answer(version: str, payload: Any, headers: Mapping[str, str]) -> Answer:
    """Read the answer to a translate call; raise ValueError if it is none."""
    try:
        items = payload if version == "3.0" else payload["value"]
        translations = [item["translations"][0] for item in items]
        texts = [translation["text"] for translation in translations]
        counted = sum(translation.get("sourceCharacters", 0) for translation in translations)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"no translations in the answer: {error!r}") from error
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a translation is no text")
    return Answer(texts, counted or _metered(headers))


def address(endpoint: str, version: str) -> str:
    """Return where to send translate calls; an endpoint that ends in ``/translate`` is taken as it stands.

    The resource's own host has the service under a path, the global and regional hosts at the root.
    """
    endpoint = endpoint.rstrip("/")
    if endpoint.endswith("/translate"):
        return endpoint
    if (urlsplit(endpoint).hostname or "").endswith(".cognitiveservices.azure.com"):
        return f"{endpoint}/translator/text/{'v3.0/' if version == '3.0' else ''}translate"
    return f"{endpoint}/translate"


def _metered(headers: Mapping[str, str]) -> int:
    """Read the units from whichever header this version sends."""
    value = headers.get("x-metered-usage") or headers.get("sourcecharacterscharged") or ""
    return int(value) if value.isdecimal() else 0
