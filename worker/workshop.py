"""What the tasks work with: the newsroom's house, the translation engines, the broker. Opened at first use.

A forked Celery child must never share its parent's sockets and pipes, hence nothing here opens before it is asked for.
"""

import time
from collections.abc import Iterator
from functools import cached_property

from redis import Redis

from chassis import redis_roles
from publisher.house import House, open_house
from worker import signs
from worker.engines.apertium import Apertium, installed
from worker.engines.azure import GLOBAL_ENDPOINT, Azure
from worker.engines.libretranslate import LibreTranslate
from worker.engines.protocol import Engine
from worker.engines.pseudo import PseudoLocale
from worker.settings import Settings
from worker.stopping import Stopping
from worker.translation.chain import Chain


class Workshop:
    """The real things, made from settings; `node` is whose tasks they serve."""

    def __init__(self, settings: Settings, node: str = "") -> None:
        self.settings = settings
        self.node = node
        self.stopping = Stopping()

    @cached_property
    def house(self) -> House:
        """The publisher's parts: store, queue, page cache, trends, pictures, renderer."""
        return open_house(self.settings)

    @cached_property
    def engines(self) -> tuple[Engine, ...]:
        """The engines that are set up and installed, in the order that the settings name them."""
        return tuple(_engines(self.settings))

    @cached_property
    def chain(self) -> Chain:
        """The engines in their order, each with its breaker."""
        return Chain(self.engines)

    @cached_property
    def broker(self) -> Redis:
        """The Redis that holds Celery's messages."""
        return redis_roles.broker(self.settings)

    def moved_on(self) -> None:
        """Leave the node's sign of life: a task ended, or a long one is a step further."""
        if self.node:
            signs.touch(self.settings.worker_dir, self.node)

    def close(self) -> None:
        """Close what was opened."""
        opened = vars(self)
        for engine in opened.get("engines", ()):
            if isinstance(engine, Apertium | Azure | LibreTranslate):
                engine.close()
        if "broker" in opened:
            self.broker.close()
        if "house" in opened:
            self.house.redis.close()
            self.house.engine.dispose()


def now_ms() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def _engines(settings: Settings) -> Iterator[Engine]:
    for name in settings.translation_engines:
        match name:
            case "azure" if settings.azure_key:
                endpoint = settings.azure_endpoint or GLOBAL_ENDPOINT
                yield Azure(settings.azure_key, settings.azure_region, endpoint, settings.azure_api_version)
            case "libretranslate" if settings.libretranslate_url:
                yield LibreTranslate(settings.libretranslate_url, settings.libretranslate_key)
            case "apertium":
                yield from installed()
            case "pseudo":
                yield PseudoLocale()
