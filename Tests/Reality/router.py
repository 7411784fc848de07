"""A network between namespaces of one machine that delays packets, and loses some if told so.

Runs as a program of its own, so that nothing else delays the packets:

    router.py [--jitter MILLISECONDS] [--loss PERCENT] [--seed NUMBER] MILLISECONDS NAMESPACE=ADDRESS...

In each namespace, which must exist, it makes the device sam0 with that address and a route to all others. Each packet that
leaves one namespace enters another after the delay; those to unknown addresses vanish. Jitter and loss are those of tc's
netem: a delay between MILLISECONDS less and more than the mean, drawn for each packet, so that packets overtake each other,
and a share of the packets, each for itself, that never arrives. For each line on standard input it prints one line of JSON
with what each address has sent since the start, lost packets included. It ends with its input.
"""

import argparse
import ctypes
import fcntl
import heapq
import ipaddress
import json
import os
import random
import selectors
import struct
import subprocess
import sys
import time

DEVICE = "sam0"
PREFIX_LENGTH = 16
# Of linux/if_tun.h: set up a device, one of IP packets, without a header of its own.
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
CLONE_NEWNET = 0x40000000
LONGEST_PACKET = 65_536
TCP = 6
UDP = 17


class Port:
    """One namespace's end of the network."""

    def __init__(self, namespace: str, address: str):
        self.address = address
        self.file = _open_device(namespace)
        self.packets = self.bytes = self.payload = self.datagrams = 0
        network = ipaddress.ip_network(f"{address}/{PREFIX_LENGTH}", strict=False)
        for command in (["addr", "add", f"{address}/32", "dev", DEVICE], ["link", "set", "lo", "up"],
                        ["link", "set", DEVICE, "up", "txqueuelen", "10000"],
                        ["route", "add", str(network), "dev", DEVICE, "src", address]):
            subprocess.run(["ip", "-n", namespace, *command], check=True)

    def count(self, packet: bytes) -> None:
        self.packets += 1
        self.bytes += len(packet)
        header = (packet[0] & 0xF) * 4
        if packet[9] == TCP:
            self.payload += struct.unpack_from("!H", packet, 2)[0] - header - (packet[header + 12] >> 4) * 4
        elif packet[9] == UDP:
            self.datagrams += 1


def _open_device(namespace: str) -> int:
    """A device belongs to the namespace in which it was made, and its file works from everywhere."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net") as home, open(f"/run/netns/{namespace}") as away:
        _check(libc.setns(away.fileno(), CLONE_NEWNET))
        try:
            file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
        finally:
            _check(libc.setns(home.fileno(), CLONE_NEWNET))
    return file


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "setns failed: this needs root")


class Router:
    def __init__(self, conditions: argparse.Namespace, ports: list[Port]):
        self._delay = conditions.delay / 1_000
        self._jitter = conditions.jitter / 1_000
        self._loss = conditions.loss / 100
        self._random = random.Random(conditions.seed)
        self._ports = {ipaddress.ip_address(port.address).packed: port for port in ports}
        self._selector = selectors.DefaultSelector()
        for port in ports:
            self._selector.register(port.file, selectors.EVENT_READ, port)
        self._selector.register(sys.stdin, selectors.EVENT_READ, None)
        # Without jitter packets leave in the order in which they came; the number keeps it when the clock does not tell
        # two apart.
        self._under_way: list[tuple[float, int, Port, bytes]] = []
        self._count = 0

    def run(self) -> None:
        while True:
            wait = None if not self._under_way else max(0.0, self._under_way[0][0] - time.monotonic())
            for key, _ in self._selector.select(wait):
                if key.data is None:
                    if not sys.stdin.readline():
                        return
                    self._report()
                else:
                    self._receive(key.data)
            self._deliver()

    def _receive(self, port: Port) -> None:
        while True:
            try:
                packet = os.read(port.file, LONGEST_PACKET)
            except BlockingIOError:
                return
            target = self._ports.get(packet[16:20])
            if packet[0] >> 4 != 4 or target is None:
                continue
            port.count(packet)
            if self._random.random() < self._loss:
                continue
            self._count += 1
            delay = self._delay + self._random.uniform(-self._jitter, self._jitter)
            heapq.heappush(self._under_way, (time.monotonic() + delay, self._count, target, packet))

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._under_way and self._under_way[0][0] <= now:
            _, _, port, packet = heapq.heappop(self._under_way)
            os.write(port.file, packet)

    def _report(self) -> None:
        sent = {port.address: {"packets": port.packets, "bytes": port.bytes, "payload": port.payload,
                               "datagrams": port.datagrams} for port in self._ports.values()}
        print(json.dumps(sent), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jitter", type=float, default=0)
    parser.add_argument("--loss", type=float, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("delay", type=float)
    parser.add_argument("places", nargs="+", metavar="NAMESPACE=ADDRESS")
    arguments = parser.parse_args()
    if arguments.jitter > arguments.delay:
        parser.error("more jitter than delay: packets would arrive before they were sent")
    ports = [Port(*place.split("=", 1)) for place in arguments.places]
    print("ready", flush=True)
    Router(arguments, ports).run()


if __name__ == "__main__":
    main()
