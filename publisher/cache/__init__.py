"""The page cache: rendered pages in Redis, invalidated by tags, in front of Flask. Keys: docs/redis.md."""
