"""An article's texts taken apart into segments, and put together again from their translations."""

from collections.abc import Callable, Iterator, Mapping

from publisher.body import inline
from publisher.body.block_texts import Text
from worker.engines.segment import Segment
from worker.translation.segments import Template, put_together, slots, take_apart


class Manuscript:
    """The texts of ``publisher.articles.article_texts``, by name."""

    def __init__(self, content: Mapping[str, Text], language: str) -> None:
        self._content = content
        self._templates = {name: _template(name, text, language) for name, text in content.items()}

    def segments(self) -> Iterator[Segment]:
        """Walk all segments in reading order; one that comes twice is met twice."""
        for template in self._templates.values():
            yield from (slot.segment for slot in slots(template))

    def filled(self, translation: Callable[[Segment], Segment]) -> dict[str, str]:
        """Return the texts with every segment replaced, in the form in which they came: inline HTML or plain text."""
        return {name: _filled(template, self._content[name], translation) for name, template in self._templates.items()}


def _template(name: str, text: Text, language: str) -> Template:
    # "b3/items.0" is one of items, "b4/pictures.2.caption" a caption
    kind = [part for part in name.rpartition("/")[2].split(".") if not part.isdecimal()][-1]
    return take_apart(inline.parse(text.value) if text.markup else (text.value,), language, kind)


def _filled(template: Template, text: Text, translation: Callable[[Segment], Segment]) -> str:
    nodes = put_together(template, (translation(slot.segment) for slot in slots(template)))
    return inline.serialise(nodes) if text.markup else inline.plain_text(nodes)
