"""Tables of what can be found, in which words, and of what editors want of the trends."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from publisher.store.tables.columns import article_key, in_order, metadata

# What can be found: an article in a language in which its page can be read. Its terms are in search_index.
search_document = Table(
    "search_document",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("article", String(128), article_key(), nullable=False),
    Column("language", String(35), nullable=False),
    # as the page shows it
    Column("headline", Text, nullable=False),
    UniqueConstraint("article", "language", name="search_document_once"),
)

search_word = Table(
    "search_word",
    metadata,
    Column("language", String(35), primary_key=True),
    # folded
    Column("word", in_order, primary_key=True),
    # backwards, for those that end alike
    Column("reversed", in_order, nullable=False),
    # as some article has it, in small letters
    Column("written", String(40), nullable=False),
    Index("search_word_reversed", "language", "reversed"),
)

# What editors want of the trends, against or beside what readers search for
trend_choice = Table(
    "trend_choice",
    metadata,
    Column("language", String(35), primary_key=True),
    # as it counts: in small letters
    Column("term", String(60), primary_key=True),
    # pin | hide
    Column("what", String(8), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String(200), nullable=False),
)
