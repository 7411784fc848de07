"""The encodings that libp2p's messages are made of: varints, protobuf fields, peer ids."""

import base58


def encode_varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def decode_varint(data: bytes, at: int = 0) -> tuple[int, int]:
    """The value and the position after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def delimited(message: bytes) -> bytes:
    return encode_varint(len(message)) + message


def field(number: int, value: int | bytes | str) -> bytes:
    """One protobuf field: a varint for an int, length-delimited otherwise."""
    if isinstance(value, int):
        return encode_varint(number << 3) + encode_varint(value)
    content = value.encode() if isinstance(value, str) else value
    return encode_varint(number << 3 | 2) + delimited(content)


class Fields:
    """A decoded protobuf message: the values of each field in the order of their appearance."""

    def __init__(self, message: bytes):
        self._values: dict[int, list[int | bytes]] = {}
        at = 0
        while at < len(message):
            key, at = decode_varint(message, at)
            if key & 7 == 0:
                value, at = decode_varint(message, at)
            elif key & 7 == 2:
                length, at = decode_varint(message, at)
                value, at = message[at : at + length], at + length
                if len(value) != length:
                    raise ValueError("truncated protobuf field")
            else:
                raise ValueError(f"unexpected protobuf wire type {key & 7}")
            self._values.setdefault(key >> 3, []).append(value)

    def all(self, number: int) -> list:
        return self._values.get(number, [])

    def one(self, number: int, default=None):
        """The last value of a field, as protobuf's rules have it."""
        values = self.all(number)
        return values[-1] if values else default


def peer_id_text(peer_id: bytes) -> str:
    return base58.b58encode(peer_id).decode()


def peer_id_of_key(public_key_message: bytes) -> str:
    """The peer id of a short (Ed25519) public key: the identity multihash of its protobuf form."""
    return peer_id_text(b"\x00" + delimited(public_key_message))


class Identify:
    """The message of /ipfs/id/1.0.0."""

    def __init__(self, message: bytes):
        from multiaddr import Multiaddr

        fields = Fields(message)
        self.peer = peer_id_of_key(fields.one(1, b""))
        self.listen = [str(Multiaddr(address)) for address in fields.all(2)]
        self.protocols = [name.decode() for name in fields.all(3)]
        self.observed = str(Multiaddr(fields.one(4))) if fields.one(4) else None
        self.protocol_version = fields.one(5, b"").decode()
        self.agent = fields.one(6, b"").decode()
