"""Ports for programs that cannot choose one themselves, or that have to keep theirs over a restart."""

import socket


def free_ports(count: int) -> list[int]:
    """Different ports of loopback that were free a moment ago, for TCP and for UDP. They are outside of the range from which
    the system gives ports to connections, which could take one while its program does not run."""
    found: list[int] = []
    port = 21_000
    while len(found) < count:
        port += 1
        if port > 31_000:
            raise OSError("no free ports")
        if _is_free(port):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        try:
            stream.bind(("127.0.0.1", port))
            datagrams.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
