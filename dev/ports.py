"""Loopback ports: the usual one where it is free, else the next that is."""

import os
import socket
from collections.abc import Callable, Container

from dev.failure import StartFailure

HOST = "127.0.0.1"
TRIED = 100


def is_free(port: int) -> bool:
    """Tell whether nobody listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection that lingers is nobody listening
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def usual(env: str, default: int) -> int:
    """Return the port that the environment asks for, else the usual one.

    Raises:
        StartFailure: what it asks for is no port.
    """
    text = os.environ.get(env) or str(default)
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) < 65536:
        raise StartFailure(f"{env}: expected a port from 1024 to 65535, got {text!r}")
    return int(text)


def pick(what: str, first: int, given: Container[int] = (), say: Callable[[str], object] = print) -> int:
    """Return the first free port from `first` on, and say so where it is another.

    Args:
        what: what will listen, for the message.
        first: the port that people expect.
        given: ports that are promised to others and not yet taken.
        say: where the message goes.
    """
    for port in range(first, first + TRIED):
        if port not in given and is_free(port):
            if port != first:
                say(f"Port {first} is taken: {what} gets {port}.")
            return port
    raise OSError(f"no free port for {what} between {first} and {first + TRIED - 1}")
