"""The ``publisher`` command line."""

import click

from chassis import command_line
from publisher.commands import articles, deployment, documents, exporting, ingest, tokens, trends, webhooks


def main() -> None:
    """Run the command line."""
    command_line.run(commands)


@click.group()
def commands() -> None:
    """Publish articles and look after the publisher's store."""


for command in (
    deployment.migrate,
    articles.import_files,
    articles.list_articles,
    articles.show,
    articles.submit,
    articles.publish,
    articles.schedule,
    articles.unpublish,
    articles.kill,
    exporting.export,
    ingest.watch,
    ingest.feeds_group,
    articles.translate,
    articles.reindex,
    deployment.purge,
    webhooks.webhook,
    documents.documents,
    trends.trends,
    tokens.token,
    deployment.doctor,
):
    commands.add_command(command)


if __name__ == "__main__":
    main()
