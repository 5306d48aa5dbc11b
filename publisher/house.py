"""The newsroom's working parts in one place: store, queue, page cache, trends, pictures, renderer.

Built by ``create_app``, the command line and the worker's root; nothing is connected before it is used.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from sqlalchemy import Engine

from chassis import redis_roles, sql
from chassis.errors import Unavailable
from chassis.queue import TaskQueue
from publisher import outbox, wording
from publisher.cache.pages import PageCache
from publisher.following import Offer
from publisher.page import pages
from publisher.page.rendering import Renderer
from publisher.page.syndication import Syndicator
from publisher.settings import Settings
from publisher.site.site_file import read_site
from publisher.site.sites import Site
from publisher.tags import LISTS, article_tag
from publisher.trends import Rules, Trends


@dataclass(frozen=True)
class House:
    """The parts; see ``open_house``."""

    settings: Settings
    engine: Engine
    queue: TaskQueue
    redis: Redis
    cache: PageCache
    trends: Trends
    renderer: Renderer
    syndicator: Syndicator

    @property
    def site(self) -> Site:
        """The newsroom as its pages present it."""
        return self.renderer.site

    @property
    def offer(self) -> Offer:
        """The languages that a new revision asks for."""
        return Offer(self.settings.languages, self.settings.translation_deadline_s)

    @property
    def media_dir(self) -> Path:
        """Where pictures lie."""
        return Path(self.settings.media_dir)

    def announce(self, article_id: str) -> None:
        """After a commit: take the article's old pages out of the cache and send what the outbox holds.

        Neither can fail the caller: the render message purges again, and the worker's clock relays what stayed.
        """
        self.cache.purge(article_tag(article_id), LISTS)
        self.relay()

    def relay(self) -> None:
        """Send the outbox's messages if the broker is there."""
        try:
            outbox.relay(self.engine, self.queue)
        except Unavailable:
            return


def open_house(settings: Settings) -> House:
    """Build the parts; raise SettingError for a language without words, a site file or a template that is wrong."""
    wording.check(settings.languages)
    site = _site(settings)
    pages.check(site)
    engine = sql.connect(settings.database_url)
    redis = redis_roles.cache(settings)
    trends = Trends(
        redis, Rules(settings.trends_min_readers, frozenset(settings.trends_blocked), settings.trends_sustain_s)
    )
    renderer = Renderer(engine, settings, site, trends)
    return House(
        settings=settings,
        engine=engine,
        queue=TaskQueue(settings.redis_broker_url),
        redis=redis,
        cache=PageCache(redis, _edition(settings, site)),
        trends=trends,
        renderer=renderer,
        syndicator=Syndicator(renderer, settings.languages),
    )


def _site(settings: Settings) -> Site:
    site = Site(
        settings.site_name,
        settings.public_url,
        settings.consent_public_url,
        settings.consent_site,
        templates=Path(settings.templates_dir) if settings.templates_dir else None,
    )
    return read_site(Path(settings.site_file), site, settings.languages) if settings.site_file else site


def _edition(settings: Settings, site: Site) -> str:
    """Name what all pages are made with: a new template, colour or setting never shows in half of them."""
    made_with = repr((site, settings.languages, pages.fingerprint(site)))
    return hashlib.sha256(made_with.encode()).hexdigest()[:12]
