"""Where the reader of a request is taken to be."""

from flask import request

from consent.api.services import services
from consent.regulations import region
from consent.regulations.region import Region, Rules
from consent.sites import Site


def of_reader(site: Site) -> Region:
    """Return the reader's region: the edge's header where one is trusted, else the site's setting, else unknown."""
    header = services().settings.region_header
    return region.decide(request.headers.get(header) if header else None, site.region)


def rules(site: Site, floor: str) -> Rules:
    """Return what applies to the reader now, and no less than `floor`."""
    return region.rules(of_reader(site), services().now_ms(), floor)
