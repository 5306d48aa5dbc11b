import pytest
from sqlalchemy import Engine

from chassis.errors import NotFound
from chassis.sql import connect
from consent import notices, sites
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.consent.factories import document

FIRST, SECOND = notices.of(document()), notices.of(document(validity_days=30))


@pytest.fixture
def engine(consent_database: str) -> Engine:
    return connect(consent_database)


def test_sites_and_notices_are_kept_as_given(engine: Engine) -> None:
    stored, published = Sites(engine), Notices(engine)
    site = sites.make("newsroom", ["https://b.example", "https://a.example"], "b.example")
    assert stored.put(site, 1) is True
    assert stored.put(site, 2) is False
    assert stored.all() == [site]
    assert published.publish(FIRST, 3) is True
    assert published.publish(FIRST, 4) is False
    assert published.publish(SECOND, 5) is True
    assert published.current() == {"newsroom": SECOND.sha256}
    assert published.publish(FIRST, 6) is True
    assert published.current() == {"newsroom": FIRST.sha256}
    assert (published.body(SECOND.sha256), published.body("0" * 64)) == (SECOND.canonical, None)
    with pytest.raises(NotFound):
        published.publish(notices.of(document(site="elsewhere")), 7)
    assert published.current() == {"newsroom": FIRST.sha256}
    engine.dispose()


def test_a_notice_is_found_by_its_first_digits_on_its_own_site(engine: Engine) -> None:
    stored, published = Sites(engine), Notices(engine)
    for name in ("newsroom", "elsewhere"):
        stored.put(sites.make(name, ["https://a.example"]), 1)
    published.publish(FIRST, 2)
    published.publish(SECOND, 3)
    assert published.begins("newsroom", FIRST.sha256[:16]) == FIRST.sha256
    assert published.begins("newsroom", SECOND.sha256[:16]) == SECOND.sha256
    assert published.begins("elsewhere", FIRST.sha256[:16]) is None
    assert published.begins("newsroom", "0" * 16) is None
    assert published.begins("newsroom", "") is None  # both begin so
    engine.dispose()
