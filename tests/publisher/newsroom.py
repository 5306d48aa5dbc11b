"""Articles and pictures for the tests, published the real way."""

import io
import time
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from PIL import Image as Pillow
from sqlalchemy import select

from chassis import sql
from publisher import indexing
from publisher.articles import Article, Revision, article_texts
from publisher.body.blocks import (
    Block,
    Code,
    Correction,
    Divider,
    Embed,
    Focus,
    Gallery,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Picture,
    Quote,
    Table,
)
from publisher.body.credits import Credit
from publisher.editing import refreshing
from publisher.editing.moving import ANY_VERSION, Published, move
from publisher.editing.publishing import Writing, publish
from publisher.editing.receiving import receive
from publisher.following import Hand
from publisher.house import House
from publisher.store import articles, media, transitions, translating
from publisher.store.tables import outbox, translation_job
from publisher.store.transitions import Transition


def picture(width: int = 60, height: int = 40, kind: str = "JPEG", **saving: Any) -> bytes:
    """A small picture of its own colour for each size."""
    out = io.BytesIO()
    Pillow.new("RGB", (width, height), (width % 256, height % 256, 120)).save(out, kind, **saving)
    return out.getvalue()


def sent_article(**changes: Any) -> dict[str, Any]:
    """An article's JSON as a client sends it."""
    article = {
        "slug": "harbour-bridge",
        "language": "en",
        "headline": "A bridge opens",
        "byline": "Ana Ruiz",
        "description": "After forty years.",
        "section": "City",
        "source": "Imprimatur Desk",
        "keywords": ["bridge"],
        "blocks": [
            {
                "id": "b1",
                "type": "paragraph",
                "html": 'The <em>last</em> bolt <a href="https://example.org/">went</a> in.',
            },
            {"id": "b2", "type": "heading", "level": 2, "html": "How to cross"},
            {"type": "list", "ordered": True, "items": ["On foot", "By <strong>bicycle</strong>"]},
            {"type": "quote", "html": "It stands.", "attribution": "Elena Marsh"},
        ],
    }
    return article | changes


def an_article(**changes: Any) -> Article:
    """An article in the domain's form, with every kind of block but a picture."""
    article = Article(
        slug="harbour-bridge",
        language="en",
        headline="A bridge opens",
        section="City",
        blocks=(
            Paragraph("b1", "The <em>last</em> bolt went in."),
            Heading("b2", 2, "How to cross"),
            List("b3", False, ("On foot", "By bicycle")),
            Quote("b4", "It stands.", "Elena Marsh"),
        ),
        byline="Ana Ruiz",
        description="After forty years.",
        source="Imprimatur Desk",
    )
    return replace(article, **changes)


class Newsroom:
    """Publishes in one house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def publish(
        self, article: Article | None = None, article_id: str = "bridge", kind: str = "update", **writing: Any
    ) -> Published:
        """Publish an article or its next revision, and announce it as the service does."""
        expected = ANY_VERSION if self.revision(article_id) else None
        how = Writing(kind, **{"expected": expected, "hand": Hand("tests")} | writing)
        done = publish(self.house.engine, article_id, article or an_article(), how, self.house.offer)
        self.house.announce(article_id)
        return done

    def move(self, action: str, article_id: str = "bridge", **more: Any) -> Published:
        """Move an article, and announce it as the service does."""
        done = move(
            self.house.engine, article_id, action, Hand("tests", more.pop("reason", None)), self.house.offer, **more
        )
        self.house.announce(article_id)
        return done

    def translate(self, language: str, article_id: str = "bridge", prefix: str = "¡", **values: str) -> None:
        """Put a finished translation in place: every text with the prefix before it."""
        revision = self.revision(article_id)
        assert revision
        texts = {name: prefix + text.value for name, text in article_texts(revision.article).items()} | values
        with sql.write(self.house.engine) as connection:
            translating.store(connection, article_id, language, revision.number, texts, "Apertium", "3.8", now_ms())
            indexing.index_variant(connection, revision, language)
        refreshing.refresh(self.house, article_id, language)

    def give_up(self, language: str, article_id: str = "bridge") -> None:
        """Say that there will be no translation."""
        with sql.write(self.house.engine) as connection:
            translating.give_up(connection, article_id, language, "no engine", now_ms())
        refreshing.refresh(self.house, article_id, language)

    def history(self, article_id: str = "bridge") -> list[Transition]:
        """What was done to an article, the first change first."""
        with sql.read(self.house.engine) as connection:
            return transitions.of_article(connection, article_id)[::-1]

    def picture(self, data: bytes | None = None) -> media.Media:
        """Take a picture in."""
        return receive(self.house.engine, self.house.media_dir, data or picture())

    def image(self, data: bytes | None = None, caption: str = "The bridge at dusk.") -> Image:
        """A picture's block."""
        credit = Credit(("Ana Ruiz",), "Northlight")
        return Image(
            id="p1",
            media=self.picture(data).sha256,
            caption=caption,
            alt="An arch over water",
            decorative=False,
            credit=credit,
        )

    def every_block(self) -> tuple[Block, ...]:
        """One of each kind of block."""
        shots = (self.image(picture(640, 420)), self.image(picture(420, 640), "The bridge by night."))
        rows = (("", "<em>On foot</em>", "By ferry"), ("Minutes", "12", "9"), ("Fare", "nothing", ""))
        return (
            *an_article().blocks,
            replace(self.image(picture(900, 600)), focus=Focus(0.3, 0.9)),
            Gallery("g1", tuple(Picture(**_without_id(each)) for each in shots)),
            Table("t1", rows, "both", "Ways across"),
            Embed(
                "e1",
                url="https://video.example/42",
                frame="https://player.video.example/42",
                title="The last bolt, filmed",
                provider="Harbourcast",
                category="media",
            ),
            Link("l1", "/dark-sky", "The village that switched off its lamps"),
            Divider("d1"),
            Code("c1", "if bridge:\n    cross(<now>)", "python"),
            Correction("k1", "The bridge is <strong>310</strong> metres long.", "correction", "2026-11-24T08:00:00Z"),
        )

    def revision(self, article_id: str = "bridge") -> Revision | None:
        """The article's current revision."""
        with sql.read(self.house.engine) as connection:
            return articles.load(connection, article_id)

    def jobs(self) -> list[Mapping[str, Any]]:
        """All translation jobs, the oldest revision first."""
        with sql.read(self.house.engine) as connection:
            rows = connection.execute(
                select(translation_job).order_by(translation_job.c.revision, translation_job.c.language)
            )
            return [row._mapping for row in rows]

    def messages(self) -> list[tuple[str, str]]:
        """Kind and arguments of all messages ever noted."""
        with sql.read(self.house.engine) as connection:
            return [(row.kind, row.args) for row in connection.execute(select(outbox).order_by(outbox.c.id))]


def _without_id(image: Image) -> dict[str, Any]:
    return {field.name: getattr(image, field.name) for field in fields(Picture)}


def now_ms() -> int:
    return time.time_ns() // 1_000_000
