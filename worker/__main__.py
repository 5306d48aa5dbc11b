"""The `worker` command, and the worker's root: here settings become real things."""

import os
import signal
import sys
import threading

import click

from chassis import command_line, redis_roles, sql
from chassis.logs import log_as_json
from chassis.settings import read
from consent.keys import Keys
from consent.settings import Settings as ConsentSettings
from consent.store.ledger import Ledger
from worker import nodes, signs, tasks
from worker.app import make_app
from worker.doctor import examine
from worker.drain import Drain
from worker.settings import Settings
from worker.workshop import Workshop


def main() -> None:
    """Run the command line."""
    command_line.run(worker)


@click.group()
def worker() -> None:
    """Translate, render, drain the consent stream, keep the clock."""


@worker.command()
def run() -> None:
    """Work off every queue until SIGTERM."""
    _settings()
    sys.exit(nodes.run_all())


@worker.command(hidden=True)
@click.argument("name", type=click.Choice(sorted(nodes.NODES)))
def node(name: str) -> None:
    """Work off the queues of one node; `run` starts both."""
    workshop = Workshop(_settings())
    app = make_app(workshop.settings)
    tasks.register(app, workshop)
    sys.exit(nodes.run_one(app, name, workshop))


@worker.command()
def beat() -> None:
    """Keep the clock: send what is due at intervals."""
    settings = _settings()
    nodes.observe("beat", settings)
    settings.worker_dir.mkdir(parents=True, exist_ok=True)
    schedule = settings.worker_dir / "schedule"
    make_app(settings).Beat(schedule=str(schedule), loglevel=settings.log_level.upper(), quiet=True).run()


@worker.command()
def drain() -> None:
    """Move choices from the stream into the ledger, until SIGTERM."""
    settings = read(ConsentSettings, os.environ)
    log_as_json(settings.log_level, "drain")
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    ledger = Ledger(sql.connect(settings.database_url), settings.log_origin)
    Drain(redis_roles.durable(settings), ledger, Keys(settings.keys_dir)).run(stop)


@worker.command()
def health() -> None:
    """Exit with 0 while each node makes progress or has nothing to do: a container's health check."""
    settings = _settings()
    broker = redis_roles.broker(settings)
    faults = [signs.fault(settings.worker_dir, name, queues, broker) for name, queues in nodes.NODES.items()]
    for fault in filter(None, faults):
        click.echo(fault, err=True)
    sys.exit(1 if any(faults) else 0)


@worker.command()
def doctor() -> None:
    """Look at everything that the worker depends on and say what is wrong."""
    findings = list(examine(Workshop(_settings())))
    for finding in findings:
        click.echo(f"{'FAULT' if finding.fault else 'ok':6}{finding.subject}: {finding.text}")
    sys.exit(1 if any(finding.fault for finding in findings) else 0)


def _settings() -> Settings:
    return read(Settings, os.environ)


if __name__ == "__main__":
    main()
