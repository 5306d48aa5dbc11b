"""Loopback ports: the usual one where it is free, else the next that is."""

import socket
from collections.abc import Callable, Container

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


def pick(what: str, usual: int, given: Container[int] = (), say: Callable[[str], object] = print) -> int:
    """Return the usual port or the first free one after it, and say so where it is another.

    Args:
        what: what will listen, for the message.
        usual: the port that people expect.
        given: ports that are promised to others and not yet taken.
        say: where the message goes.
    """
    for port in range(usual, usual + TRIED):
        if port not in given and is_free(port):
            if port != usual:
                say(f"Port {usual} is taken: {what} gets {port}.")
            return port
    raise OSError(f"no free port for {what} between {usual} and {usual + TRIED - 1}")
