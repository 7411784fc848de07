"""go-libp2p's daemon, driven over its control socket.

Every request is a length-delimited protobuf on a fresh connection to a Unix socket; go-libp2p-daemon's
pb/p2pd.proto has the messages. After a stream was opened, the same connection carries the stream's bytes.
"""

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import base58
from multiaddr import Multiaddr

from processes import Process
from wire import Fields, Identify, decode_varint, delimited, field, peer_id_text

IDENTIFY_PROTOCOL = "/ipfs/id/1.0.0"
PING_PROTOCOL = "/ipfs/ping/1.0.0"
KAD_PROTOCOL = "/ipfs/kad/1.0.0"

# Seconds that a request may take, the daemon's own work included. It is fast or hangs; on a busy machine it is slow.
PATIENCE = 60

# Request types of the control protocol.
IDENTIFY, CONNECT, STREAM_OPEN, DHT, LIST_PEERS, DISCONNECT = 0, 1, 2, 4, 5, 7
DHT_FIND_PEER, DHT_FIND_PROVIDERS, DHT_PROVIDE = 0, 2, 8

# Types of the messages in which a lookup's results come.
DHT_END = 2


def binary() -> Path | None:
    """The p2pd that scripts/python-env put beside this Python, if there is one for this platform."""
    path = Path(sys.prefix) / "bin" / "p2pd"
    return path if path.is_file() else None


class ControlError(Exception):
    """The daemon answered a request with an error."""


class Connection:
    """One connection to the control socket, or to a stream that was opened over it."""

    def __init__(self, path: str, timeout: float):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        self._socket.connect(path)

    def read_exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            chunk = self._socket.recv(count - len(data))
            if not chunk:
                raise EOFError(f"the stream ended after {len(data)} of {count} bytes")
            data += chunk
        return data

    def read_message(self) -> bytes:
        prefix = self.read_exactly(1)
        while prefix[-1] & 0x80:
            prefix += self.read_exactly(1)
        return self.read_exactly(decode_varint(prefix)[0])

    def read_response(self) -> Fields:
        response = Fields(self.read_message())
        if response.one(1) != 0:
            raise ControlError(Fields(response.one(2, b"")).one(1, b"").decode())
        return response

    def write(self, data: bytes) -> None:
        self._socket.sendall(data)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.close()


class PeerInfo:
    """A peer and its addresses, as the daemon reports them."""

    def __init__(self, message: bytes):
        fields = Fields(message)
        self.peer = peer_id_text(fields.one(1))
        self.addresses = [str(Multiaddr(address)) for address in fields.all(2)]


class Daemon:
    """A running p2pd that speaks Noise and yamux over TCP on a loopback port of its own."""

    def __init__(self, name: str = "p2pd", options: tuple[str, ...] = ()):
        self._folder = tempfile.mkdtemp(prefix="p2pd-", dir="/tmp")
        self._control = os.path.join(self._folder, "control")
        command = [
            str(binary()),
            f"-listen=/unix{self._control}",
            "-hostAddrs=/ip4/127.0.0.1/tcp/0",
            "-quic=false",
            "-tls=false",
            "-relay=false",
            *options,
        ]
        self.process = Process(name, command, env={**os.environ, "GOLOG_LOG_LEVEL": "error"})
        self.process.wait_for_line("^Peer Addrs:")
        self.process.wait_for_line("^/ip4/")
        own = self._identify()
        self.peer = own.peer
        self.addresses = own.addresses
        self.address = f"{self.addresses[0]}/p2p/{self.peer}"

    def _request(self, kind: int, content: bytes = b"", timeout: float = PATIENCE) -> tuple[Connection, Fields]:
        connection = Connection(self._control, timeout)
        try:
            connection.write(delimited(field(1, kind) + content))
            return connection, connection.read_response()
        except BaseException:
            connection.close()
            raise

    def _identify(self) -> PeerInfo:
        connection, response = self._request(IDENTIFY)
        connection.close()
        return PeerInfo(response.one(4))

    def connect(self, address: str, timeout: float = PATIENCE) -> None:
        """Dials a multiaddr that ends in /p2p/<peer id>."""
        transport, peer = address.rsplit("/p2p/", 1)
        message = field(1, base58.b58decode(peer)) + field(2, Multiaddr(transport).to_bytes()) + field(3, int(timeout))
        self._request(CONNECT, field(2, message), timeout + 5)[0].close()

    def disconnect(self, peer: str) -> None:
        self._request(DISCONNECT, field(7, field(1, base58.b58decode(peer))))[0].close()

    def peers(self) -> list[str]:
        connection, response = self._request(LIST_PEERS)
        connection.close()
        return [PeerInfo(info).peer for info in response.all(6)]

    def open_stream(self, peer: str, protocol: str, timeout: float = PATIENCE) -> Connection:
        message = field(1, base58.b58decode(peer)) + field(2, protocol) + field(3, int(timeout))
        return self._request(STREAM_OPEN, field(3, message), timeout)[0]

    def identify(self, peer: str) -> Identify:
        """Asks a connected peer who it is, on a new stream."""
        with self.open_stream(peer, IDENTIFY_PROTOCOL) as stream:
            return Identify(stream.read_message())

    def ping(self, peer: str, rounds: int = 1) -> None:
        """Sends 32 random bytes and expects them back, this many times on one stream."""
        with self.open_stream(peer, PING_PROTOCOL) as stream:
            for _ in range(rounds):
                payload = os.urandom(32)
                stream.write(payload)
                echo = stream.read_exactly(32)
                if echo != payload:
                    raise AssertionError(f"ping came back changed: {echo.hex()} for {payload.hex()}")

    def find_peer(self, peer: str) -> PeerInfo:
        """Looks a peer up in the DHT (needs a daemon started with -dht or -dhtServer)."""
        message = field(1, DHT_FIND_PEER) + field(2, base58.b58decode(peer))
        connection, response = self._request(DHT, field(5, message))
        connection.close()
        return PeerInfo(Fields(response.one(5)).one(2))

    def provide(self, cid: bytes) -> None:
        """Announces a content, in CID's binary form, to the peers of the DHT that are nearest to it."""
        self._request(DHT, field(5, field(1, DHT_PROVIDE) + field(3, cid) + field(7, PATIENCE)), PATIENCE + 5)[0].close()

    def find_providers(self, cid: bytes, count: int = 20) -> list[PeerInfo]:
        """Looks up who has a content."""
        message = field(1, DHT_FIND_PROVIDERS) + field(3, cid) + field(6, count) + field(7, PATIENCE)
        connection, _ = self._request(DHT, field(5, message), PATIENCE + 5)
        with connection:
            found = []
            while (result := Fields(connection.read_message())).one(1) != DHT_END:
                found.append(PeerInfo(result.one(2)))
            return found

    def close(self) -> None:
        self.process.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "Daemon":
        return self

    def __exit__(self, *_) -> None:
        self.close()
