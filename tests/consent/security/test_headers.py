"""What every answer tells the browser to refuse (OWASP ASVS 5.0, 3.4)."""

from collections.abc import Callable

import pytest

from tests.consent.service import Service

PAGES = {
    "/console/sign-in": "frame-ancestors 'none'",
    "/v1/sites/newsroom/banner": "frame-ancestors 'self' https://news.example",
}
FILES = ("/v1/sites/newsroom/notice", "/v1/sites/newsroom/banner.js", "/v1/nothing", "/healthz", "/openapi.json")


@pytest.mark.parametrize(("path", "frames"), PAGES.items())
def test_a_page_runs_nothing_that_is_not_its_own(service: Service, path: str, frames: str) -> None:
    answer = service.app.test_client().get(path)
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "base-uri 'none'", frames} <= set(policy)
    # default-src covers scripts and plug-ins where nothing else speaks of them
    assert {each for each in policy if each.startswith(("script-src", "object-src"))} <= {"script-src 'self'"}
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert [each for each in policy if each.startswith("form-action ")] != []


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_no_answer_is_sniffed_and_https_is_kept_to(service: Service, path: str) -> None:
    headers = service.app.test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_service_on_http_does_not_promise_https(serve: Callable[..., Service]) -> None:
    service = serve(public_url="http://localhost:8001")
    headers = service.app.test_client().get("/healthz").headers
    assert "Strict-Transport-Security" not in headers


def test_the_console_stays_out_of_other_windows_and_caches(service: Service) -> None:
    headers = service.app.test_client().get("/console/sign-in").headers
    assert (headers["Cross-Origin-Opener-Policy"], headers["Cache-Control"]) == ("same-origin", "no-store")
