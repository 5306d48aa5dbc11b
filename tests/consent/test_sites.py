import pytest

from chassis.errors import Invalid
from consent import sites


@pytest.mark.parametrize(
    "origin", ["https://news.example", "http://localhost:8000", "https://a-b.news.example:8443", "http://[::1]:8000"]
)
def test_an_origin_is_taken_as_browsers_send_it(origin: str) -> None:
    assert sites.make("newsroom", [origin]).origins == {origin}


@pytest.mark.parametrize(
    "origin",
    [
        "", "null", "*", "news.example", "https://", "https://news.example/", "https://News.example", "ftp://news.example",
        "https://news.example:443", "http://news.example:80", "https://user@news.example", "https://*.news.example",
        "https://news.example:port", "https://news.example:99999", "https://news.example\n", "https://bücher.example",
    ],
)  # fmt: skip
def test_what_no_browser_sends_is_refused(origin: str) -> None:
    with pytest.raises(Invalid, match="origin: expected"):
        sites.make("newsroom", [origin])


@pytest.mark.parametrize("site", ["", "News", "1news", "news room", "n" * 64, "news_room"])
def test_a_site_id_is_of_its_form(site: str) -> None:
    with pytest.raises(Invalid, match="site: expected"):
        sites.make(site, ["https://news.example"])


@pytest.mark.parametrize(
    "domain", ["", ".news.example", "News.example", "https://news.example", "news.example; Secure"]
)
def test_a_cookie_domain_is_a_host(domain: str) -> None:
    with pytest.raises(Invalid, match="cookie_domain: expected"):
        sites.make("newsroom", ["https://news.example"], domain)
