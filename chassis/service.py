"""Make a Flask service with what every service has: problems, request ids, logs, health, metrics, OpenAPI."""

from collections.abc import Callable, Mapping

from flask import Flask, Response, current_app, jsonify

from chassis import api_page, logs, problems, redis_roles, telemetry
from chassis.documentation import DocumentedApi
from chassis.limits import answers as limits
from chassis.limits.limiter import Limit, Limiter
from chassis.proxies import BehindProxies
from chassis.settings import ServiceSettings

MAX_BODY_BYTES = 256 * 1024
LIMITER_TIMEOUT_S = 0.5

Check = Callable[[], str | None]


def make_service(
    import_name: str, settings: ServiceSettings, title: str, extra_problems: Mapping[str, tuple[int, str]] | None = None
) -> tuple[Flask, DocumentedApi]:
    """Make the service and its API; blueprints are registered by the caller.

    Args:
        import_name: the package, for templates and static files.
        settings: the service's settings.
        title: its name in the API's documentation.
        extra_problems: kinds of problem of its own: name to status and title.

    Returns:
        The app, whose `extensions["checks"]` takes what `/readyz` asks (None for well, else the fault); its API.
    """
    service = import_name.partition(".")[0]
    logs.log_as_json(settings.log_level, service)
    app = Flask(import_name, static_folder=None)
    proxies = BehindProxies(app.wsgi_app, settings.trusted_proxies)
    app.wsgi_app = proxies  # type: ignore[method-assign]
    app.extensions["proxies"] = proxies
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        API_TITLE=title,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        PROPAGATE_EXCEPTIONS=False,
    )
    telemetry.observe(app, service)
    limits.init(app, Limiter(redis_roles.cache(settings, LIMITER_TIMEOUT_S, blocks=False)))
    app.extensions["token failures"] = Limit("token-failures", settings.limit_token_failures)
    api = DocumentedApi(app)
    problems.init(app, api, extra_problems)
    checks: dict[str, Check] = {}
    app.extensions["checks"] = checks
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/docs", "docs", docs)
    return app, api


def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


def readyz() -> tuple[Response, int]:
    """Say what the service depends on and what is wrong with it; 503 where anything is."""
    checks: dict[str, Check] = current_app.extensions["checks"]
    results = {name: check() for name, check in checks.items()}
    ready = all(fault is None for fault in results.values())
    body = jsonify(
        status="ok" if ready else "not ready", checks={name: fault or "ok" for name, fault in results.items()}
    )
    return body, 200 if ready else 503


def docs() -> str:
    """List the API's operations as a page, without a script from elsewhere."""
    return api_page.render(current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict())
