"""What a GPP string has to say of a choice: opted out of sale, sharing and targeted advertising, or not.

A reader has opted out who has not agreed to every purpose of the kind `marketing`, or whose browser sends Global
Privacy Control.
"""

from collections.abc import Iterator, Mapping

from consent.iab import gpp_string
from consent.iab.bits import Malformed
from consent.iab.gpp_string import Section
from consent.notices import Notice

NOTICES = (
    "SharingNotice", "ProcessingNotice", "SaleOptOutNotice", "SharingOptOutNotice", "TargetedAdvertisingOptOutNotice",
)  # fmt: skip
SHOWN = 1
OPT_OUTS = ("SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut")
OPTED_OUT, NOT_OPTED_OUT = 1, 2
#: How a notice has its readers in the United States told of: by their state's section, the national one, or both.
APPROACHES = ("state", "national", "both")


def marketing(notice: Notice) -> tuple[str, ...]:
    """List the purposes that an opt-out ends."""
    return tuple(purpose for purpose in notice.optional if notice.kinds[purpose] == "marketing")


def sections(region: str | None, approach: str) -> tuple[int, ...]:
    """Return the ids of the sections for a reader of a region, in the header's order; none outside of the country."""
    if region is None or not (region == "US" or region.startswith("US-")):
        return ()
    national, *states = sorted(gpp_string.layouts().values(), key=lambda layout: layout.region is not None)
    own = tuple(layout.id for layout in states if layout.region == region)
    if approach == "national" or not own:
        return (national.id,)
    return own if approach == "state" else (national.id, *own)


def write(notice: Notice, purposes: Mapping[str, bool], region: str | None, gpc: bool) -> str | None:
    """Write the GPP string of a choice; None where the reader's region has no section.

    Args:
        notice: the notice that was shown, one of GPP.
        purposes: the decisions by purpose.
        region: the reader's.
        gpc: whether the browser sends Global Privacy Control.
    """
    out = gpc or not all(purposes[purpose] for purpose in marketing(notice))
    fields = dict.fromkeys(NOTICES, SHOWN) | dict.fromkeys(OPT_OUTS, OPTED_OUT if out else NOT_OPTED_OUT)
    ids = sections(region, notice.document["gpp"]["sections"])
    told = [Section(gpp_string.layouts()[each], fields, gpc) for each in ids]
    return gpp_string.encode(told) if told else None


def faults(text: str, notice: Notice, purposes: Mapping[str, bool], gpc: bool) -> Iterator[str]:
    """Tell, as what was expected, where a GPP string contradicts the decisions that it came with.

    Args:
        text: as sent.
        notice: the notice that was shown.
        purposes: the decisions by purpose.
        gpc: whether the request itself carries the browser's signal.
    """
    try:
        read = gpp_string.decode(text)
    except Malformed as error:
        yield f"a GPP string: {error}"
        return
    given = all(purposes[purpose] for purpose in marketing(notice))
    for section in read:
        yield from _contradictions(section, given, gpc)


def _contradictions(section: Section, given: bool, gpc: bool) -> Iterator[str]:
    if gpc and section.gpc is False:
        yield f"Gpc in {section.layout.name}, since the request says Sec-GPC: 1"
    right = NOT_OPTED_OUT if given and not (gpc or section.gpc) else OPTED_OUT
    for name in OPT_OUTS:
        if section.fields.get(name, right) != right:
            yield f"{name} {right} in {section.layout.name}, got {section.fields[name]}"
