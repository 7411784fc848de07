"""A dialer that can stop at any layer of a libp2p connection and send what it likes there."""

import socket
import struct
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from multiaddr import Multiaddr
from noise.connection import Keypair, NoiseConnection

from wire import Fields, decode_varint, encode_varint, field, peer_id_of_key

MULTISTREAM = "/multistream/1.0.0"
NOISE = "/noise"
YAMUX = "/yamux/1.0.0"
SIGNATURE_PREFIX = b"noise-libp2p-static-key:"
ED25519 = 1


class Closed(Exception):
    """The other side ended the connection."""


class Plain:
    """The TCP connection itself."""

    def __init__(self, address: str, timeout: float = 10):
        parts = Multiaddr(address)
        endpoint = (parts.value_for_protocol("ip4"), int(parts.value_for_protocol("tcp")))
        self.socket = socket.create_connection(endpoint, timeout)

    def write(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Closed from error

    def read_some(self) -> bytes:
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError as error:
            raise Closed from error
        if not data:
            raise Closed
        return data

    def close(self) -> None:
        self.socket.close()


class Reader:
    """Turns a layer's pieces into exact reads."""

    def __init__(self, layer: "Plain | Secure"):
        self.layer = layer
        self._buffer = b""

    def exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._buffer += self.layer.read_some()
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def varint(self) -> int:
        encoded = self.exactly(1)
        while encoded[-1] & 0x80:
            encoded += self.exactly(1)
        return decode_varint(encoded)[0]

    def line(self) -> str:
        """One message of multistream-select."""
        return self.exactly(self.varint()).decode().removesuffix("\n")


def multistream_line(text: str) -> bytes:
    line = text.encode() + b"\n"
    return encode_varint(len(line)) + line


def select_protocol(reader: Reader, protocol: str) -> None:
    """Proposes one protocol, and expects it to be taken."""
    reader.layer.write(multistream_line(MULTISTREAM) + multistream_line(protocol))
    answers = [reader.line(), reader.line()]
    if answers != [MULTISTREAM, protocol]:
        raise AssertionError(f"proposed {protocol}, got {answers}")


class Secure:
    """A connection after the Noise handshake; knows what the other side proved and offered. The key is one of nobody unless one
    is given."""

    def __init__(self, reader: Reader, muxers: Sequence[str] = (), key: Ed25519PrivateKey | None = None):
        self.reader = reader
        self._key = key or Ed25519PrivateKey.generate()
        noise = NoiseConnection.from_name(b"Noise_XX_25519_ChaChaPoly_SHA256")
        noise.set_as_initiator()
        noise.set_keypair_from_private_bytes(Keypair.STATIC, X25519PrivateKey.generate().private_bytes_raw())
        noise.start_handshake()
        self._noise = noise

        self.write_frame(noise.write_message())
        answer = Fields(bytes(noise.read_message(self.read_frame())))
        remote_static = noise.noise_protocol.handshake_state.rs.public_bytes
        self.peer = _verified_peer(answer, remote_static)
        self.muxers = [name.decode() for name in Fields(answer.one(4, b"")).all(2)]
        self.write_frame(noise.write_message(self._payload(muxers)))

    def _payload(self, muxers: Sequence[str]) -> bytes:
        public = field(1, ED25519) + field(2, self._key.public_key().public_bytes_raw())
        own_static = self._noise.noise_protocol.handshake_state.s.public_bytes
        payload = field(1, public) + field(2, self._key.sign(SIGNATURE_PREFIX + own_static))
        if muxers:
            payload += field(4, b"".join(field(2, muxer) for muxer in muxers))
        return payload

    def write_frame(self, frame: bytes) -> None:
        self.reader.layer.write(struct.pack(">H", len(frame)) + frame)

    def read_frame(self) -> bytes:
        return self.reader.exactly(struct.unpack(">H", self.reader.exactly(2))[0])

    def write(self, data: bytes) -> None:
        self.write_frame(self._noise.encrypt(data))

    def read_some(self) -> bytes:
        return bytes(self._noise.decrypt(self.read_frame()))


def _verified_peer(payload: Fields, remote_static: bytes) -> str:
    """The peer id, after checking that its key signed the Noise key (raises InvalidSignature otherwise)."""
    public = Fields(payload.one(1))
    Ed25519PublicKey.from_public_bytes(public.one(2)).verify(payload.one(2), SIGNATURE_PREFIX + remote_static)
    return peer_id_of_key(payload.one(1))


YAMUX_DATA, YAMUX_WINDOW, YAMUX_PING, YAMUX_GO_AWAY = 0, 1, 2, 3
SYN, ACK, FIN, RST = 1, 2, 4, 8


def yamux_header(kind: int, flags: int, stream: int, length: int) -> bytes:
    return struct.pack(">BBHII", 0, kind, flags, stream, length)


def yamux_ping(reader: Reader, value: int) -> None:
    """Sends a ping of the muxer itself and reads frames until its answer is there."""
    reader.layer.write(yamux_header(YAMUX_PING, SYN, 0, value))
    while True:
        _, kind, flags, _, length = struct.unpack(">BBHII", reader.exactly(12))
        if kind == YAMUX_PING and flags & ACK and length == value:
            return
        if kind == YAMUX_DATA:
            reader.exactly(length)
        elif kind == YAMUX_GO_AWAY:
            raise Closed
