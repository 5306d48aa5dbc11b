from pathlib import Path

from chassis.limits import partitions
from consent import drain_health, served, signs
from consent.ledger import stream
from consent.store import accounts
from publisher import messages, trends
from publisher.cache import pages
from worker import checkpoint, displays, flights, relay

PAGE = (Path(__file__).parents[2] / "docs" / "redis.md").read_text()


def test_every_key_of_ours_is_listed() -> None:
    x = "<x>"
    built = [
        stream.STREAM,
        stream.event_key(x),
        accounts.newest_key(x),
        accounts.devices_key(x),
        accounts.link_key(x),
        checkpoint.KNOWN,
        drain_health.KEY,
        signs.WITNESSES,
        served.COUNTS,
        displays.BATCH,
        relay.woken_key(x),
        pages.PREFIX,
        pages.PURGED,
        trends.PREFIX,
        trends._minute(x, 0),
        trends._hour(x, 0),
        trends._readers(x, 0, x),
        trends._since(x),
        trends._vote(x, x, x),
        trends._list(x),
        messages.variant_channel(x, x),
        flights._claim(x),
        flights._segment(x),
        partitions.salt_key(x),
        "limit:{sign-ins}:",
    ]
    for key in built:
        assert f"`{key.partition('<x>')[0]}" in PAGE, key
