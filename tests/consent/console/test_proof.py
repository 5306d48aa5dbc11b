"""The record's proof, checked by a script in the officer's browser."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from chassis.tokens import Tokens
from consent.ledger import merkle
from consent.store.site_tables import api_token
from tests.consent.service import Service
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e

CLIMB = """async ([module, trees]) => {
  const { climb, hex } = await import(module);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Promise.all(trees.map(async ({ leaf, index, size, hashes }) => {
    const steps = await climb(bytes(leaf), BigInt(index), BigInt(size), hashes.map(bytes));
    return hex(steps.at(-1)?.hash || bytes(leaf));
  }));
}"""


@pytest.fixture
def officer(chromium: Browser, live: Service) -> Iterator[Page]:
    """Sign an officer in and open the record of the second of seven choices."""
    for at in range(7):
        live.browser().choose("refuse" if at % 2 else "agree", page=f"/page-{at}")
    live.drain()
    page = chromium.new_page()
    page.goto(live.settings.public_url + "/console")
    token = Tokens(live.engine, api_token).create("Officer", ["console", "audit:read"], one_time=True)
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.goto(live.settings.public_url + "/console/records")
    yield page
    page.context.close()


def open_record(page: Page) -> Any:
    page.locator("tbody th a").nth(2).click()
    return page.get_by_role("list", name="Checked in this browser").get_by_role("listitem")


def test_every_step_of_the_proof_is_checked_and_the_way_to_the_root_drawn(officer: Page) -> None:
    checks = open_record(officer)
    expect(checks).to_have_count(6)
    for at in range(6):
        expect(checks.nth(at)).to_contain_text(": holds")
    expect(checks.nth(4)).to_contain_text("Entry 4 is in the tree of 7")
    expect(officer.get_by_role("img", name="3 siblings, right, right, left")).to_be_visible()
    assert violations(officer) == {}


def test_an_act_is_proved_as_a_record_is(officer: Page, live: Service) -> None:
    live.drain()
    officer.goto(live.settings.public_url + "/console/acts")
    officer.locator("tbody th a").first.click()
    checks = officer.get_by_role("list", name="Checked in this browser").get_by_role("listitem")
    expect(checks).to_have_count(5)
    for at in range(5):
        expect(checks.nth(at)).to_contain_text(": holds")
    assert violations(officer) == {}


@pytest.mark.parametrize(
    ("spoil", "step"),
    [
        (lambda proof: proof.update(record=proof["record"][::-1]), 0),
        (lambda proof: proof["choice"].update(body=proof["choice"]["body"].replace("true", "false")), 1),
        (lambda proof: proof.update(notice=proof["notice"] + " "), 2),
        (lambda proof: proof.update(leaf_hash="00" * 32), 3),
        (lambda proof: proof.update(inclusion=proof["inclusion"].replace("index 4", "index 5")), 4),
        (lambda proof: proof.update(inclusion=proof["inclusion"][:-9] + "AAAAAA==\n"), 5),
    ],
    ids=["record", "choice", "notice", "leaf hash", "inclusion", "signature"],
)
def test_what_was_altered_is_named_and_nothing_after_it_is_claimed(officer: Page, spoil: Any, step: int) -> None:
    def alter(route: Route) -> None:
        receipt = route.fetch().json()
        spoil(receipt["proof"])
        route.fulfill(body=json.dumps(receipt), content_type="application/ld+json")

    officer.route("**/v1/receipts/*", alter)
    checks = open_record(officer)
    expect(checks).to_have_count(step + 1)
    expect(checks.last).to_contain_text("does not hold")


def test_every_way_through_trees_of_up_to_seventy_entries_leads_to_the_root(officer: Page) -> None:
    leaves = [merkle.leaf_hash(str(at).encode()) for at in range(70)]
    text = lambda hashed: b64encode(hashed).decode()  # noqa: E731
    trees, roots = [], []
    for size in range(1, 71):
        for index in {0, size // 3, size // 2, size - 1}:
            path = merkle.inclusion_proof(index, leaves[:size])
            trees.append({"leaf": text(leaves[index]), "index": index, "size": size, "hashes": list(map(text, path))})
            roots.append(merkle.root(leaves[:size]).hex())
    open_record(officer)
    module = str(officer.locator("script[src$='proof.js']").get_attribute("src")).replace("proof.js", "evidence.js")
    assert officer.evaluate(CLIMB, [module, trees]) == roots
