"""What kind of browser somebody has, by its User-Agent: the family, never its version."""

# In this order: browsers name those that they descend from.
FAMILIES = (
    ("samsung", ("SamsungBrowser/",)),
    ("opera", ("OPR/", "Opera")),
    ("edge", ("Edg/", "EdgA/", "EdgiOS/", "Edge/")),
    ("firefox", ("Firefox/", "FxiOS/")),
    ("chrome", ("Chrome/", "Chromium/", "CriOS/")),
    ("safari", ("Safari/",)),
)


def family(user_agent: str | None) -> str | None:
    """Return a browser's family; `other` where it is not known, None where nothing was said."""
    if not user_agent:
        return None
    return next((name for name, marks in FAMILIES if any(mark in user_agent for mark in marks)), "other")
