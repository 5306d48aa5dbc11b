from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from chassis import migrations, sql
from publisher.store.tables import metadata


def test_the_steps_lead_to_the_tables_that_the_code_declares(sql_url: str) -> None:
    migrations.upgrade("publisher", sql_url)
    migrations.upgrade("publisher", sql_url)
    engine = sql.connect(sql_url)
    with sql.read(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
