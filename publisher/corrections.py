"""What readers are told when an article was wrong: a notice in its body, dated when it is published."""

from dataclasses import replace
from datetime import UTC, datetime

from publisher.articles import Article
from publisher.body.blocks import Correction
from publisher.faults import Fault, refusal

NOTICED_KINDS = ("correction", "retraction")
"""Kinds of revision that owe their readers a notice."""


def dated(article: Article, before: Article | None, now_ms: int) -> Article:
    """Give each notice without a date its own: the one it had at the revision before, else now."""
    known = {(each.id, each.html): each.date for each in (before.corrections if before else ())}
    now = f"{datetime.fromtimestamp(now_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
    blocks = (
        replace(block, date=block.date or known.get((block.id, block.html), now))
        if isinstance(block, Correction)
        else block
        for block in article.blocks
    )
    return replace(article, blocks=tuple(blocks))


def check_told(article: Article, before: Article | None, kind: str) -> None:
    """Refuse (Invalid) a correction or retraction whose readers would not be told of it."""
    if kind not in NOTICED_KINDS:
        return
    known = {each.html for each in (before.corrections if before else ())}
    wanted = ("retraction",) if kind == "retraction" else ("correction", "clarification")
    if not any(each.kind in wanted and each.html not in known for each in article.corrections):
        raise refusal([Fault("blocks", f"a new correction block of kind {' or '.join(wanted)}", "none")])
