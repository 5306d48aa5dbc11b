"""The `worker` command, and the worker's root: here settings become real things.

Each command imports what it needs itself: a health check runs every half minute and should cost nothing.
"""

import os
import sys

import click

from chassis import command_line
from chassis.settings import read
from worker import nodes
from worker.settings import Settings


def main() -> None:
    """Run the command line."""
    command_line.run(worker)


@click.group()
def worker() -> None:
    """Translate, render, drain the consent stream, keep the clock."""


@worker.command()
def run() -> None:
    """Work off every queue until SIGTERM."""
    from publisher import wording

    # what is wrong is told once, here, and not by each node's tasks
    wording.check(_settings().languages)
    sys.exit(nodes.run_all())


@worker.command(hidden=True)
@click.argument("name", type=click.Choice(sorted(nodes.NODES)))
def node(name: str) -> None:
    """Work off the queues of one node; `run` starts both."""
    from worker import node, tasks
    from worker.app import make_app
    from worker.workshop import Workshop

    workshop = Workshop(_settings(), name)
    app = make_app(workshop.settings)
    tasks.register(app, workshop)
    sys.exit(node.run(app, workshop))


@worker.command()
def beat() -> None:
    """Keep the clock: send what is due at intervals."""
    from worker import clock

    clock.run(_settings())


@worker.command()
def drain() -> None:
    """Move choices from the stream into the ledger, until SIGTERM."""
    from consent.settings import Settings as ConsentSettings
    from worker import drain

    drain.main(read(ConsentSettings, os.environ))


@worker.command()
def health() -> None:
    """Exit with 0 while each node makes progress or has nothing to do: a container's health check."""
    from chassis import redis_roles
    from worker import signs

    settings = _settings()
    broker = redis_roles.broker(settings)
    away = redis_roles.fault(broker)
    faults = [away] if away else [signs.fault(settings.worker_dir, *node, broker) for node in nodes.NODES.items()]
    for fault in filter(None, faults):
        click.echo(fault, err=True)
    sys.exit(1 if any(faults) else 0)


@worker.command()
def doctor() -> None:
    """Look at everything that the worker depends on and say what is wrong."""
    from worker.doctor import examine
    from worker.workshop import Workshop

    findings = list(examine(Workshop(_settings())))
    for finding in findings:
        click.echo(f"{'FAULT' if finding.fault else 'ok':6}{finding.subject}: {finding.text}")
    sys.exit(1 if any(finding.fault for finding in findings) else 0)


def _settings() -> Settings:
    return read(Settings, os.environ)


if __name__ == "__main__":
    main()
