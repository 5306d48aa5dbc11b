"""What a provider, or whoever stands between, may answer without anybody being signed in by it."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chassis.openid import code_flow, roles
from chassis.openid.client import Away, Client, Refused
from chassis.openid.code_flow import Begun, EndUser
from chassis.openid.provider import RETRY_S, Provider
from tests.chassis.openid.forging_provider import ForgingProvider, half_hash, rsa_key
from tests.servers.ports import free_port

BACK = "https://consent.example/console/sign-in/openid/callback"
Change = Callable[[ForgingProvider], object]


@pytest.fixture(scope="module")
def forger() -> Iterator[ForgingProvider]:
    running = ForgingProvider(free_port())
    yield running
    running.stop()


@pytest.fixture
def provider(forger: ForgingProvider) -> Provider:
    forger.reset()
    rules = roles.parse("legal=officer; friends=auditor@paper")
    return Provider(Client(forger.issuer, "consent", "s3cr&t", ("openid",), "Forger", "groups", rules))


def sign_in(forger: ForgingProvider, provider: Provider, **answered: str | None) -> EndUser:
    """Begin, let the provider answer with a code, and finish; `answered` changes what the browser brings."""
    _, begun = code_flow.begin(provider, BACK)
    forger.nonce = begun.nonce
    answer = {"code": "c0de", "state": begun.state, **answered}
    return code_flow.finish(provider, begun, {name: text for name, text in answer.items() if text is not None}, BACK)


def test_whom_an_honest_answer_names_is_signed_in(forger: ForgingProvider, provider: Provider) -> None:
    user = sign_in(forger, provider)
    assert user == EndUser(forger.issuer, "ada", "Ada", ("legal",), roles.Granted(frozenset({"officer"}), None))
    [(_, form)] = [asked for asked in forger.asked if asked[0] == "/token"]
    assert form["grant_type"] == "authorization_code" and form["redirect_uri"] == BACK and "client_id" not in form


def test_the_browser_is_sent_with_pkce_and_words_that_are_never_the_same(
    forger: ForgingProvider, provider: Provider
) -> None:
    told = [code_flow.begin(provider, BACK) for _ in range(2)]
    queries = [parse_qs(urlsplit(address).query) for address, _ in told]
    assert queries[0]["code_challenge_method"] == ["S256"] and queries[0]["response_type"] == ["code"]
    assert len({*told[0][1], *told[1][1]}) == 6
    assert not any(begun.verifier in address for address, begun in told)


@pytest.mark.parametrize(("takes", "asked"), [(True, {"auth_time": {"essential": True}}), (False, None), ("yes", None)])
def test_a_provider_that_takes_claims_is_asked_when_they_authenticated(
    forger: ForgingProvider, provider: Provider, takes: object, asked: object
) -> None:
    forger.metadata["claims_parameter_supported"] = takes
    query = parse_qs(urlsplit(code_flow.begin(provider, BACK)[0]).query)
    assert (json.loads(query["claims"][0])["id_token"] if "claims" in query else None) == asked


def test_who_must_authenticate_again_is_held_to_the_time_that_the_token_tells(
    forger: ForgingProvider, provider: Provider
) -> None:
    now = int(time.time())
    for told, good in (
        (now - 100, True),
        (now - 959, True),
        (now - 970, False),
        (None, False),
        ("now", False),
        (True, False),
    ):
        address, begun = code_flow.begin(provider, BACK, max_age_s=900)
        assert parse_qs(urlsplit(address).query).items() >= {"prompt": ["login"], "max_age": ["900"]}.items()
        forger.nonce = begun.nonce
        forger.claims.update(auth_time=told)
        answer = {"code": "c0de", "state": begun.state}
        if good:
            assert code_flow.finish(provider, begun, answer, BACK, 900).authenticated_s == told
        else:
            with pytest.raises(Refused, match="auth_time"):
                code_flow.finish(provider, begun, answer, BACK, 900)
    forger.claims.update(auth_time=now + 86_400)
    assert sign_in(forger, provider).authenticated_s <= time.time()


def _unsigned(forger: ForgingProvider) -> str:
    return ".".join([_encoded(b'{"alg":"none"}'), forger.mint().split(".")[1], ""])


def _by_public_key(forger: ForgingProvider) -> str:
    """Sign with what everybody knows: the public key's bytes as an HMAC's secret."""
    signed = ".".join([_encoded(b'{"alg":"HS256","kid":"one"}'), forger.mint().split(".")[1]])
    mac = hmac.digest(forger.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{_encoded(mac)}"


def _encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


LIES: dict[str, Change] = {
    "wrong nonce": lambda f: f.claims.update(nonce="another"),
    "no nonce": lambda f: f.claims.update(nonce=None),
    "another issuer": lambda f: f.claims.update(iss="https://evil.example"),
    "for another client": lambda f: f.claims.update(aud="shop"),
    "for several, and not said for whom": lambda f: f.claims.update(aud=["consent", "shop"]),
    "for several, and for another": lambda f: f.claims.update(aud=["consent", "shop"], azp="shop"),
    "authorised for another": lambda f: f.claims.update(azp="shop"),
    "expired": lambda f: f.claims.update(exp=int(time.time()) - 120),
    "without an end": lambda f: f.claims.update(exp=None),
    "an end that is no time": lambda f: f.claims.update(exp="never"),
    "of tomorrow": lambda f: f.claims.update(iat=int(time.time()) + 86_400),
    "nobody": lambda f: f.claims.update(sub=None),
    "somebody without end": lambda f: f.claims.update(sub="a" * 256),
    "no text at all": lambda f: f.claims.update(sub="a\0"),
    "a number": lambda f: f.claims.update(sub=7),
    "another access token": lambda f: f.claims.update(at_hash=half_hash("another")),
    "a hash of no text": lambda f: f.claims.update(at_hash=7),
    "signed by another's key of the same name": lambda f: setattr(f, "signing", rsa_key("one")),
    "signed by a key that nobody knows": lambda f: setattr(f, "signing", rsa_key("other")),
    "no text": lambda f: setattr(f, "id_token", "é.é.é"),
    "no token": lambda f: setattr(f, "id_token", "a.b"),
    "userinfo of another": lambda f: (f.claims.update(groups=None), f.userinfo.update(sub="eve", groups=["legal"])),
    "code taken for nothing": lambda f: setattr(f, "token_answer", (400, {"error": "invalid_grant"})),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
def test_an_answer_that_is_not_good_signs_nobody_in(forger: ForgingProvider, provider: Provider, lie: Change) -> None:
    lie(forger)
    with pytest.raises(Refused):
        sign_in(forger, provider)


@pytest.mark.parametrize("forge", [_unsigned, _by_public_key])
def test_an_id_token_that_anybody_can_make_signs_nobody_in(
    forger: ForgingProvider, provider: Provider, forge: Callable[[ForgingProvider], str]
) -> None:
    _, begun = code_flow.begin(provider, BACK)
    forger.nonce = begun.nonce
    forger.id_token = forge(forger)
    with pytest.raises(Refused, match="Algorithm"):
        code_flow.finish(provider, begun, {"code": "c0de", "state": begun.state}, BACK)


@pytest.mark.parametrize(
    "answered",
    [{"state": "another"}, {"state": None}, {"state": "é"}, {"code": None}, {"iss": "https://evil.example"},
     {"code": None, "error": "access_denied"}],
)  # fmt: skip
def test_an_answer_that_was_not_begun_here_reaches_no_token_endpoint(
    forger: ForgingProvider, provider: Provider, answered: dict[str, str | None]
) -> None:
    with pytest.raises(Refused):
        sign_in(forger, provider, **answered)
    assert "/token" not in [path for path, _ in forger.asked]


def test_a_provider_that_names_itself_in_its_answers_must(forger: ForgingProvider, provider: Provider) -> None:
    forger.metadata = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(Refused, match="iss"):
        sign_in(forger, provider)
    assert sign_in(forger, provider, iss=forger.issuer).sub == "ada"


def test_clocks_may_be_a_little_apart(forger: ForgingProvider, provider: Provider) -> None:
    now = int(time.time())
    forger.claims = {"exp": now - 30, "iat": now + 30}
    assert sign_in(forger, provider).sub == "ada"


def test_keys_that_were_rotated_are_fetched_once_they_are_met(forger: ForgingProvider, provider: Provider) -> None:
    sign_in(forger, provider)
    forger.signing = rsa_key("two")
    forger.published = [forger.signing, forger.key]
    assert sign_in(forger, provider).sub == "ada"
    assert sign_in(forger, provider).sub == "ada"
    assert [path for path, _ in forger.asked].count("/jwks") == 2


def test_claims_that_the_id_token_lacks_come_from_userinfo(forger: ForgingProvider, provider: Provider) -> None:
    forger.claims = {"groups": None}
    forger.userinfo["groups"] = ["friends"]
    assert sign_in(forger, provider).granted == roles.Granted(frozenset({"auditor"}), "paper")


WRONG: dict[str, Change] = {
    "another issuer": lambda f: f.metadata.update(issuer="https://evil.example"),
    "no token endpoint": lambda f: f.metadata.update(token_endpoint=None),
    "keys over http": lambda f: f.metadata.update(jwks_uri="http://evil.example/jwks"),
    "an address that is none": lambda f: f.metadata.update(userinfo_endpoint="https://[evil"),
    "plain PKCE": lambda f: f.metadata.update(code_challenge_methods_supported=["plain"]),
    "keys that are none": lambda f: f.metadata.update(jwks_uri=f"{f.issuer}/me"),
    "tokens that are none": lambda f: setattr(f, "token_answer", (200, {"access_token": "x"})),
    "tokens that are a list": lambda f: setattr(f, "token_answer", (200, [])),
    "a fault": lambda f: setattr(f, "token_answer", (500, "<html>")),
}


@pytest.mark.parametrize("fault", WRONG.values(), ids=list(WRONG))
def test_a_provider_that_is_not_as_it_should_counts_as_away(
    forger: ForgingProvider, provider: Provider, fault: Change
) -> None:
    fault(forger)
    with pytest.raises(Away, match="Forger does not answer as it should"):
        sign_in(forger, provider)


def test_a_provider_that_is_away_is_left_alone_for_a_while_and_then_asked_again(
    forger: ForgingProvider, provider: Provider
) -> None:
    now = [100.0]
    waiting = Provider(provider.client, lambda: now[0])
    forger.metadata = {"issuer": "https://evil.example"}
    for _ in range(3):
        with pytest.raises(Away, match="calls itself https://evil"):
            code_flow.begin(waiting, BACK)
    assert len(forger.asked) == 1
    forger.metadata = {}
    now[0] += RETRY_S
    assert isinstance(code_flow.begin(waiting, BACK)[1], Begun)


@pytest.mark.parametrize(
    ("secret", "methods", "sent"),
    [("s3cr&t", ["client_secret_post"], {"client_id": "consent", "client_secret": "s3cr&t"}),
     ("s3cr&t", ["client_secret_basic"], {}), ("", ["none"], {"client_id": "consent"})],
)  # fmt: skip
def test_the_client_proves_itself_in_the_way_that_the_provider_offers(
    forger: ForgingProvider, provider: Provider, secret: str, methods: list[str], sent: dict[str, Any]
) -> None:
    forger.metadata = {"token_endpoint_auth_methods_supported": methods}
    known = Provider(Client(**vars(provider.client) | {"client_secret": secret}))
    sign_in(forger, known)
    [(_, form)] = [asked for asked in forger.asked if asked[0] == "/token"]
    assert {name: form[name] for name in form if name.startswith("client")} == sent
