"""An OpenID provider that can be made to lie: what it publishes and answers is changed by whoever tests against it."""

import hashlib
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.wrappers import Request, Response

from tests.servers.web_server import WebServer

ACCESS_TOKEN = "access-token"


def half_hash(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def rsa_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


class ForgingProvider:
    """Honest until it is changed; `nonce` is what the client asked with."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = rsa_key("one")
        self.nonce = ""
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.reset()
        self._server = WebServer(Request.application(self._answer), port)

    def reset(self) -> None:
        """Be honest again."""
        self.published = [self.key]
        self.signing = self.key
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {"sub": "ada", "name": "Ada"}
        self.token_answer: tuple[int, Any] | None = None
        self.id_token: str | None = None
        self.asked.clear()

    def stop(self) -> None:
        self._server.stop()

    def mint(self) -> str:
        """Make an ID token as it should be, with what was changed of it; a claim of None is left out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "ada",
            "aud": "consent",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "at_hash": half_hash(ACCESS_TOKEN),
            "groups": ["legal"],
            **self.claims,
        }
        header = {"alg": "RS256", "kid": self.signing.kid, **self.header}
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, told, self.signing, algorithms=[header["alg"]])

    def _answer(self, request: Request) -> Response:
        self.asked.append((request.path, dict(request.form)))
        told: Any = None
        if request.path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
            told = {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in ends.items()}}
            told |= {"userinfo_endpoint": f"{self.issuer}/me", **self.metadata}
        elif request.path == "/jwks":
            told = KeySet(list(self.published)).as_dict()
        elif request.path == "/me":
            told = self.userinfo
        elif request.path == "/token":
            if self.token_answer is not None:
                status, told = self.token_answer
                text = told if isinstance(told, str) else json.dumps(told)
                return Response(text, status, content_type="application/json")
            told = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": self.id_token or self.mint()}
        return Response(json.dumps(told), 404 if told is None else 200, content_type="application/json")
