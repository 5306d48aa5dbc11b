"""Signing in to the desk with an OpenID provider."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from chassis.openid.roles import parse
from publisher.app import create_app
from publisher.house import House
from publisher.settings import Settings
from tests.chassis.openid.forging_provider import ForgingProvider
from tests.publisher.desk.editor import OWN
from tests.servers.ports import free_port


@pytest.fixture
def provider() -> Iterator[ForgingProvider]:
    running = ForgingProvider(free_port())
    yield running
    running.stop()


def test_a_group_at_the_provider_is_a_role_at_the_desk(
    settings: Settings, house: House, provider: ForgingProvider
) -> None:
    configured = {"oidc_issuer": provider.issuer, "oidc_client_id": "consent", "oidc_label": "Example ID"}
    app = create_app(replace(settings, public_url=OWN, oidc_roles=parse("legal=proofreader"), **configured))
    client = app.test_client()
    assert "Sign in with Example ID" in client.get("/desk/sign-in", base_url=OWN).text
    asked = parse_qs(urlsplit(client.get("/desk/sign-in/openid", base_url=OWN).location).query)
    assert asked["redirect_uri"] == [f"{OWN}/desk/sign-in/openid/callback"]
    provider.nonce = asked["nonce"][0]
    back = client.get(f"/desk/sign-in/openid/callback?code=c0de&state={asked['state'][0]}", base_url=OWN)
    assert (back.status_code, back.headers["Refresh"]) == (200, "0; url=/desk")
    assert "Ada" in client.get("/desk", base_url=OWN).text
    app.extensions["house"].engine.dispose()
