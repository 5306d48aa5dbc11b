"""What the publisher's tables share: the collection they belong to, and kinds of columns that several have."""

from sqlalchemy import BigInteger, ForeignKey, Integer, MetaData, String

metadata = MetaData()
sequence = BigInteger().with_variant(Integer, "sqlite")
# by code point in both databases, whatever the locale
in_order = String(40).with_variant(String(40, "C"), "postgresql")


def article_key() -> ForeignKey:
    """Return the reference of a row that goes with its article."""
    return ForeignKey("article.id", ondelete="CASCADE")
