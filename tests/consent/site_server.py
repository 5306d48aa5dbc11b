"""A site's own server, which signs its readers in and tells the consent service; and their devices."""

import uuid
from typing import Any

from werkzeug.test import TestResponse

from consent import notices
from consent.banner import texts
from consent.store.notices import Notices
from tests.consent.factories import document
from tests.consent.service import Browser, Service

PURPOSES = ("necessary", "analytics", "marketing")


def with_accounts(conflict: str = "newest", **changes: Any) -> dict[str, Any]:
    """Make a notice that says that choices count in accounts."""
    told = texts.standard(("en", "es"), PURPOSES, conflict)
    return document(accounts={"conflict": conflict}, texts=told, **changes)


class SiteServer:
    """The server of the site `newsroom`; everything it sends carries its token."""

    def __init__(self, service: Service, conflict: str = "newest") -> None:
        self.service = service
        self.client = service.app.test_client()
        self.token = service.token("accounts:write", site="newsroom")
        self.publish(conflict)

    def publish(self, conflict: str | None, **changes: Any) -> str:
        told = with_accounts(conflict, **changes) if conflict else document(**changes)
        notice = notices.of(told)
        Notices(self.service.engine).publish(notice, self.service.clock())
        self.service.app.extensions["consent"].catalogue.forget()
        return notice.sha256

    def call(self, method: str, path: str, **more: Any) -> TestResponse:
        return self.client.open(f"/v1/sites/newsroom/accounts{path}", method=method, headers=self.token, **more)

    def choose(self, account: str, action: str = "agree", **changes: Any) -> dict[str, Any]:
        """Tell of a choice that must be taken."""
        answer = self.call("POST", "/choices", json=self.choice(account, action, **changes))
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def choice(self, account: str, action: str = "agree", **changes: Any) -> dict[str, Any]:
        """Make a choice's body; a change to None leaves the member out."""
        notice = self.service.app.extensions["consent"].catalogue.current("newsroom").sha256
        body = {"account": account, "event_id": str(uuid.uuid4()), "action": action, "component": "settings-page"}
        return {name: value for name, value in {**body, "notice": notice, **changes}.items() if value is not None}

    def account(self, account: str) -> dict[str, Any]:
        answer = self.call("GET", f"/{account}")
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def device(self) -> "Device":
        return Device(self, self.service.browser())


class Device:
    """A browser whose requests go to the site's server too."""

    def __init__(self, server: SiteServer, browser: Browser) -> None:
        self.server = server
        self.browser = browser

    def cookie(self, kind: str) -> str | None:
        cookie = self.browser.client.get_cookie(f"{kind}_newsroom")
        return None if cookie is None else cookie.value

    @property
    def purposes(self) -> dict[str, bool] | None:
        """Return what the state cookie says of the optional purposes, as a page's script reads it."""
        state = self.cookie("consent")
        if not state:
            return None
        pairs = (pair.split(":") for pair in state.split("&p=")[1].split("&")[0].split("/"))
        return {purpose: given == "1" for purpose, given in pairs if purpose != "necessary"}

    def asked(self, account: str, **changes: Any) -> dict[str, Any]:
        body = {"account": account, "event_id": str(uuid.uuid4())}
        return {**body, "subject": self.cookie("subject"), "state": self.cookie("consent"), **changes}

    def sign_in(self, account: str, **changes: Any) -> dict[str, Any]:
        """Sign in, or come again: what the consent service answers is set as cookies."""
        answer = self.server.call("POST", "/sync", json=self.asked(account, **changes))
        assert answer.status_code == 200, answer.text
        synced: dict[str, Any] = answer.get_json()
        self.keep(synced["cookies"])
        return synced

    def sign_out(self, account: str) -> None:
        answer = self.server.call("DELETE", f"/{account}/devices/{self.cookie('subject')}")
        assert answer.status_code == 200, answer.text
        self.keep(answer.get_json()["cookies"])

    def keep(self, cookies: list[dict[str, Any]]) -> None:
        for cookie in cookies:
            if cookie["max_age"] == 0:
                self.browser.client.delete_cookie(cookie["name"])
            else:
                self.browser.client.set_cookie(cookie["name"], cookie["value"])
