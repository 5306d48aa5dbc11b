"""A container's health check: ask the service on this port whether it is ready. Exit code 0 for yes."""

import sys
import urllib.error
import urllib.request

try:
    urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/readyz", timeout=4).close()
except (urllib.error.URLError, OSError) as fault:
    sys.exit(str(fault))
