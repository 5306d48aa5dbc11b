"""What tokens may do, scope by scope, and the roles that bundle scopes for the people and systems who usually ask."""

from dataclasses import dataclass

#: Each scope, and what it allows.
SCOPES = {
    "desk": "sign in to the editor's desk",
    "articles:read": "read articles, public or not, with their revisions and their record",
    "articles:draft": "write at the desk what is not public, and hand it in",
    "articles:write": "write, publish and take down articles and their translations",
    "media:write": "send pictures",
    "ingest": "send what other newsrooms made, in their formats",
    "webhooks": "say who is told of what happens",
    "pages:purge": "renew cached pages",
}


@dataclass(frozen=True)
class Role:
    """A bundle of scopes; `about` says whose."""

    about: str
    scopes: frozenset[str]


_READER = frozenset({"desk", "articles:read"})
_WRITER = _READER | {"articles:draft", "media:write"}

ROLES = {
    "proofreader": Role("reads everything at the desk and changes nothing", _READER),
    "writer": Role("writes drafts and hands them in", _WRITER),
    "editor": Role("publishes, corrects and takes down", _WRITER | {"articles:write"}),
    "agency": Role(
        "a system that sends articles and pictures",
        frozenset({"articles:read", "articles:write", "media:write", "ingest"}),
    ),
    "administrator": Role("everything", frozenset(SCOPES)),
}
