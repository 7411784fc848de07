"""Two p2pd, between which a stream is carried or connections are made; told what to do in lines.

send COUNT: carries so many bytes on the one stream; answers with nanoseconds.
connect COUNT: connects and disconnects as often; answers with the nanoseconds of each connect.
processes: answers with the ids of both processes.
"""

import os
import sys
import tempfile
import time

import carry

try:
    import p2pd
    from wire import delimited, encode_varint, field
except ImportError as missing:
    print(f"p2pd needs the Python environment of scripts/python-env ({missing})", flush=True)
    sys.exit()

STREAM_HANDLER = 3
UNIX = 400
PROTOCOL = "/sam/benchmark/piped/1.0.0"


def stream(daemons: list[p2pd.Daemon]) -> tuple:
    """Both ends of a stream from the first daemon to the second, as sockets."""
    path = os.path.join(tempfile.mkdtemp(prefix="p2pd-", dir="/tmp"), "accepted")
    listener = carry.listen(path)
    # A multiaddr of a path, as go-libp2p has it: with the slash that the path begins with.
    address = encode_varint(UNIX) + delimited(path.encode())
    handler = field(1, address) + field(2, PROTOCOL) + field(3, 0)
    daemons[1]._request(STREAM_HANDLER, field(4, handler))[0].close()
    opened = daemons[0].open_stream(daemons[1].peer, PROTOCOL)
    accepted = p2pd.Connection.__new__(p2pd.Connection)
    accepted._socket = listener.accept()[0]
    accepted.read_message()
    return opened._socket, accepted._socket


def connect(daemons: list[p2pd.Daemon]) -> int:
    began = time.perf_counter_ns()
    daemons[0].connect(daemons[1].address)
    took = time.perf_counter_ns() - began
    daemons[0].disconnect(daemons[1].peer)
    while daemons[1].peers():
        time.sleep(0.001)
    return took


def main() -> None:
    if p2pd.binary() is None:
        print("p2pd is missing from the Python environment; run scripts/python-env", flush=True)
        return
    daemons = [p2pd.Daemon(f"p2pd {number}") for number in range(2)]
    ends = None
    try:
        print("ready", flush=True)
        for line in sys.stdin:
            match line.split():
                case ["processes"]:
                    print(*(daemon.process.pid for daemon in daemons), flush=True)
                case ["send", count]:
                    if ends is None:
                        daemons[0].connect(daemons[1].address)
                        ends = stream(daemons)
                    print(carry.carry(*ends, int(count)), flush=True)
                case ["connect", count]:
                    print(*(connect(daemons) for _ in range(int(count))), flush=True)
    finally:
        for daemon in daemons:
            daemon.close()


if __name__ == "__main__":
    main()
