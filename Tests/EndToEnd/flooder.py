"""A member of the mesh with a good token that says what looks like messages, as many as it can in a second."""

import hashlib
import random
import struct
import threading
import time
from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mesh import Node
from raw import (ACK, NOISE, RST, SYN, YAMUX, YAMUX_DATA, YAMUX_GO_AWAY, YAMUX_PING, YAMUX_WINDOW, Closed, Plain, Reader,
                 Secure, multistream_line, select_protocol, yamux_header)
from raw import MULTISTREAM
from wire import encode_varint

LINK = "/sam/link/1.0.0"
CONTROL = 1
WINDOW = 256 * 1024
# Messages go out in frames of so many, a hundred frames a second.
BATCH = 100

HELLO, VERDICT, KADEMLIA, GOSSIP, UNLINKED, MEMBERSHIP = range(6)
ADMITTED = 0


def link_message(kind: int, body: bytes) -> bytes:
    message = bytes([kind]) + body
    return encode_varint(len(message)) + message


class Garbage:
    """Messages that can be read, of every kind that a neighbour may send, about things that are not there."""

    def __init__(self, mesh: bytes, known: list[bytes], seed: int):
        """known: public keys of nodes that exist."""
        self.mesh = mesh
        self.known = known
        self.random = random.Random(seed)
        self.makers = [self.forged_entries, self.stranger_entries, self.announcement, self.graft, self.want, self.have,
                       self.compare, self.lack, self.tally, self.question, self.answer, self.contact, self.unlinked_nobody,
                       self.unlinked_somebody, self.neighbor, self.shuffle, self.shuffle_reply]

    def messages(self, count: int) -> list[bytes]:
        return [self.makers[number % len(self.makers)]() for number in range(count)]

    def _number(self, bits: int) -> int:
        return self.random.getrandbits(bits)

    def _entry(self, key: bytes, name: str) -> bytes:
        """In order to the last byte but the signature, which is nobody's."""
        now = int(time.time() * 1000)
        service = (b"\x02" + encode_varint(len(name)) + name.encode() + b"\x00\x00" + bytes(12) + struct.pack(">H", 1)
                   + encode_varint(len(name)) + name.encode())
        body = struct.pack(">BB32s32sQQI", 1, 1, self.mesh, key, now + self._number(16), now, 3600)
        return body + b"\x00\x00\x00\x01" + service + self.random.randbytes(64)

    def _entries(self, keys: list[bytes]) -> bytes:
        entries = [self._entry(key, f"forged-{self._number(32)}") for key in keys]
        return struct.pack(">H", len(entries)) + b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)

    def _summaries(self) -> bytes:
        return struct.pack(">H", 8) + self.random.randbytes(8 * 20)

    def _contacts(self) -> bytes:
        return b"\x02" + b"".join(struct.pack(">H", 200) + self.random.randbytes(200) for _ in range(2))

    def forged_entries(self) -> bytes:
        return link_message(GOSSIP, b"\x01" + self._entries([self.random.choice(self.known)]))

    def stranger_entries(self) -> bytes:
        return link_message(GOSSIP, b"\x01" + self._entries([self.random.randbytes(32)]))

    def announcement(self) -> bytes:
        return link_message(GOSSIP, b"\x1e" + self._summaries())

    def graft(self) -> bytes:
        return link_message(GOSSIP, b"\x1f" + self._summaries())

    def want(self) -> bytes:
        return link_message(GOSSIP, b"\x04" + self.random.randbytes(4) + self._summaries())

    def have(self) -> bytes:
        return link_message(GOSSIP, b"\x03" + self._summaries())

    def compare(self) -> bytes:
        return link_message(GOSSIP, b"\x14" + self.random.randbytes(4) + b"a" + self.random.randbytes(40))

    def lack(self) -> bytes:
        return link_message(GOSSIP, b"\x16" + self.random.randbytes(4) + struct.pack(">H", 4) + self.random.randbytes(32))

    def tally(self) -> bytes:
        tally = self.random.randbytes(32) + struct.pack(">QQ", 1, 1 + self._number(12)) + self.random.randbytes(32)
        return link_message(GOSSIP, b"\x09\x01\x01" + tally)

    def question(self) -> bytes:
        return link_message(KADEMLIA, b"\x01" + self.random.randbytes(4) + b"\x14\x00" + self.random.randbytes(32))

    def answer(self) -> bytes:
        return link_message(KADEMLIA, b"\x02" + self.random.randbytes(4) + b"\x00\x01" + struct.pack(">H", 200)
                            + self.random.randbytes(200))

    def contact(self) -> bytes:
        return link_message(KADEMLIA, b"\x03" + self.random.randbytes(200))

    def unlinked_nobody(self) -> bytes:
        return link_message(UNLINKED, self.random.randbytes(32))

    def unlinked_somebody(self) -> bytes:
        return link_message(UNLINKED, self.random.choice(self.known))

    def neighbor(self) -> bytes:
        return link_message(MEMBERSHIP, b"\x01" + bytes([self._number(1)]))

    def shuffle(self) -> bytes:
        return link_message(MEMBERSHIP, b"\x05" + self.random.randbytes(8) + b"\x02" + self._contacts())

    def shuffle_reply(self) -> bytes:
        return link_message(MEMBERSHIP, b"\x06" + self.random.randbytes(8) + self._contacts())


class Flooder:
    """One admitted link. It reads what comes, answers pings, and keeps to the windows of yamux, as a peer must that wants to
    stay."""

    def __init__(self, address: str, member: Node):
        key = Ed25519PrivateKey.from_private_bytes((member.data_dir / "node.key").read_bytes())
        token = b64decode(member.token_path.read_text().strip() + "==", altchars=b"-_")
        root = member.root_key_path.read_text().split()[0].split("/")[-1]
        self.mesh = hashlib.sha256(b"sam mesh id v1\0" + bytes.fromhex(root)).digest()
        self.sent = 0
        self.received = 0
        self.closed: str | None = None
        self.waited = 0.0
        self._credit = WINDOW
        self._lock = threading.Condition()
        self._writing = threading.Lock()
        self._plain = Plain(address, timeout=60)
        reader = Reader(self._plain)
        select_protocol(reader, NOISE)
        self._secure = Secure(reader, [YAMUX], key)
        assert YAMUX in self._secure.muxers
        self._input = Reader(self._secure)
        self._verdict = threading.Event()
        self._write(yamux_header(YAMUX_WINDOW, SYN, CONTROL, 0))
        hello = b"\x01" + self.mesh + struct.pack(">H", len(token)) + token
        self._send(multistream_line(MULTISTREAM) + multistream_line(LINK)
                   + link_message(HELLO, hello) + link_message(VERDICT, bytes([ADMITTED]) + b"\x00\x00" + b"\x00"))
        threading.Thread(target=self._read, daemon=True).start()
        assert self._verdict.wait(10), "nothing came back on the control stream"

    def _write(self, frame: bytes) -> None:
        with self._writing:
            self._secure.write(frame)

    def _send(self, data: bytes) -> None:
        """Data of the control stream, when its window has room."""
        with self._lock:
            began = time.monotonic()
            while self._credit < len(data) and self.closed is None:
                self._lock.wait(1)
            self.waited += time.monotonic() - began
            self._credit -= len(data)
        if self.closed is not None:
            raise Closed(self.closed)
        self._write(yamux_header(YAMUX_DATA, 0, CONTROL, len(data)) + data)

    def _read(self) -> None:
        try:
            while True:
                _, kind, flags, stream, length = struct.unpack(">BBHII", self._input.exactly(12))
                if kind == YAMUX_DATA:
                    self.received += len(self._input.exactly(length))
                    if stream == CONTROL:
                        self._verdict.set()
                    if length:
                        self._write(yamux_header(YAMUX_WINDOW, 0, stream, length))
                elif kind == YAMUX_WINDOW and stream == CONTROL:
                    with self._lock:
                        self._credit += length
                        self._lock.notify_all()
                elif kind == YAMUX_PING and flags & SYN:
                    self._write(yamux_header(YAMUX_PING, ACK, 0, length))
                elif kind == YAMUX_GO_AWAY:
                    raise Closed(f"it went away with code {length}")
                if flags & SYN and stream != CONTROL and stream:
                    self._write(yamux_header(YAMUX_WINDOW, RST, stream, 0))
        except Exception as error:  # noqa: BLE001 - whatever ended the link is told to whoever asks
            with self._lock:
                self.closed = repr(error)
                self._lock.notify_all()
            self._verdict.set()

    def flood(self, messages: list[bytes], rate: int, seconds: float) -> None:
        """Sends messages from the list, over and over, at this rate or as fast as they are taken."""
        batches = [messages[at:at + BATCH] for at in range(0, len(messages), BATCH)]
        began, number = time.monotonic(), 0
        while (passed := time.monotonic() - began) < seconds:
            if self.sent > passed * rate:
                time.sleep(0.002)
                continue
            batch = batches[number % len(batches)]
            # A yamux frame carries 16 KiB at most.
            data = b"".join(batch)
            for at in range(0, len(data), 16_384):
                self._send(data[at:at + 16_384])
            self.sent += len(batch)
            number += 1

    def close(self) -> None:
        self._plain.close()
