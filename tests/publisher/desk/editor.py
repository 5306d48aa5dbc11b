"""An editor at the desk, without a browser."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.tokens import Tokens
from publisher.roles import ROLES
from publisher.store.tables import api_token

OWN = "https://news.example"


class Editor:
    """Whoever is signed in with one role."""

    def __init__(self, client: FlaskClient, role: str = "editor") -> None:
        self.client = client.application.test_client()
        engine = client.application.extensions["house"].engine
        token = Tokens(engine, api_token).create(role.title(), ROLES[role].scopes, one_time=True)
        self.entered = self.post("/sign-in", token=token)

    def get(self, path: str = "", status: int = 200) -> str:
        """Open a page of the desk."""
        answer = self.client.get(f"/desk{path}", base_url=OWN)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        """Send a form as a page of the desk does."""
        page = self.client.get("/desk/sign-in", base_url=OWN).text
        word = re.search(r'name="csrf" value="([^"]+)"', page)
        assert word
        data = {"csrf": word[1]} | fields
        return self.client.post(f"/desk{path}", data=data, base_url=OWN, headers={"Origin": OWN})


def said(page: str) -> str:
    """The page's words without its markup."""
    inline = re.sub(r"</?(?:a|strong|span|q)\b[^>]*>", "", page)
    return " ".join(re.sub(r"<[^>]*>", " ", inline).split())
