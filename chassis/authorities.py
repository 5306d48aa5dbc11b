"""The certificate authorities that we trust as a client, read once: it takes longer than many a request."""

import ssl
from functools import lru_cache

import httpx


@lru_cache
def trusted(trust_env: bool = True) -> ssl.SSLContext:
    """Return them as a TLS context.

    Args:
        trust_env: whether `SSL_CERT_FILE` and `SSL_CERT_DIR` may name others.
    """
    return httpx.create_ssl_context(trust_env=trust_env)
