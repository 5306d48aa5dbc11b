"""A real OpenID provider, and a person who signs in at its pages without a browser."""

import json
import os
import re
import shutil
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx

from tests.servers.ports import free_port

HERE = Path(__file__).parent


class OpenIDProvider:
    """oidc-provider under node, for one client; `people`: their claims beside `sub`, by name."""

    def __init__(self, client: dict[str, Any], people: dict[str, dict[str, Any]]) -> None:
        self.port = free_port()
        node = shutil.which("node")
        assert node is not None
        self.process = subprocess.Popen(
            [node, "--no-warnings", str(HERE / "openid_provider.mjs"), str(self.port), json.dumps(client)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "PEOPLE": json.dumps(people)},
        )  # fmt: skip
        assert self.process.stdout is not None
        while "listening" not in (line := self.process.stdout.readline()):
            assert line, "the provider has ended"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"  # another site than localhost, to a browser

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def sign_in_at(address: str, name: str, back: str, browser: httpx.Client | None = None) -> str:
    """Go through the provider's pages as somebody, and return where it sends the browser back to: below `back`."""
    with httpx.Client() if browser is None else nullcontext(browser) as browser:
        answer = browser.get(address)
        while True:
            while answer.is_redirect:
                to = str(answer.next_request.url) if answer.next_request else ""
                if to.startswith(back):
                    return to
                answer = browser.get(to)
            assert answer.status_code == 200, answer.text
            form = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
            assert form is not None, answer.text
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', answer.text))
            answer = browser.post(form[1], data={**fields, "login": name, "password": "any"})
