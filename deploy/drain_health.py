"""The drain's health check: it leaves a sign of life in the durable Redis, which forgets it within seconds."""

import os
import sys

from redis import Redis

with Redis.from_url(os.environ["REDIS_DURABLE_URL"], socket_timeout=4, socket_connect_timeout=4) as redis:
    sys.exit(None if redis.exists("consent:drain") else "the drain has not been heard of")
