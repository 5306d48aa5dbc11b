"""What tokens may do, scope by scope, and the roles that bundle scopes for the people and servers who usually ask."""

from dataclasses import dataclass

#: Each scope, and what it allows.
SCOPES = {
    "console": "sign in to the console",
    "audit:read": "search, read and export records",
    "subjects:read": "see all that is held on a person",
    "subjects:erase": "erase a person, approve an erasure",
    "holds:read": "see legal holds and what they keep",
    "holds:write": "lay and end legal holds",
    "records:write": "rectify and invalidate records",
    "notices:write": "publish notices",
    "accounts:write": "record choices of signed-in readers, for a site's own server",
    "tokens:write": "make and end tokens",
}


@dataclass(frozen=True)
class Role:
    """A bundle of scopes; `about` says whose."""

    about: str
    scopes: frozenset[str]


_AUDITOR = frozenset({"console", "audit:read"})
_OFFICER = _AUDITOR | {"subjects:read", "subjects:erase", "holds:read", "holds:write", "records:write"}

ROLES = {
    "auditor": Role("reads the log and changes nothing", _AUDITOR),
    "officer": Role("answers for the data: persons, erasures, holds", _OFFICER),
    "editor": Role("publishes notices", frozenset({"console", "notices:write"})),
    "site-server": Role("the server of a site whose readers sign in", frozenset({"accounts:write"})),
    "administrator": Role("everything, tokens included", _OFFICER | {"notices:write", "tokens:write"}),
}
