"""The publisher service: ``granian --interface wsgi --factory publisher.app:create_app``."""

import os

from flask import Flask

from chassis import migrations, redis_roles, sql
from chassis.documentation import DocumentedApi
from chassis.limits.attempts import Attempts
from chassis.openid import settings as openid
from chassis.openid.provider import Provider
from chassis.service import LIMITER_TIMEOUT_S, make_service
from chassis.settings import read
from chassis.sign_in import place
from chassis.sign_in.sessions import Sessions
from chassis.tokens import Tokens
from publisher.api import articles, events, exchange, ingest, media, moves, oembed, pages, search, syndication, webhooks
from publisher.api.block_schemas import BLOCKS, component
from publisher.cache.layer import CacheLayer
from publisher.cache.near import Near
from publisher.desk import routes as desk
from publisher.house import open_house
from publisher.roles import ROLES, SCOPES
from publisher.settings import Settings
from publisher.store.secrets import obtain
from publisher.store.tables import api_token, signed_in_session
from publisher.tags import is_page

PROBLEMS = {oembed.FormNotOffered.kind: (501, "The form is not offered")}


def create_app(settings: Settings | None = None) -> Flask:
    """Build the service; ``settings`` None: from the environment."""
    settings = settings or read(Settings, os.environ)
    house = open_house(settings)
    app, api = make_service("publisher.app", settings, "Imprimatur publisher", PROBLEMS)
    app.extensions["house"] = house
    app.extensions["tokens"] = Tokens(house.engine, api_token)
    app.extensions["streams"] = events.Streams(settings.event_streams)
    app.extensions["checks"] |= {
        "store": lambda: sql.fault(house.engine),
        "migrations": lambda: migrations.fault("publisher", settings.database_url),
        "cache": lambda: redis_roles.fault(house.redis),
    }
    api.document(lambda: _describe_blocks(api))
    app.url_map.converters |= {"language": pages.LanguageConverter, "feed": syndication.FeedConverter}
    for module in (articles, moves, exchange, ingest, media, events, oembed, webhooks):
        api.register_blueprint(module.blueprint)
    place.init(
        app,
        _desk(app, settings, Sessions(house.engine, signed_in_session)),
        lambda: obtain(house.engine, "desk").encode(),
    )
    app.register_blueprint(desk.blueprint)
    # in this order: a word alone is an article's slug before it is a language without its slash
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(search.blueprint)
    app.register_blueprint(syndication.blueprint)
    near = Near(house.redis)
    house.cache.when_purged(near.drop)
    app.wsgi_app = CacheLayer(  # type: ignore[method-assign, assignment]
        app.wsgi_app,
        house.cache,
        near,
        lambda path: is_page(path, settings.languages),
        app.extensions["metrics"],
    )
    return app


def _describe_blocks(api: DocumentedApi) -> None:
    for kind, schema in BLOCKS.items():
        api.spec.components.schema(component(kind), schema=schema)


def _desk(app: Flask, settings: Settings, sessions: Sessions) -> place.SignIn:
    client = openid.client(settings, "PUBLISHER", ROLES, with_sites=False)
    return place.SignIn(
        name="desk",
        path="/desk",
        scope="desk",
        scopes=SCOPES,
        home="desk.articles",
        template="desk/sign_in.html",
        public_url=settings.public_url,
        tokens=app.extensions["tokens"],
        sessions=sessions,
        attempts=Attempts(redis_roles.cache(settings, LIMITER_TIMEOUT_S), "desk-sign-ins", settings.limit_sign_ins),
        reauthentication_s=settings.reauthentication_minutes * 60,
        rights_s=settings.oidc_rights_minutes * 60,
        openid=None if client is None else Provider(client),
        roles={name: role.scopes for name, role in ROLES.items()},
    )
