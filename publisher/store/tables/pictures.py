"""Tables of pictures, their renditions, and who uses them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from publisher.store.tables.columns import article_key, metadata

media = Table(
    "media",
    metadata,
    # of the stored bytes, which are the sent ones without their metadata
    Column("sha256", String(64), primary_key=True),
    Column("content_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    # when it was taken off the disk; null: it is there
    Column("removed_ms", BigInteger),
    # photo_metadata.PhotoMetadata as JSON; null: its file said nothing
    Column("told", Text),
    # the words of that, folded as searches are
    Column("said", Text, nullable=False, server_default=""),
)

picture_use = Table(
    "picture_use",
    metadata,
    # at its current revision
    Column("article", String(128), article_key(), primary_key=True),
    Column("media", String(64), primary_key=True),
    # caption, text for those who do not see it, credit and headline, folded as searches are
    Column("said", Text, nullable=False, server_default=""),
    Index("picture_use_by_media", "media"),
)

rendition = Table(
    "rendition",
    metadata,
    Column("media", String(64), ForeignKey("media.sha256", ondelete="CASCADE"), primary_key=True),
    # as in its address: 800.avif, or a crop's: 16x9-30-90.jpg
    Column("name", String(32), primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("content_type", String(32), nullable=False),
    # relative to MEDIA_DIR
    Column("path", String(255), nullable=False),
    Column("size_bytes", Integer, nullable=False),
)
