"""The two wire dialects: v3.0, an array and a query string; 2026-06-06, an object that says it all."""

from dataclasses import dataclass
from typing import Any

from flask import Request

from tests.azure_server.answers import Refused

LANGUAGES = {
    "ca": ("Catalan", "Català", "ltr"),
    "de": ("German", "Deutsch", "ltr"),
    "en": ("English", "English", "ltr"),
    "es": ("Spanish", "Español", "ltr"),
    "fr": ("French", "Français", "ltr"),
    "gl": ("Galician", "Galego", "ltr"),
    "he": ("Hebrew", "עברית", "rtl"),
    "ar": ("Arabic", "العربية", "rtl"),
    "nb": ("Norwegian", "Norsk", "ltr"),
    "pt": ("Portuguese (Brazil)", "Português (Brasil)", "ltr"),
    "pt-pt": ("Portuguese (Portugal)", "Português (Portugal)", "ltr"),
    "zh-Hans": ("Chinese Simplified", "中文 (简体)", "ltr"),
}


@dataclass(frozen=True)
class Input:
    """One text to translate."""

    text: str
    source: str | None
    targets: tuple[str, ...]
    html: bool

    @property
    def units(self) -> int:
        """UTF-16 code units: surrogate pairs count twice."""
        return len(self.text.encode("utf-16-le", "surrogatepass")) // 2


def read_v3(request: Request, body: Any) -> list[Input]:
    if not isinstance(body, list):
        raise Refused(400000)
    targets = tuple(request.args.getlist("to"))
    html = _is_html(request.args.get("textType", "plain"))
    source = request.args.get("from")
    return [Input(_text(item, "Text", "text"), source, targets, html) for item in body]


def write_v3(inputs: list[Input], texts: list[list[str]]) -> Any:
    return [
        _detected(given)
        | {"translations": [{"text": text, "to": to} for to, text in zip(given.targets, made, strict=True)]}
        for given, made in zip(inputs, texts, strict=True)
    ]


def read_2026(request: Request, body: Any) -> list[Input]:
    if not isinstance(body, dict) or not isinstance(body.get("inputs"), list) or set(body) != {"inputs"}:
        raise Refused(400000)
    inputs = []
    for item in body["inputs"]:
        if not isinstance(item, dict) or not isinstance(item.get("targets"), list):
            raise Refused(400036)
        if set(item) - {"text", "language", "script", "textType", "targets"}:
            raise Refused(400000)
        targets = tuple(target.get("language", "") for target in item["targets"])
        html = _is_html(item.get("textType", "Plain"))
        inputs.append(Input(_text(item, "text"), item.get("language"), targets, html))
    return inputs


def write_2026(inputs: list[Input], texts: list[list[str]]) -> Any:
    return {
        "value": [
            _detected(given)
            | {
                "translations": [
                    {"language": to, "text": text, "sourceCharacters": given.units}
                    for to, text in zip(given.targets, made, strict=True)
                ]
            }
            for given, made in zip(inputs, texts, strict=True)
        ]
    }


DIALECTS = {
    "3.0": (read_v3, write_v3, "X-Metered-Usage"),
    "2026-06-06": (read_2026, write_2026, "sourcecharacterscharged"),
}


def languages() -> dict[str, Any]:
    return {
        "translation": {
            code: {"name": name, "nativeName": native, "dir": direction}
            for code, (name, native, direction) in LANGUAGES.items()
        }
    }


def check(inputs: list[Input]) -> None:
    """Refuse what the service limits refuse, each with its own code."""
    if len(inputs) > 1000:
        raise Refused(400072)
    if any(given.units > 50_000 for given in inputs):
        raise Refused(400050)
    if sum(given.units * len(given.targets) for given in inputs) > 50_000:
        raise Refused(400077)
    known = {code.lower() for code in LANGUAGES}
    for given in inputs:
        if not given.targets or any(target.lower() not in known for target in given.targets):
            raise Refused(400036)
        if given.source is not None and given.source.lower() not in known:
            raise Refused(400035)


def _text(item: Any, *names: str) -> str:
    text = next((item[name] for name in names if name in item), None) if isinstance(item, dict) else None
    if not isinstance(text, str):
        raise Refused(400005)
    return text


def _is_html(text_type: str) -> bool:
    if text_type.lower() not in ("plain", "html"):
        raise Refused(400071)
    return text_type.lower() == "html"


def _detected(given: Input) -> dict[str, Any]:
    return {} if given.source else {"detectedLanguage": {"language": "en", "score": 1.0}}
