import pytest

from chassis import browsers

AGENTS = {
    "firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "chrome": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
    "edge": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
    "opera": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
    "samsung": "Mozilla/5.0 (Linux; Android 10; K) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    "safari": "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
    "other": "curl/8.10.1",
}  # fmt: skip


@pytest.mark.parametrize("family", AGENTS)
def test_a_browser_is_known_by_its_family(family: str) -> None:
    assert browsers.family(AGENTS[family]) == family


@pytest.mark.parametrize("nothing", [None, ""])
def test_who_says_nothing_has_none(nothing: str | None) -> None:
    assert browsers.family(nothing) is None
