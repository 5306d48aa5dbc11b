"""Which rules apply to a reader, from the request to the record."""

from dataclasses import replace
from typing import Any

import pytest

from consent import notices, sites
from consent.app import create_app
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.consent.factories import document
from tests.consent.service import ORIGIN, Service

APPLIED = ("regulation", "region", "region_source")


def _at_edge(service: Service, header: str = "X-Region") -> Service:
    """The same service behind an edge whose header it trusts."""
    app = create_app(replace(service.settings, region_header=header), service.clock)
    return replace(service, app=app)


def _applied(told: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(told[name] for name in APPLIED)


def test_nobodys_word_on_the_region_means_the_strictest_rules(service: Service) -> None:
    browser = service.browser()
    shown = browser.notice(**{"X-Region": "US-CA"})  # a reader may claim anything: no header is trusted
    assert _applied(shown) == ("eu", None, "strictest")
    assert shown["modes"] == {"analytics": "opt-in", "marketing": "opt-in"}
    browser.choose("agree", display=shown["display"])
    assert _applied(service.recorded()[0]) == ("eu", None, "strictest")


def test_the_edges_word_stands_in_notice_and_record(service: Service) -> None:
    edge = _at_edge(service)
    browser = edge.browser()
    shown = browser.notice(**{"X-Region": "FR"})
    assert _applied(shown) == ("fr", "FR", "header")
    # The rules are those under which the notice was shown, wherever the reader has travelled since.
    answer = browser.post(browser.choice("refuse", display=shown["display"]), **{"X-Region": "BR"})
    assert answer.status_code == 201
    assert _applied(edge.recorded()[0]) == ("fr", "FR", "header")


def test_the_site_speaks_where_the_edge_does_not(service: Service) -> None:
    Sites(service.engine).put(sites.make("newsroom", [ORIGIN], region="GB"), 1)
    Notices(service.engine).publish(notices.of(document(regulation="uk", validity_days=395)), 2)
    edge = _at_edge(service)
    shown = edge.browser().notice(**{"X-Region": "XX"})
    assert _applied(shown) == ("uk", "GB", "setting")
    assert (shown["validity_days"], shown["reask_days"]) == (365, 365)


@pytest.mark.parametrize(
    ("region", "regulation", "marketing", "reask"),
    [("US-CA", "us-ca", "opt-out", 365), ("US-TX", "us-tx", "opt-out", 180), ("DE", "eu", "opt-in", 180)],
)
def test_a_notice_for_an_opt_out_state_asks_europeans_their_way(
    service: Service, region: str, regulation: str, marketing: str, reask: int
) -> None:
    Notices(service.engine).publish(notices.of(document(regulation="us-tx", validity_days=180)), 2)
    shown = _at_edge(service).browser().notice(**{"X-Region": region})
    assert (shown["regulation"], shown["modes"]["marketing"]) == (regulation, marketing)
    assert shown["reask_days"] == reask


def test_a_refusal_is_remembered_longer_than_a_short_agreement(service: Service) -> None:
    Notices(service.engine).publish(notices.of(document(validity_days=30)), 2)
    service.app.extensions["consent"].catalogue.forget()
    browser = service.browser()
    for action, days in (("agree", 30), ("refuse", 180)):
        answer = browser.post(browser.choice(action))
        assert all(f"Max-Age={days * 86_400};" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_withdrawal_without_display_says_where_it_came_from(service: Service) -> None:
    edge = _at_edge(service)
    browser = edge.browser()
    assert browser.post(browser.choice("withdraw"), **{"X-Region": "FR"}).status_code == 201
    assert _applied(edge.recorded()[0]) == ("fr", "FR", "header")


def test_the_form_tells_the_rules_as_well(service: Service) -> None:
    edge = _at_edge(service)
    page = edge.app.test_client().get("/v1/sites/newsroom/banner", headers={"X-Region": "FR"})
    token = page.text.split('name="display" value="')[1].split('"')[0]
    shown = edge.app.extensions["consent"].displays.read(token, edge.clock())
    assert (shown.regulation, shown.region, shown.region_source) == ("fr", "FR", "header")


def test_the_site_keeps_its_region(service: Service) -> None:
    site = sites.make("newsroom", [ORIGIN], region="US-CA")
    Sites(service.engine).put(site, 1)
    assert Sites(service.engine).all() == [site]
