"""A translation that can be read back: each word backwards, then a dot and the target language.

In HTML, tags and attributes stay, so does what is marked as not to be translated, and ``mstrans:dictionary`` is obeyed.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser

_WORD = re.compile(r"[^\W\d_]+")
_DICTIONARY = re.compile(r'<mstrans:dictionary translation="([^"]*)">.*?</mstrans:dictionary>', re.DOTALL)


def translated(text: str, target: str, html: bool) -> str:
    if not html:
        return _words(_DICTIONARY.sub(lambda match: match[1], text), target)
    reader = _Reader(target)
    reader.feed(text)
    reader.close()
    return "".join(reader.out)


def original(translation: str, target: str) -> str:
    """Read a translation without markup back to its source."""
    return re.sub(rf"([^\W\d_]+)·{re.escape(target)}", lambda match: match[1][::-1], translation)


def _words(text: str, target: str) -> str:
    return _WORD.sub(lambda match: f"{match[0][::-1]}·{target}", text)


class _Reader(HTMLParser):
    def __init__(self, target: str) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._target = target
        self._open: list[bool] = []
        self._replaced = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._replaced = tag == "mstrans:dictionary"
        kept = "notranslate" in (given.get("class") or "") or given.get("translate") == "no"
        self._open.append(kept or self._kept())
        self.out.append((given.get("translation") or "") if self._replaced else self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()
        if tag == "mstrans:dictionary":
            self._replaced = False
        else:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._replaced:
            self.out.append(data if self._kept() else _words(data, self._target))

    def handle_entityref(self, name: str) -> None:
        self.out.append(escape(unescape(f"&{name};"), quote=False))

    def handle_charref(self, name: str) -> None:
        self.out.append(escape(unescape(f"&#{name};"), quote=False))

    def _kept(self) -> bool:
        return bool(self._open and self._open[-1])
