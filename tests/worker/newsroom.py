"""A small newsroom for the worker's tests: a database at its newest shape, and articles published the real way."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from chassis import sql
from publisher.articles import Article
from publisher.body.blocks import Paragraph
from publisher.editing.moving import ANY_VERSION
from publisher.editing.publishing import Writing, publish
from publisher.following import Offer
from publisher.store.tables import translation_job, variant


def publish_article(
    engine: Engine,
    paragraphs: Sequence[str] = ("The bridge opened today.",),
    *,
    article_id: str = "bridge",
    languages: Sequence[str] = ("en", "es"),
    language: str = "en",
    deadline_s: int = 600,
) -> int:
    """Publish an article or its next revision and return its number."""
    article = Article(
        slug=article_id,
        language=language,
        headline="A bridge opens",
        section="City",
        blocks=tuple(Paragraph(f"b{number}", html) for number, html in enumerate(paragraphs)),
    )
    offer = Offer(languages, deadline_s)
    with sql.read(engine) as connection:
        known = connection.scalar(select(variant.c.article).where(variant.c.article == article_id).limit(1))
    writing = Writing(expected=ANY_VERSION if known else None)
    return publish(engine, article_id, article, writing, offer).revision.number


def job_id(engine: Engine, article: str = "bridge", language: str = "es", revision: int | None = None) -> str:
    """Id of the article's newest job for a language, or of one revision's."""
    columns = translation_job.c
    query = select(columns.id).where(columns.article == article, columns.language == language)
    if revision is not None:
        query = query.where(columns.revision == revision)
    with sql.read(engine) as connection:
        return str(connection.execute(query.order_by(columns.revision.desc()).limit(1)).scalar_one())


def job_row(engine: Engine, identifier: str) -> "dict[str, object]":
    with sql.read(engine) as connection:
        row = connection.execute(select(translation_job).where(translation_job.c.id == identifier)).one()
    return dict(row._mapping)
