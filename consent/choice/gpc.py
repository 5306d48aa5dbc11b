"""Global Privacy Control (w3c/gpc): the browser's word that its reader refuses sale and sharing."""

# When this service last changed how it honours the signal; part of /.well-known/gpc.json.
SUPPORT = {"gpc": True, "lastUpdate": "2026-11-23"}


def signalled(header: str | None) -> bool:
    """Tell whether `Sec-GPC` says exactly "1", once or among several; every other value means nothing (§4.1)."""
    return any(value.strip(" \t") == "1" for value in (header or "").split(","))
