import json

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from chassis import migrations, sql
from publisher.store import articles
from publisher.store.tables import keyword, metadata, picture_use


def test_the_steps_lead_to_the_tables_that_the_code_declares(sql_url: str) -> None:
    migrations.upgrade("publisher", sql_url)
    migrations.upgrade("publisher", sql_url)
    engine = sql.connect(sql_url, reflects=True)
    # the full-text index has a shape of its own in each database
    declared = {"include_name": lambda name, *_: not str(name).startswith("search_index")}
    with sql.read(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=declared), metadata) == []
    engine.dispose()


def test_articles_of_the_first_shape_keep_what_they_were(sql_url: str) -> None:
    engine = sql.connect(sql_url)
    config = migrations._config("publisher")
    credit = {"creators": ["Ana Ruiz"], "agency": None}
    shot = {"type": "image", "id": "b1", "media": "0" * 64, "caption": "A lámp.", "alt": "", "decorative": True}
    shot |= {"credit": credit, "focus": None}
    body = {
        **dict.fromkeys(("slug", "headline", "section", "byline", "description", "source"), "x"),
        **{"language": "en", "blocks": [shot], "pubStatus": "usable", "keywords": ["Bridge", "bridge", "Ferry"]},
    }
    with sql.write(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for name, status, published in (("a", "usable", 5), ("b", "withheld", None), ("c", "withheld", 5)):
            row = {"id": name, "slug": f"slug-{name}", "status": status, "published": published}
            connection.execute(
                text("INSERT INTO article VALUES (:id, 3, :slug, 'en', 'city', :status, 1, 7, 7, :published)"), row
            )
            connection.execute(
                text("INSERT INTO revision VALUES (:id, 3, 'update', :body, 'hash', 7)"),
                {"id": name, "body": json.dumps(body)},
            )
    migrations.upgrade("publisher", sql_url)
    with sql.read(engine) as connection:
        found = {name: articles.load(connection, name) for name in "abc"}
        by_slug = articles.load_by_slug(connection, "slug-b")
        said = connection.execute(select(picture_use.c.said).where(picture_use.c.article == "a")).scalars().all()
        keywords = connection.execute(select(keyword.c.keyword).where(keyword.c.article == "a")).scalars().all()
    engine.dispose()
    assert {name: (each.state, each.version) for name, each in found.items() if each} == {
        "a": ("published", 3),
        "b": ("draft", 3),
        "c": ("unpublished", 3),
    }
    assert said == ["x a lamp ana ruiz"]
    assert by_slug == found["b"] and sorted(keywords) == ["bridge", "ferry"]
