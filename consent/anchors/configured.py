"""The ways that the settings name."""

from consent.anchors.anchor import Way
from consent.anchors.timestamp import TimeStamp
from consent.anchors.ways import ByMail, ToAddress, ToDirectory
from consent.settings import Settings


def ways(settings: Settings) -> list[Way]:
    """Return the ways that are set up."""
    found: list[Way] = []
    if settings.anchor_dir:
        found.append(ToDirectory(settings.anchor_dir))
    if settings.anchor_url:
        found.append(ToAddress(settings.anchor_url))
    if settings.anchor_mail:
        found.append(ByMail(settings.smtp_url, settings.anchor_sender, settings.anchor_mail))
    if settings.anchor_tsa_url and settings.anchor_tsa_roots:
        found.append(TimeStamp(settings.anchor_tsa_url, settings.anchor_tsa_roots))
    return found
