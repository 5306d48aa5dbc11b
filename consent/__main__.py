"""The command line `consent`: setting a deployment up, publishing notices, tokens, checking and exporting records."""

import click

from chassis.command_line import run
from consent.commands import (
    anchors,
    backups,
    deployment,
    preview,
    records,
    rights,
    sites,
    statistics,
    tokens,
    witness,
)


@click.group()
def consent() -> None:
    """Ask readers for consent, and prove afterwards what each of them agreed to."""


for command in (
    deployment.migrate,
    deployment.keys,
    deployment.doctor,
    sites.site,
    sites.notice,
    preview.preview,
    tokens.token,
    records.verify,
    records.export,
    rights.erasures,
    rights.hold,
    statistics.show,
    statistics.recount,
    witness.witness,
    anchors.anchor,
    backups.backup,
    backups.restore,
    backups.log,
):
    consent.add_command(command)


def main() -> None:
    """Run the command line and exit."""
    run(consent)


if __name__ == "__main__":
    main()
