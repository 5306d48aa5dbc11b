"""What this deployment has of the IAB's frameworks: the operator's CMP id, the vendor list, the bundled engines."""

from consent.banner import assets
from consent.iab.signals import Framework
from consent.iab.tcf import Cmp
from consent.settings import Settings
from consent.vendor_lists import VendorLists


def of(settings: Settings, vendor_lists: VendorLists) -> Framework:
    """Return what there is now: the list is as new as its source, within a day."""
    if not settings.cmp_id:
        return Framework()
    return Framework(Cmp(settings.cmp_id, settings.cmp_version), vendor_lists.all(), lacking())


def lacking() -> str | None:
    """Say why pages of this deployment cannot speak TCF and GPP; None where they can."""
    if all(assets.engine(name) for name in ("tcf.js", "gpp.js")):
        return None
    return "the engines are not bundled: `python -m consent.banner.engines` does it, where npm is"
