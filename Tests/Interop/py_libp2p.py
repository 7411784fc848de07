"""py-libp2p as a program with the same two commands and the same JSON lines as "samnode libp2p".

    py_libp2p.py dial <multiaddr> [--pings N]
    py_libp2p.py listen
    py_libp2p.py find-node <multiaddr> <peer id>
    py_libp2p.py provide <multiaddr> <CID> [--announce <multiaddr>]
    py_libp2p.py get-providers <multiaddr> <CID>

py-libp2p runs on trio, so it gets a process of its own instead of a place inside the tests.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio
from multiaddr import Multiaddr

from libp2p import new_host
from libp2p.abc import IHost, INetConn, INetStream, INetwork, INotifee
from libp2p.host.ping import ID as PING_PROTOCOL, PING_LENGTH, PingService
from libp2p.identity.identify.identify import ID as IDENTIFY_PROTOCOL
from libp2p.io.utils import read_exactly
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT
from libp2p.peer.id import ID as PeerID
from libp2p.peer.peerinfo import PeerInfo, info_from_p2p_addr
from libp2p.tools.anyio_service import background_trio_service

from wire import Identify, decode_varint

LOOPBACK = Multiaddr("/ip4/127.0.0.1/tcp/0")

# Seconds for a command. Whoever started it has deadlines that are fair to a busy machine; this one ends it in any case.
PATIENCE = 600


def report(event: str, **details) -> None:
    print(json.dumps({"event": event, **details}), flush=True)


async def identify(host: IHost, peer: PeerID) -> None:
    stream = await host.new_stream(peer, [IDENTIFY_PROTOCOL])
    prefix = await read_exactly(stream, 1)
    while prefix[-1] & 0x80:
        prefix += await read_exactly(stream, 1)
    about = Identify(await read_exactly(stream, decode_varint(prefix)[0]))
    await stream.close()
    report("identified", agent=about.agent, protocols=about.protocols, listen=about.listen, peer=about.peer)


async def ping(host: IHost, peer: PeerID, rounds: int) -> None:
    stream = await host.new_stream(peer, [PING_PROTOCOL])
    for _ in range(rounds):
        payload = os.urandom(PING_LENGTH)
        sent = time.monotonic()
        await stream.write(payload)
        if await read_exactly(stream, PING_LENGTH) != payload:
            raise ValueError("ping came back changed")
        report("ping", ms=(time.monotonic() - sent) * 1000)
    await stream.close()


class Reporter(INotifee):
    """Reports connections, and asks each peer that connects who it is."""

    def __init__(self, host: IHost, nursery: trio.Nursery):
        self._host = host
        self._nursery = nursery

    async def connected(self, network: INetwork, conn: INetConn) -> None:
        peer = conn.muxed_conn.peer_id
        report("connected", peer=str(peer))
        self._nursery.start_soon(self._identify, peer)

    async def _identify(self, peer: PeerID) -> None:
        try:
            await identify(self._host, peer)
        except Exception as error:  # noqa: BLE001 - a peer that leaves early is none of the listener's business
            report("identify-failed", peer=str(peer), error=repr(error))

    async def disconnected(self, network: INetwork, conn: INetConn) -> None:
        report("disconnected", peer=str(conn.muxed_conn.peer_id))

    async def opened_stream(self, network: INetwork, stream: INetStream) -> None:
        pass

    async def closed_stream(self, network: INetwork, stream: INetStream) -> None:
        pass

    async def listen(self, network: INetwork, multiaddr: Multiaddr) -> None:
        pass

    async def listen_close(self, network: INetwork, multiaddr: Multiaddr) -> None:
        pass


async def dial(address: str, pings: int) -> None:
    host = new_host(listen_addrs=[LOOPBACK])
    target = info_from_p2p_addr(Multiaddr(address))
    async with host.run(listen_addrs=[LOOPBACK]):
        with trio.fail_after(PATIENCE):
            await host.connect(target)
            report("connected", peer=str(target.peer_id))
            await identify(host, target.peer_id)
            await ping(host, target.peer_id, pings)


@asynccontextmanager
async def client_of(address: str) -> AsyncIterator[KadDHT]:
    """The DHT as a node sees it that knows one server of it."""
    host = new_host(listen_addrs=[LOOPBACK])
    target = info_from_p2p_addr(Multiaddr(address))
    async with host.run(listen_addrs=[LOOPBACK]):
        dht = KadDHT(host, DHTMode.CLIENT)
        async with background_trio_service(dht):
            with trio.fail_after(PATIENCE):
                await host.connect(target)
                report("connected", peer=str(target.peer_id))
                if not await dht.add_peer(target.peer_id):
                    raise ValueError("the server is not taken into the routing table")
                yield dht


def report_peer(event: str, found: PeerInfo) -> None:
    report(event, peer=str(found.peer_id), listen=[str(address) for address in found.addrs])


async def find_node(address: str, peer: str) -> None:
    async with client_of(address) as dht:
        found = await dht.find_peer(PeerID.from_base58(peer))
        if found:
            report_peer("closer-peer", found)
        report("answered", count=1 if found else 0)


async def provide(address: str, content: str, announce: str | None) -> None:
    async with client_of(address) as dht:
        if announce:
            dht.host.get_addrs = lambda: [Multiaddr(announce)]
        if not await dht.provide(content):
            raise ValueError("nobody took the announcement")
        report("provided", peer=str(dht.host.get_id()))


async def get_providers(address: str, content: str) -> None:
    async with client_of(address) as dht:
        found = await dht.find_providers(content)
        for provider in found:
            report_peer("provider", provider)
        report("answered", count=len(found))


async def listen() -> None:
    host = new_host(listen_addrs=[LOOPBACK])
    pings = PingService(host)
    # Before anybody connects: identify tells them that the DHT is spoken here.
    dht = KadDHT(host, DHTMode.SERVER)

    async def answer_pings(stream: INetStream) -> None:
        report("ping-received", peer=str(stream.muxed_conn.peer_id))
        await pings.handle_ping(stream)

    async with host.run(listen_addrs=[LOOPBACK]), background_trio_service(dht), trio.open_nursery() as nursery:
        host.get_network().register_notifee(Reporter(host, nursery))
        host.set_stream_handler(PING_PROTOCOL, answer_pings)
        report("listening", address=str(host.get_addrs()[0]))
        await trio.sleep_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    dialing = commands.add_parser("dial")
    dialing.add_argument("address")
    dialing.add_argument("--pings", type=int, default=1)
    commands.add_parser("listen")
    for name, subject in (("find-node", "peer"), ("provide", "content"), ("get-providers", "content")):
        asking = commands.add_parser(name)
        asking.add_argument("address")
        asking.add_argument(subject)
        if name == "provide":
            asking.add_argument("--announce")
    options = parser.parse_args()
    match options.command:
        case "dial":
            trio.run(dial, options.address, options.pings)
        case "listen":
            trio.run(listen)
        case "find-node":
            trio.run(find_node, options.address, options.peer)
        case "provide":
            trio.run(provide, options.address, options.content, options.announce)
        case "get-providers":
            trio.run(get_providers, options.address, options.content)


if __name__ == "__main__":
    sys.exit(main())
