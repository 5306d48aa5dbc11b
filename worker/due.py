"""The clock's work on articles: what is due is done, readers see it at once."""

from publisher.editing.clockwork import run_due
from worker.workshop import Workshop


def run(workshop: Workshop) -> None:
    """Do what is due.

    Raises:
        Unavailable: the database is away; the next round does it.
    """
    house = workshop.house
    for article in run_due(house.engine, house.offer):
        house.announce(article)
