"""Start the server by hand: ``python -m tests.azure_server --port 5055 --delay 3``."""

import signal
import threading

import click

from tests.azure_server.app import State
from tests.azure_server.server import AzureServer


@click.command()
@click.option("--port", default=0, help="0 picks a free one.")
@click.option("--key", default="test-key", help="The subscription key to accept.")
@click.option("--region", default=None, help="The region to insist on, if any.")
@click.option("--delay", default=0.0, help="Seconds that every translation takes.")
@click.option("--minute-units", default=40_000_000 // 60, help="UTF-16 units in any sixty seconds, then 429001.")
@click.option("--month-units", default=None, type=int, help="UTF-16 units in all, then 403001.")
def main(port: int, key: str, region: str | None, delay: float, minute_units: int, month_units: int | None) -> None:
    """Speak Azure Translator's wire contract on 127.0.0.1 until interrupted."""
    state = State(key=key, region=region, delay_s=delay, minute_units=minute_units, month_units=month_units)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with AzureServer(port, state) as server:
        click.echo(f"AZURE_TRANSLATOR_ENDPOINT={server.url} AZURE_TRANSLATOR_KEY={key}")
        stop.wait()


main()
