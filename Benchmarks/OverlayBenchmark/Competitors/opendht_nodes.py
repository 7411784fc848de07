"""Nodes of OpenDHT in this process: as many as the first argument says, and values as the second; told what to do in lines.

get SECONDS: puts the values, waits so long, and lets every other node get each of them; answers with the nanoseconds until the
first value came, 0 where none did.
"""

import sys
import threading
import time

try:
    import opendht
except ImportError:
    print("OpenDHT's module is missing; install it with: apt install python3-opendht", flush=True)
    sys.exit()

LIMIT = 20.0


def runner() -> opendht.DhtRunner:
    config = opendht.DhtConfig()
    # All nodes have one address here; the limits are meant for strangers on the Internet.
    config.setRateLimit(-1, -1)
    node = opendht.DhtRunner()
    node.run(port=0, config=config)
    return node


def host(number: int, nodes: int, values: int) -> int:
    return 1 + number * (nodes - 1) // values


def get(node: opendht.DhtRunner, key: opendht.InfoHash) -> int:
    came = threading.Event()
    at = []

    def value_came(value, *_) -> bool:
        at.append(time.perf_counter_ns())
        came.set()
        return False

    began = time.perf_counter_ns()
    node.get(key, value_came, lambda *_: came.set())
    came.wait(LIMIT)
    return at[0] - began if at else 0


def main() -> None:
    count, values = int(sys.argv[1]), int(sys.argv[2])
    nodes = [runner()]
    for _ in range(count - 1):
        node = runner()
        node.bootstrap("127.0.0.1", str(nodes[0].getBound().getPort()))
        nodes.append(node)
    print("ready", flush=True)
    for line in sys.stdin:
        time.sleep(float(line.split()[1]))
        keys = [opendht.InfoHash.get(f"service-{number}") for number in range(values)]
        for number, key in enumerate(keys):
            nodes[host(number, count, values)].put(key, opendht.Value(b"x" * 500))
        time.sleep(2)
        print(*(get(node, key) for number, key in enumerate(keys) for at, node in enumerate(nodes)
                if at != host(number, count, values)), flush=True)


if __name__ == "__main__":
    main()
