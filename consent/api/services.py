"""What the endpoints call: built once in `consent.app.create_app`, found through the running app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import current_app
from redis import Redis

from consent import served
from consent.acting import Acting
from consent.catalogue import Catalogue
from consent.choice.display import Displays
from consent.configuring import Configuring
from consent.erasures import Erasures
from consent.iab.signals import Framework
from consent.ledger.stream import Stream
from consent.limits import Limits
from consent.recording.account_choices import AccountChoices
from consent.recording.account_sync import AccountSync
from consent.recording.intake import Intake
from consent.recording.rectification import Rectification
from consent.settings import Settings
from consent.store.accounts import Accounts
from consent.store.act_log import ActLog
from consent.store.audit import Audit
from consent.store.exports import Exports
from consent.store.holds import Holds
from consent.store.ledger import Ledger
from consent.store.notices import Notices
from consent.store.recount import Recount
from consent.store.saved_searches import SavedSearches
from consent.store.served_files import ServedFiles
from consent.store.statistics import Statistics
from consent.vendor_lists import VendorLists


@dataclass(frozen=True)
class Services:
    """The consent service's parts; `redis` is that of the durable role, `now_ms` is the server's clock.

    `record_of` returns the record id of a site's event.
    """

    settings: Settings
    catalogue: Catalogue
    notices: Notices
    displays: Displays
    intake: Intake
    account_choices: AccountChoices
    account_sync: AccountSync
    accounts: Accounts
    redis: Redis
    stream: Stream
    ledger: Ledger
    audit: Audit
    exports: Exports
    limits: Limits
    served_files: ServedFiles
    saved_searches: SavedSearches
    served: served.Displays
    statistics: Statistics
    recount: Recount
    acting: Acting
    configuring: Configuring
    act_log: ActLog
    erasures: Erasures
    holds: Holds
    rectification: Rectification
    vendor_lists: VendorLists
    framework: Callable[[], Framework]
    pepper: bytes
    record_of: Callable[[str, str], str]
    now_ms: Callable[[], int]

    def at(self, path: str) -> str:
        """Return the public address of a path."""
        return self.settings.public_url + path

    @property
    def own_origin(self) -> str:
        """Return the origin of the service's own pages."""
        scheme, host, *_ = urlsplit(self.settings.public_url)
        return f"{scheme}://{host}"


def services() -> Services:
    """Return the running app's parts."""
    return cast(Services, current_app.extensions["consent"])
