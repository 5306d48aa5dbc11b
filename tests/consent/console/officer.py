"""An officer at the console, without a browser."""

import re
from datetime import UTC, datetime, timedelta

from werkzeug.test import Client, TestResponse

from chassis.tokens import Tokens
from consent.store.site_tables import api_token
from tests.consent.service import START_MS, Service

RECORDS = "/console/records"
OWN = "https://consent.example"
# The service's clock stands in the tests, Redis's goes: days that hold what either of them dates.
_days = (datetime.now(UTC).date(), datetime.fromtimestamp(START_MS / 1000, UTC).date())
EVER = f"/console?from={min(_days) - timedelta(days=2)}&to={max(_days) + timedelta(days=2)}"


def form_word(client: Client) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/console/sign-in", base_url=OWN).text)
    assert found is not None
    return found[1]


def make_token(service: Service, *scopes: str, site: str | None = None, one_time: bool = True) -> str:
    return Tokens(service.engine, api_token).create(
        "officer", scopes or ("console", "audit:read"), site, one_time=one_time
    )


def sign_in(service: Service, token: str | None = None) -> tuple[Client, TestResponse]:
    client = service.app.test_client()
    form = {"csrf": form_word(client), "token": token or make_token(service)}
    return client, client.post("/console/sign-in", data=form, base_url=OWN, headers={"Origin": OWN})


def read(client: Client, path: str) -> str:
    answer = client.get(path, base_url=OWN)
    assert answer.status_code == 200, answer.text
    return answer.text
