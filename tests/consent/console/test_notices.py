"""The console's notices: published when, shown how, and changed in what."""

import re

from consent import notices, sites
from consent.statistics import OUTCOMES, Made, day_of
from consent.store.notices import Notices
from consent.store.sites import Sites
from consent.store.statistics_tables import choice_count
from tests.consent.console.officer import OWN, make_token, read, sign_in
from tests.consent.factories import document
from tests.consent.service import Service

LATER = notices.of(document(validity_days=90))


def publish_later(service: Service) -> None:
    Notices(service.engine).publish(LATER, service.clock())
    service.app.extensions["consent"].catalogue.forget()


def test_every_publication_is_listed_with_what_it_changed(service: Service) -> None:
    publish_later(service)
    client, _ = sign_in(service)
    page = read(client, "/console/notices")
    earlier = notices.of(document())
    assert page.index(LATER.sha256[:16]) < page.index(earlier.sha256[:16])
    assert page.count('class="chip yes">current') == 1
    changed = read(client, f"/console/notices/{LATER.sha256}?against={earlier.sha256}")
    assert "<code>validity_days</code>" in changed and "<del>180</del><ins>90</ins>" in changed
    assert "Nobody who has chosen is asked again." in changed


def test_a_notice_is_compared_with_the_one_it_took_the_place_of(service: Service) -> None:
    publish_later(service)
    client, _ = sign_in(service)
    assert "<del>180</del>" in read(client, f"/console/notices/{LATER.sha256}")
    assert "It is the first notice" in read(client, f"/console/notices/{notices.of(document()).sha256}")


def test_a_notice_is_shown_in_the_language_asked_for(service: Service) -> None:
    client, _ = sign_in(service)
    own = notices.of(document()).sha256
    assert "Su privacidad, su elección" in read(client, f"/console/notices/{own}?language=es")
    assert client.get(f"/console/notices/{own}?language=fr", base_url=OWN).status_code == 404


def test_an_officer_of_another_site_sees_none_of_it(service: Service) -> None:
    Sites(service.engine).put(sites.make("other", ["https://other.example"]), 1)
    service.app.extensions["consent"].catalogue.forget()
    client, _ = sign_in(service, make_token(service, site="other"))
    own = notices.of(document()).sha256
    assert "newsroom" not in read(client, "/console/notices")
    assert client.get(f"/console/notices/{own}", base_url=OWN).status_code == 404


def test_a_notice_tells_what_was_chosen_under_it_beside_the_one_before(service: Service) -> None:
    earlier, day = notices.of(document()), day_of(service.clock())
    publish_later(service)
    for notice, agreed, refused in ((earlier.sha256, 60, 40), (LATER.sha256, 45, 55)):
        where = Made(day, "newsroom", notice, "en", "ES", "script", "browser")
        counts = {**dict.fromkeys((*OUTCOMES, "answers"), 0), "agreed": agreed, "refused": refused}
        with service.engine.begin() as connection:
            connection.execute(choice_count.insert().values(log_id=1, **where._asdict(), **counts))
    client, _ = sign_in(service)
    row = read(client, "/console/notices").split("<tr>")[2]
    told = re.findall(r'data-label="([A-Z][^"]+)" class="number">(?:<[^>]+>)*([^<]+)', row)
    assert dict(told) == {
        "Choices": "100", "Agreed": "45 %", "Change of agreed": "−15.0", "Refused": "55 %",
        "Change of refused": "+15.0", "Answered": "–",
    }  # fmt: skip
    page = read(client, f"/console/notices/{LATER.sha256}")
    assert page.count("this one") == page.count("the one before</span>") == 1 and "+15.0" in page
    assert f"/console/exports?site=newsroom&amp;notice={LATER.sha256}" in page
    alone = read(client, f"/console/notices/{earlier.sha256}")
    assert 'class="change' not in alone and "60 %" in alone
