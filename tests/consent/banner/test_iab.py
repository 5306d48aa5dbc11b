"""The calls of TCF and GPP as vendors make them: from the publisher's page, and from a frame of another site."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from consent.banner import assets
from consent.banner.engines import Unbuildable, build
from consent.iab import gpp_string, tc_string
from tests.consent.banner.living import Living, Site
from tests.consent.banner.reading import is_choice
from tests.consent.iab import notices

Reader = Callable[..., Page]

PAGE = """<!doctype html><html lang="en"><title>Harbour bridge reopens</title><link rel="icon" href="data:,">
<script src="{stub}" {data}></script><script src="{vendor}"></script><script async src="{banner}"></script>
<body><main><h1>Harbour bridge reopens</h1>{body}</main></body></html>"""

# A vendor's tag: it calls in its first line, before anything but the stub can be there.
VENDOR = """window.seen = [];
const note = (kind) => (value, success) => seen.push([kind, value, success]);
for (const [name, call] of Object.entries({
  ping: () => __tcfapi("ping", 2, note("ping")), tcf: () => __tcfapi("addEventListener", 2, note("tcf")),
  gpp: () => __gpp("addEventListener", note("gpp")), has: () => __gpp("hasSection", note("has"), "usca"),
  section: () => __gpp("getSection", note("section"), "usca"),
  field: () => __gpp("getField", note("field"), "usca.Gpc"),
})) try { call(); } catch (error) { seen.push([name, String(error)]); }"""

# A vendor in a frame of its own site: it looks for the page that has the locator, and sends messages.
FRAME = """window.seen = [];
const holds = (candidate) => {
  try {
    return candidate.frames[LOCATOR];
  } catch {
    return false;
  }
};
let holder = window;
while (!holds(holder) && holder !== window.top) holder = holder.parent;
addEventListener("message", ({ data }) => {
  const answer = typeof data === "string" ? JSON.parse(data) : data;
  if (answer[API + "Return"]) seen.push([typeof data, answer[API + "Return"]]);
});
let last = 0;
window.send = (call, text) => {
  const message = { [API + "Call"]: { callId: ++last, ...call } };
  holder.postMessage(text ? JSON.stringify(message) : message, "*");
};"""


@pytest.fixture(scope="module", autouse=True)
def engines() -> None:
    """Bundle the engines, where npm is."""
    if assets.engine("tcf.js") is None or assets.engine("gpp.js") is None:
        try:
            build()
        except Unbuildable as error:
            pytest.skip(str(error))


def publish(served: Living, region: str | None = None, **changes: Any) -> Site:
    site = served.site(region=region)
    site.publish(**notices.tcf(), **changes)
    return site


def serve(site: Site, data: str = "data-tcf data-gpp", body: str = "", frames: str = "") -> str:
    served = site.service
    at = f"{served.url}/v1/sites/{site.id}"
    vendor = served.serve(VENDOR, "text/javascript")
    page = PAGE.format(stub=f"{at}/iab.js", banner=f"{at}/banner.js", data=data, vendor=vendor, body=body)
    return served.serve(page, frames=frames)


def tcf(page: Page, command: str, *parameter: Any) -> list[Any]:
    script = "([command, ...rest]) => new Promise((done) => __tcfapi(command, 2, (...told) => done(told), ...rest))"
    told: list[Any] = page.evaluate(script, [command, *parameter])
    return told


def gpp(page: Page, command: str, *parameter: Any) -> list[Any]:
    script = (
        "([command, ...rest]) => { let told; __gpp(command, (...answer) => { told = answer; }, ...rest); return told; }"
    )
    told: list[Any] = page.evaluate(script, [command, *parameter])
    return told


def events(page: Page, kind: str) -> list[Any]:
    return [value for name, value, _ in page.evaluate("seen") if name == kind]


def until(page: Page, kind: str, name: str, value: str) -> None:
    """Wait until the vendor's tag has seen a value."""
    script = "([kind, name, value]) => seen.some(([each, told]) => each === kind && told?.[name] === value)"
    page.wait_for_function(script, arg=[kind, name, value])


def until_field(page: Page, field: str, value: int) -> None:
    """Wait until a field of GPP has a value."""
    asking = "let told; __gpp('getField', (answer) => { told = answer; }, field); return told === value;"
    page.wait_for_function(f"([field, value]) => {{ {asking} }}", arg=[field, value])


def hold(page: Page) -> list[Route]:
    """Keep the engines waiting; the stubs answer until the request in the list goes on."""
    held: list[Route] = []
    page.route("**/iab.json*", lambda route: held.append(route))
    return held


def asked(page: Page) -> None:
    expect(page.get_by_role("button", name="Agree to all")).to_be_visible()


def recorded(page: Page, press: str) -> None:
    with page.expect_response("**/v1/consents") as answer:
        page.get_by_role("button", name=press).click()
    assert answer.value.status == 201, answer.value.text()


def test_a_vendor_that_calls_first_is_answered_first_and_told_of_every_step(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served)
    held = hold(page)
    page.goto(serve(site))
    asked(page)
    first = page.evaluate("seen")[0]
    held[0].continue_()
    until(page, "tcf", "eventStatus", "cmpuishown")

    assert first == [
        "ping",
        {"cmpLoaded": False, "cmpStatus": "stub", "displayStatus": "hidden", "apiVersion": "2"},
        True,
    ]
    shown = events(page, "tcf")[-1]
    before = tc_string.decode(shown["tcString"])
    assert before.purpose_consents == frozenset() and not tuple(before.vendor_consents)
    assert tuple(before.disclosed_vendors or ()) == (2, 8, 9, 44, 755)

    recorded(page, "Agree to all")
    until(page, "tcf", "eventStatus", "useractioncomplete")
    told = events(page, "tcf")
    statuses = [each.get("eventStatus") for each in told]
    assert statuses[-2:] == ["cmpuishown", "useractioncomplete"] and set(statuses[:-2]) <= {None}
    assert {each["listenerId"] for each in told} == {told[0]["listenerId"]}
    last = told[-1]
    assert last["gdprApplies"] is True and last["cmpStatus"] == "loaded" and last["isServiceSpecific"] is True
    assert last["vendor"]["consents"] == {"2": True, "8": True, "9": True, "44": False, "755": True}
    assert last["vendor"]["disclosedVendors"] == dict.fromkeys(("2", "8", "9", "44", "755"), True)
    assert not any(last["purpose"]["legitimateInterests"].values())
    assert not any(last["vendor"]["legitimateInterests"].values())
    assert last["publisher"]["restrictions"]["7"] == {"8": 1}
    served.settle()
    [record] = served.records(site.id)
    assert record["tc_string"] == last["tcString"]
    assert tc_string.decode(record["tc_string"]).cmp_id == 300


def test_who_comes_back_has_the_very_string_of_the_record(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served)
    page.goto(serve(site))
    asked(page)
    until(page, "tcf", "eventStatus", "cmpuishown")
    recorded(page, "Refuse all")
    page.wait_for_function("() => Object.keys(localStorage).some((name) => name.startsWith('tcf_'))")
    served.settle()
    served.ahead_ms = 3 * 24 * 3_600_000

    page.reload()
    page.wait_for_function("() => seen.some(([kind, value]) => value?.eventStatus)")

    [told] = [each for each in events(page, "tcf") if each.get("eventStatus")]
    assert told["eventStatus"] == "tcloaded"
    assert told["tcString"] == served.records(site.id)[0]["tc_string"]
    assert tcf(page, "ping")[0]["displayStatus"] == "disabled"


def test_every_command_of_tcf_answers(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served)
    page.goto(serve(site))
    asked(page)
    until(page, "tcf", "eventStatus", "cmpuishown")

    ping, good = tcf(page, "ping")
    assert good and ping["cmpLoaded"] and ping["displayStatus"] == "visible"
    assert (ping["cmpId"], ping["cmpVersion"], ping["gvlVersion"], ping["tcfPolicyVersion"]) == (300, 7, 57, 5)
    data, good = tcf(page, "getTCData", [2, 999])
    assert good and data["vendor"]["consents"] == {"2": False, "999": False}
    assert tcf(page, "getTCData", ["2"]) == [None, False]
    registered, good = tcf(page, "addEventListener")
    assert good and registered["listenerId"] == 2 and registered["eventStatus"] == "cmpuishown"
    assert tcf(page, "removeEventListener", 2) == [True]
    assert tcf(page, "removeEventListener", 2) == [False]
    listed, good = tcf(page, "getVendorList", "LATEST")
    assert good and len(listed["vendors"]) == 9
    assert tcf(page, "getVendorList", 57)[1] is True
    assert tcf(page, "nonsense") == [None, False]
    assert page.evaluate("new Promise((done) => __tcfapi('ping', 1, (...told) => done(told)))") == [None, False]
    page.complaints[:] = []  # the browser's own line on the version that there is none of
    assert tcf(page, "getVendorList", 3) == [None, False]
    page.complaints[:] = [each for each in page.complaints if "404" not in each]


@pytest.mark.parametrize("text", [False, True])
def test_a_frame_of_another_site_asks_by_messages(served: Living, reader: Reader, text: bool) -> None:
    page, site = reader(), publish(served)
    script = served.serve(f'const API = "__tcfapi", LOCATOR = "__tcfapiLocator";{FRAME}', "text/javascript")
    other = served.pages_url.replace("127.0.0.1", "localhost")
    frame = served.serve(f'<!doctype html><title>Ad</title><script src="{urlsplit(script).path}"></script>')
    address = other + urlsplit(frame).path
    page.goto(serve(site, body=f'<iframe title="Ad" src="{address}"></iframe>', frames=other))
    asked(page)
    until(page, "tcf", "eventStatus", "cmpuishown")
    ad = page.frame(url=address)
    assert ad is not None

    for call in ({"command": "ping", "version": 2}, {"command": "addEventListener", "version": 2}):
        ad.evaluate("([call, text]) => send(call, text)", [call, text])
    recorded(page, "Agree to all")
    ad.wait_for_function("() => seen.some(([, { returnValue }]) => returnValue.eventStatus === 'useractioncomplete')")

    told = ad.evaluate("seen")
    assert {kind for kind, _ in told} == {"string" if text else "object"}
    assert told[0][1]["callId"] == 1 and told[0][1]["returnValue"]["cmpId"] == 300 and told[0][1]["success"] is True
    assert [each["returnValue"]["eventStatus"] for _, each in told[1:]] == ["cmpuishown", "useractioncomplete"]
    assert told[-1][1]["returnValue"]["vendor"]["consents"]["2"] is True


def test_a_frame_of_another_site_asks_gpp_by_messages(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served, "US-CA", regulation="us-ca")
    script = served.serve(f'const API = "__gpp", LOCATOR = "__gppLocator";{FRAME}', "text/javascript")
    other = served.pages_url.replace("127.0.0.1", "localhost")
    frame = served.serve(f'<!doctype html><title>Ad</title><script src="{urlsplit(script).path}"></script>')
    address = other + urlsplit(frame).path
    page.goto(serve(site, body=f'<iframe title="Ad" src="{address}"></iframe>', frames=other))
    asked(page)
    recorded(page, "Refuse all")
    ad = page.frame(url=address)
    assert ad is not None
    until(page, "gpp", "eventName", "sectionChange")

    ad.evaluate("send({ command: 'getField', parameter: 'usca.SaleOptOut', version: '1.1' })")
    ad.wait_for_function("() => seen.length > 0")

    assert ad.evaluate("seen[0][1]") == {"returnValue": 1, "success": True, "callId": 1}


def test_gpp_answers_at_once_and_tells_of_an_opt_out(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served, "US-CA", regulation="us-ca")
    held = hold(page)
    page.goto(serve(site))
    asked(page)
    held[0].continue_()
    until(page, "gpp", "eventName", "signalStatus")

    assert [each for each in page.evaluate("seen") if each[0] in ("has", "section", "field")] == [
        ["has", False, True], ["section", None, False], ["field", None, False],
    ]  # fmt: skip
    first = events(page, "gpp")[0]
    assert (first["eventName"], first["data"], first["pingData"]["cmpStatus"]) == ("listenerRegistered", True, "stub")
    assert gpp(page, "ping")[0]["applicableSections"] == [7, 8]
    assert gpp(page, "getField", "usca.SaleOptOut") == [2, True]

    recorded(page, "Refuse all")
    until_field(page, "usca.SaleOptOut", 1)
    assert gpp(page, "hasSection", "usca") == [True, True]
    assert gpp(page, "getField", "usnat.TargetedAdvertisingOptOut") == [1, True]
    section, _ = gpp(page, "getSection", "usca")
    assert (section["SaleOptOut"], section["SharingOptOut"], section["Gpc"]) == (1, 1, False)
    assert (section["SaleOptOutNotice"], section["MspaCoveredTransaction"]) == (1, 2)
    ping, _ = gpp(page, "ping")
    assert (ping["signalStatus"], ping["cmpStatus"], ping["cmpId"]) == ("ready", "loaded", 300)
    assert [each.layout.name for each in gpp_string.decode(ping["gppString"])] == ["usnat", "usca"]
    removed, _ = gpp(page, "removeEventListener", first["listenerId"])
    assert (removed["eventName"], removed["data"]) == ("listenerRemoved", True)
    served.settle()
    assert served.records(site.id)[0]["gpp_string"] == ping["gppString"]


def test_global_privacy_control_is_told_as_such(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served, "US-CA", regulation="us-ca")
    page.context.set_extra_http_headers({"Sec-GPC": "1"})
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")
    with page.expect_response(lambda answer: is_choice(answer)) as choice:
        page.goto(serve(site))

    assert choice.value.status == 201
    until_field(page, "usca.Gpc", True)
    assert gpp(page, "getField", "usca.SaleOptOut") == [1, True]
    until(page, "gpp", "eventName", "signalStatus")
    assert gpp(page, "ping")[0]["signalStatus"] == "ready"


@pytest.mark.parametrize(("state", "section"), [("US-TX", "ustx"), ("US-RI", "usri"), ("US-WA", "usnat")])
def test_each_state_has_its_section_and_others_the_national_one(
    served: Living, reader: Reader, state: str, section: str
) -> None:
    page, site = reader(), publish(served, state)
    site.publish(gpp={"sections": "state"})
    page.goto(serve(site))
    asked(page)
    until(page, "gpp", "eventName", "cmpDisplayStatus")
    recorded(page, "Agree to all")

    until_field(page, f"{section}.SaleOptOut", 2)
    assert gpp(page, "ping")[0]["sectionList"] == gpp(page, "ping")[0]["applicableSections"]


def test_readers_outside_the_united_states_have_no_section(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served, "DE")
    page.goto(serve(site))
    asked(page)
    until(page, "gpp", "eventName", "signalStatus")

    ping, _ = gpp(page, "ping")
    assert (ping["applicableSections"], ping["gppString"], ping["signalStatus"]) == ([-1], "DBAA", "ready")


def test_where_gdpr_does_not_apply_vendors_are_told_just_that(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served, "US-CA", regulation="us-ca")
    page.goto(serve(site))
    asked(page)
    page.wait_for_function("() => seen.some(([kind, value]) => kind === 'tcf')")

    [told] = events(page, "tcf")
    assert (told["gdprApplies"], told["eventStatus"], told.get("tcString")) == (False, "tcloaded", None)


def test_a_site_without_the_frameworks_loads_no_byte_of_them(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(site.page())
    asked(page)

    assert not [url for url in loaded if any(part in url for part in ("iab", "tcf", "gpp", "vendor-list"))]
    assert not any(mark in assets.of("banner.js", notices.notice()).body for mark in (b"tcfapi", b"__gpp", b"iab"))


def test_a_stub_on_a_site_that_is_none_of_the_framework_says_that_it_is_off(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(serve(site))
    asked(page)
    page.wait_for_function("() => seen.some(([kind]) => kind === 'tcf')")

    assert tcf(page, "ping")[0]["cmpStatus"] == "error"
    assert [each[1:] for each in page.evaluate("seen") if each[0] == "tcf"] == [[None, False]]
    assert tcf(page, "getTCData") == [None, False]
    assert gpp(page, "ping")[0]["cmpStatus"] == "error"
    recorded(page, "Agree to all")


def test_a_vendor_that_throws_keeps_nothing_from_the_next_one(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served)
    page.goto(serve(site))
    asked(page)
    until(page, "tcf", "eventStatus", "cmpuishown")
    page.evaluate(
        """__tcfapi('addEventListener', 2, ({ eventStatus }) => {
          if (eventStatus !== 'cmpuishown') throw new Error('broken tag');
        })"""
    )
    page.evaluate("__tcfapi('addEventListener', 2, note('after'))")

    recorded(page, "Agree to all")
    until(page, "after", "eventStatus", "useractioncomplete")
    assert page.complaints == ["broken tag"]  # type: ignore[attr-defined]
    page.complaints.clear()  # type: ignore[attr-defined]


def test_a_choice_made_while_the_engine_cannot_come_is_recorded_with_the_services_own_string(
    served: Living, reader: Reader
) -> None:
    page, site = reader(), publish(served)
    page.route("**/tcf.*.js", lambda route: route.abort())
    page.goto(serve(site, "data-tcf"))
    asked(page)
    page.wait_for_function("() => seen.some(([kind]) => kind === 'tcf')")

    assert tcf(page, "ping")[0]["cmpStatus"] == "error"
    recorded(page, "Agree to all")
    served.settle()
    assert tuple(tc_string.decode(served.records(site.id)[0]["tc_string"]).vendor_consents) == (2, 8, 9, 755)
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser's own line on what was aborted


def test_the_way_back_shows_the_layer_and_tells_what_became_of_it(served: Living, reader: Reader) -> None:
    page, site = reader(), publish(served)
    page.goto(serve(site))
    asked(page)
    until(page, "tcf", "eventStatus", "cmpuishown")
    recorded(page, "Agree to all")
    page.get_by_role("button", name="Cookie settings").click()
    page.get_by_role("button", name="Close").click()
    count = "() => seen.filter(([kind, value]) => kind === 'tcf' && value.eventStatus === 'useractioncomplete').length"
    page.wait_for_function(count.replace(".length", ".length === 2"))
    page.get_by_role("button", name="Cookie settings").click()
    recorded(page, "Withdraw")
    page.wait_for_function(count.replace(".length", ".length === 3"))

    told = [each for each in events(page, "tcf") if each.get("eventStatus")]
    assert [each["eventStatus"] for each in told] == ["cmpuishown", "useractioncomplete"] * 3
    assert told[1]["tcString"] == told[3]["tcString"]
    assert not any(told[5]["vendor"]["consents"].values()) and not any(told[5]["purpose"]["consents"].values())


CROOKED = (
    None, 0, True, "", "{", "[]", "null", '"__tcfapiCall"', [], {}, '{"__gppCall": {}}',
    {"type": "consent:change", "action": "agree"}, {"imprimatur": {"accept": True}},
    *({"__tcfapiCall": each} for each in (True, "ping", [], {}, {"command": {}}, {"command": "agree", "version": 2})),
    *({"__tcfapiCall": {"command": each, "version": 2, "callId": 1}} for each in ("__proto__", "constructor", None)),
    *({"__gppCall": each} for each in (1, {"command": "toString"}, {"command": "getField", "parameter": {}})),
)  # fmt: skip


@pytest.mark.parametrize("loaded", [False, True], ids=["stub", "engine"])
def test_messages_of_another_shape_change_nothing_and_break_nothing(
    served: Living, reader: Reader, loaded: bool
) -> None:
    page, site = reader(), publish(served)
    held = hold(page)
    page.goto(serve(site))
    asked(page)
    if loaded:
        held[0].continue_()
        until(page, "tcf", "eventStatus", "cmpuishown")
    page.evaluate("messages => messages.forEach((each) => postMessage(each, '*'))", list(CROOKED))
    call = {"__tcfapiCall": {"command": "ping", "version": 2, "callId": "last"}}
    page.evaluate(
        """call => new Promise((done) => {
          addEventListener("message", ({ data }) => data?.__tcfapiReturn?.callId === "last" && done());
          postMessage(call, "*");
        })""",
        call,
    )
    assert page.evaluate("imprimatur.choice()") is None
    asked(page)
    assert served.redis.exists("consent:choices") and page.evaluate("Object.keys(localStorage).length") == 0
