"""The publisher service: articles, media, pages, trends, page cache."""
