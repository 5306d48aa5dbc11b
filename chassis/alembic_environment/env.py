"""Alembic's environment for every package: run the steps on the connection that `chassis.migrations` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
