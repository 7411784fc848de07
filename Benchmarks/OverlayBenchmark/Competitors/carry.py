"""Carries bytes into one Unix socket and takes them out of another, so that what lies between can be measured.

Started by itself, with two paths: connects to the first, takes what is connected to the second. Told what to do in lines:
send COUNT: carries so many bytes; answers with nanoseconds.
"""

import socket
import sys
import threading
import time

PIECE = 256 << 10


def listen(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    return listener


def carry(source: socket.socket, sink: socket.socket, count: int) -> int:
    """Nanoseconds until the last of the bytes that go into `source` has come out of `sink`, and an answer of one byte came
    back."""
    for end in (source, sink):
        end.settimeout(120)

    def take() -> None:
        piece = memoryview(bytearray(PIECE))
        left = count
        while left > 0:
            taken = sink.recv_into(piece[: min(left, PIECE)])
            if taken == 0:
                return
            left -= taken
        sink.sendall(b"\x01")

    taker = threading.Thread(target=take)
    began = time.perf_counter_ns()
    taker.start()
    piece = memoryview(bytearray(PIECE))
    left = count
    while left > 0:
        source.sendall(piece[: min(left, PIECE)])
        left -= min(left, PIECE)
    if source.recv(1) != b"\x01":
        raise EOFError("the stream ended")
    took = time.perf_counter_ns() - began
    taker.join()
    return took


def main() -> None:
    into, out = sys.argv[1:]
    listener = listen(out)
    print("ready", flush=True)
    ends = None
    for line in sys.stdin:
        if ends is None:
            source = socket.socket(socket.AF_UNIX)
            source.connect(into)
            ends = source, listener.accept()[0]
        print(carry(*ends, int(line.split()[1])), flush=True)
    listener.close()


if __name__ == "__main__":
    main()
