"""Tables of sites, notices and API tokens. Times are unix milliseconds; texts that are hashed are kept as bytes."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from chassis.sign_in.sessions import session_table
from chassis.tokens import token_table
from consent.store.tables import metadata

_sequence = BigInteger().with_variant(Integer, "sqlite")

api_token = token_table(metadata)
signed_in_session = session_table(metadata)

site = Table(
    "site",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("origins", Text, nullable=False),  # a JSON list
    Column("cookie_domain", String(253)),
    Column("region", String(6)),  # ISO 3166
    Column("traces", String(200), nullable=False, server_default=""),  # words, see consent.traces
    Column("created_ms", BigInteger, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("site", String(63), ForeignKey("site.id"), nullable=False),
    Column("body", LargeBinary, nullable=False),  # canonical JSON, what the name is the hash of
    Column("created_ms", BigInteger, nullable=False),
)

# The banner's files by content, gzipped: what records of earlier releases were drawn with.
served_file = Table(
    "served_file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("kept_ms", BigInteger, nullable=False),
)

# Searches of the console by name: of those who see one site, or of those who see every site, where it is empty.
saved_search = Table(
    "saved_search",
    metadata,
    Column("site", String(63), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("filters", Text, nullable=False),  # JSON, as they stand in the address; never by person
    Column("saved_ms", BigInteger, nullable=False),
)

# Which notice a site showed from when on; a notice may become current again.
publication = Table(
    "publication",
    metadata,
    Column("id", _sequence, primary_key=True, autoincrement=True),
    Column("site", String(63), ForeignKey("site.id"), nullable=False),
    Column("notice", String(64), ForeignKey("notice.sha256"), nullable=False),
    Column("published_ms", BigInteger, nullable=False),
    Index("publication_by_site", "site", "id"),
)
