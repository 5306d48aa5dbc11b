from dataclasses import dataclass

import pytest

from chassis.openid import settings
from chassis.openid.roles import Rule
from chassis.settings import ServiceSettings, SettingError, read


@dataclass(frozen=True)
class Settings(ServiceSettings):
    oidc_issuer: str = settings.issuer("DESK")
    oidc_client_id: str = settings.client_id("DESK")
    oidc_client_secret: str = settings.client_secret("DESK")
    oidc_scopes: tuple[str, ...] = settings.scopes("DESK")
    oidc_label: str = settings.label("DESK")
    oidc_claim: str = settings.claim("DESK")
    oidc_roles: tuple[Rule, ...] = settings.rules("DESK", with_sites=False)


WHOLE = {
    "DESK_OIDC_ISSUER": "https://id.example/realm/",
    "DESK_OIDC_CLIENT_ID": "desk",
    "DESK_OIDC_ROLES": "news=editor",
    "DESK_OIDC_SCOPES": "profile groups",
}


def test_a_provider_is_set_up_with_its_issuer_to_the_letter() -> None:
    client = settings.client(read(Settings, WHOLE), "DESK", ["editor"], with_sites=False)
    assert client is not None
    assert client.issuer == "https://id.example/realm/" and client.scopes == ("openid", "profile", "groups")


def test_without_an_issuer_there_is_none() -> None:
    assert settings.client(read(Settings, {}), "DESK", ["editor"], with_sites=False) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"DESK_OIDC_ISSUER": "http://id.example"}, "DESK_OIDC_ISSUER: expected an https address"),
        ({"DESK_OIDC_ISSUER": "https://[id"}, "DESK_OIDC_ISSUER: expected an https address"),
        ({"DESK_OIDC_CLIENT_ID": ""}, "DESK_OIDC_CLIENT_ID: missing"),
        ({"DESK_OIDC_ROLES": ""}, "DESK_OIDC_ROLES: missing"),
        ({"DESK_OIDC_ROLES": "news"}, "DESK_OIDC_ROLES: expected value=role"),
        ({"DESK_OIDC_ROLES": "news=editor@paper"}, "DESK_OIDC_ROLES: expected a role without a site"),
        ({"DESK_OIDC_ROLES": "news=king"}, "DESK_OIDC_ROLES: expected one of editor, got 'king'"),
    ],
)
def test_what_cannot_work_stops_the_start_and_names_the_variable(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named.replace("'", ".")):
        settings.client(read(Settings, WHOLE | change), "DESK", ["editor"], with_sites=False)
