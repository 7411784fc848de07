"""Nodes of OpenDHT, each a process: as many as the first argument says, and values as the second; told what to do in lines.

get SECONDS: waits so long, puts the values, waits as long, and lets every other node get each of them; answers with the
nanoseconds until the first value came, 0 where none did.

With one argument, a port or 0, it is one of the nodes, which begins at the node of that port:
put KEY, get KEY: answers with nanoseconds.
"""

import subprocess
import sys
import threading
import time

try:
    import opendht
except ImportError:
    print("OpenDHT's module is missing; install it with: apt install python3-opendht", flush=True)
    sys.exit()

LIMIT = 20.0


class Child:
    """One node, seen from the process that drives all."""

    def __init__(self, first: int):
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(first)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self._number()

    def _number(self) -> int:
        return int(self._process.stdout.readline())

    def ask(self, *words: str) -> int:
        print(*words, file=self._process.stdin, flush=True)
        return self._number()

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait()


def get(node: opendht.DhtRunner, key: opendht.InfoHash) -> int:
    came = threading.Event()
    at = []

    def value_came(*_) -> bool:
        at.append(time.perf_counter_ns())
        came.set()
        return False

    began = time.perf_counter_ns()
    node.get(key, value_came, lambda *_: came.set())
    came.wait(LIMIT)
    return at[0] - began if at else 0


def put(node: opendht.DhtRunner, key: opendht.InfoHash) -> int:
    done = threading.Event()
    began = time.perf_counter_ns()
    node.put(key, opendht.Value(b"x" * 500), lambda *_: done.set())
    done.wait(LIMIT)
    return time.perf_counter_ns() - began


def be_node(first: int) -> None:
    config = opendht.DhtConfig()
    # All nodes have one address here; the limits are meant for strangers on the Internet.
    config.setRateLimit(-1, -1)
    node = opendht.DhtRunner()
    node.run(port=0, config=config)
    if first:
        node.bootstrap("127.0.0.1", str(first))
    print(node.getBound().getPort(), flush=True)
    for line in sys.stdin:
        what, name = line.split()
        key = opendht.InfoHash.get(name)
        print(get(node, key) if what == "get" else put(node, key), flush=True)


def host(number: int, nodes: int, values: int) -> int:
    return 1 + number * (nodes - 1) // values


def drive(count: int, values: int) -> None:
    nodes = [Child(0)]
    nodes += [Child(nodes[0].port) for _ in range(count - 1)]
    try:
        print("ready", flush=True)
        for line in sys.stdin:
            pause = float(line.split()[1])
            time.sleep(pause)
            for number in range(values):
                nodes[host(number, count, values)].ask("put", f"service-{number}")
            time.sleep(pause)
            print(*(node.ask("get", f"service-{number}") for number in range(values) for at, node in enumerate(nodes)
                    if at != host(number, count, values)), flush=True)
    finally:
        for node in nodes:
            node.end()


if __name__ == "__main__":
    if len(sys.argv) == 2:
        be_node(int(sys.argv[1]))
    else:
        drive(int(sys.argv[1]), int(sys.argv[2]))
