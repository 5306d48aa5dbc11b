"""Numbers as the target language writes them: 12,500 is twelve and a half to a Spanish reader."""

import re
from dataclasses import replace
from decimal import Decimal

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from worker.engines.segment import Segment

_NUMBER = re.compile(r"(?<![\w.,:])\d+(?:[.,]\d+)+(?![\w]|[.,]\d|:\d)")


def localised(translation: Segment, source_segment: Segment, source: str, target: str) -> Segment:
    """Rewrite numbers with separators, where a translation has them just as the source did."""
    forms = {number: _rewritten(number, source, target) for number in _NUMBER.findall(source_segment.text)}

    def rewrite(match: re.Match[str]) -> str:
        return forms.get(match[0]) or _rewritten(match[0], source, target)

    return translation.with_pieces(
        piece if piece.kept else replace(piece, text=_NUMBER.sub(rewrite, piece.text)) for piece in translation.pieces
    )


def _rewritten(number: str, source: str, target: str) -> str:
    """Write a number in the target's way; one that does not parse strictly (10.30, 1.2.3) stays as it is."""
    try:
        value: Decimal = parse_decimal(number, locale=source, strict=True)
    except NumberFormatError:
        return number
    places = -int(value.as_tuple().exponent)
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(value, format=pattern, locale=target)
