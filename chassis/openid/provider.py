"""The provider as it is asked over HTTP: its discovery document, its keys, its token endpoint, its userinfo."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.authorities import trusted
from chassis.openid.client import Away, Client, Refused, is_safe

TIMEOUT_S = 5.0
KNOWN_S = 600.0
RETRY_S = 10


class Metadata(NamedTuple):
    """What the discovery document says (OpenID Connect Discovery 1.0, 3), as far as it is needed."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    basic: bool
    names_issuer: bool
    takes_claims: bool


class Tokens(NamedTuple):
    """What a code is exchanged for."""

    id_token: str
    access_token: str


class Provider:
    """A provider; what it publishes is asked for again after `KNOWN_S`, its keys also where one is not known.

    One that did not answer is left alone for `RETRY_S`.
    """

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        # people sign in so rarely that a connection which is kept would only grow stale
        limits, headers = httpx.Limits(max_keepalive_connections=0), {"Accept": "application/json"}
        self._http = httpx.Client(timeout=TIMEOUT_S, limits=limits, headers=headers, verify=trusted())
        self._clock = clock
        self._lock = threading.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._failed: tuple[float, str] | None = None

    def metadata(self) -> Metadata:
        """Return what the discovery document says.

        Raises:
            Away: it cannot be had, or names another issuer, or offers no way that we go.
        """
        with self._lock:
            if self._metadata is None or self._clock() - self._metadata[0] > KNOWN_S:
                self._metadata = (self._clock(), self._discover())
            return self._metadata[1]

    def _discover(self) -> Metadata:
        # Anybody can begin a sign-in: who waits for a provider that hangs must not be followed by many more.
        if self._failed is not None and self._clock() - self._failed[0] < RETRY_S:
            raise Away(self._failed[1], retry_after_s=RETRY_S)
        try:
            return self._read(self._get(self.client.issuer.rstrip("/") + "/.well-known/openid-configuration"))
        except Away as error:
            self._failed = (self._clock(), error.detail)
            raise

    def keys(self, fresh: bool = False) -> KeySet:
        """Return the keys that the provider signs with; `fresh` asks for them anew, as after a rotation.

        Raises:
            Away: they cannot be had.
        """
        address = self.metadata().jwks_uri
        with self._lock:
            if fresh or self._keys is None or self._clock() - self._keys[0] > KNOWN_S:
                try:
                    known = KeySet.import_key_set(self._get(address))  # type: ignore[arg-type]
                except (JoseError, KeyError, TypeError, ValueError) as error:
                    raise self._away(f"its keys cannot be read ({error})") from error
                self._keys = (self._clock(), known)
            return self._keys[1]

    def fault(self) -> str | None:
        """Say what is wrong with it, None where nothing is."""
        try:
            self.metadata()
            self.keys(fresh=True)
        except Away as error:
            return error.detail
        return None

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Exchange a code (RFC 6749, 4.1.3; RFC 7636, 4.5).

        Raises:
            Refused: the provider does not take it.
            Away: it cannot be asked.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        status, told = self._post(form)
        if status in (400, 401):
            raise Refused(f"{self.client.label} takes the code for nothing: {str(told.get('error', status))[:80]}")
        id_token, access_token = told.get("id_token"), told.get("access_token", "")
        if status != 200 or not isinstance(id_token, str) or not isinstance(access_token, str):
            raise self._away(f"its token endpoint answers {status} without an id_token")
        return Tokens(id_token, access_token)

    def userinfo(self, access_token: str) -> Mapping[str, Any]:
        """Return the claims of the userinfo endpoint; none where there is none, or no access token.

        Raises:
            Away: it cannot be had.
        """
        address = self.metadata().userinfo_endpoint
        if address is None or not access_token:
            return {}
        return self._get(address, {"Authorization": f"Bearer {access_token}"})

    def _post(self, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        known, metadata = self.client, self.metadata()
        sent, auth = dict(form), None
        if known.client_secret and metadata.basic:
            # RFC 6749, 2.3.1: both are form-encoded before they become a user and a password
            auth = httpx.BasicAuth(quote_plus(known.client_id), quote_plus(known.client_secret))
        else:
            sent["client_id"] = known.client_id
            sent |= {"client_secret": known.client_secret} if known.client_secret else {}
        try:
            answer = self._http.post(metadata.token_endpoint, data=sent, auth=auth or httpx.USE_CLIENT_DEFAULT)
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(str(error)) from error
        return answer.status_code, told if isinstance(told, dict) else {}

    def _get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = self._http.get(address, headers=headers)
            found = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._away(str(error)) from error
        if not isinstance(found, dict):
            raise self._away(f"{address} is no JSON object")
        return found

    def _read(self, found: Mapping[str, Any]) -> Metadata:
        if found.get("issuer") != self.client.issuer:
            raise self._away(f"it calls itself {str(found.get('issuer'))[:200]}, not {self.client.issuer}")
        if "S256" not in found.get("code_challenge_methods_supported", ["S256"]):
            raise self._away("it offers no PKCE with S256")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        offered = ("userinfo_endpoint", "end_session_endpoint")
        safe: dict[str, Any] = {name: found.get(name) for name in (*needed, *offered)}
        if not all(is_safe(each) for name, each in safe.items() if name in needed or each is not None):
            raise self._away("its discovery document lacks an https address for an endpoint")
        # RFC 8414, 2: what is not said is client_secret_basic
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        names_issuer = found.get("authorization_response_iss_parameter_supported") is True
        takes_claims = found.get("claims_parameter_supported") is True
        basic = "client_secret_basic" in methods
        return Metadata(**safe, basic=basic, names_issuer=names_issuer, takes_claims=takes_claims)

    def _away(self, why: str) -> Away:
        return Away(f"{self.client.label} does not answer as it should: {why}", retry_after_s=RETRY_S)
