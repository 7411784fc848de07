"""Negentropy, version 1, from its specification: whole lists, Python's own integers, nothing kept between two messages."""

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field

VERSION = 0x61
INFINITY = 2**64 - 1
SKIP, FINGERPRINT, ID_LIST = range(3)

# A timestamp and the bytes of an id, in whose order sets are sorted. A bound is the same, with the id cut short.
Item = tuple[int, bytes]


@dataclass
class Range:
    bound: Item
    mode: int
    payload: bytes | list[bytes] = b""


@dataclass
class Findings:
    have: set[bytes] = field(default_factory=set)
    need: set[bytes] = field(default_factory=set)


def number(value: int) -> bytes:
    digits = [value & 127]
    while value := value >> 7:
        digits.append(value & 127 | 128)
    return bytes(reversed(digits))


def encode(ranges: list[Range]) -> bytes:
    message, last = bytearray([VERSION]), 0
    for part in ranges:
        time, prefix = part.bound
        message += number(0 if time == INFINITY else time - last + 1) + number(len(prefix)) + prefix
        message += number(part.mode)
        last = time
        if part.mode == FINGERPRINT:
            message += part.payload
        elif part.mode == ID_LIST:
            message += number(len(part.payload)) + b"".join(part.payload)
    return bytes(message)


def decode(message: bytes) -> list[Range]:
    rest, ranges, last = iter(message[1:]), [], 0

    def take(count: int) -> bytes:
        return bytes(next(rest) for _ in range(count))

    def take_number(first: int | None = None) -> int:
        value, byte = 0, next(rest) if first is None else first
        while byte & 128:
            value, byte = value << 7 | byte & 127, next(rest)
        return value << 7 | byte

    for first in rest:
        distance = take_number(first)
        last = INFINITY if distance == 0 else last + distance - 1
        bound = (last, take(take_number()))
        mode = take_number()
        if mode == FINGERPRINT:
            payload = take(16)
        elif mode == ID_LIST:
            payload = [take(32) for _ in range(take_number())]
        else:
            payload = b""
        ranges.append(Range(bound, mode, payload))
    return ranges


class Side:
    def __init__(self, items: list[Item], limit: int = 0):
        self.items = sorted(items)
        self.limit = limit

    def opening(self) -> bytes:
        return encode(self._divide(0, len(self.items), (INFINITY, b"")))

    def take(self, message: bytes, findings: Findings | None = None) -> bytes:
        """The next message; `findings` makes this the side that began."""
        if message[0] != VERSION:
            return bytes([VERSION])
        said: list[Range] = []
        lower, skipped = 0, []
        for part in decode(message):
            upper = max(lower, self._position(part.bound))
            new: list[Range] = []
            if part.mode == FINGERPRINT and part.payload != self._fingerprint(lower, upper):
                new, skipped = skipped + self._divide(lower, upper, part.bound), []
            elif part.mode == ID_LIST and findings is None:
                listed, upper = self._list(lower, upper, part.bound, len(encode(said)))
                said, skipped = said + skipped + [listed], []
            else:
                if part.mode == ID_LIST:
                    mine, theirs = {id for _, id in self.items[lower:upper]}, set(part.payload)
                    findings.have |= mine - theirs
                    findings.need |= theirs - mine
                skipped = [Range(part.bound, SKIP)]
            if self._is_full(len(encode(said + new))):
                rest = Range((INFINITY, b""), FINGERPRINT, self._fingerprint(upper, len(self.items)))
                return encode(said + [rest])
            said, lower = said + new, upper
        return encode(said)

    def _position(self, bound: Item) -> int:
        # An item with the timestamp of the bound is above it exactly when its id is not below the bytes of the bound,
        # because bytes that are equal so far are in the order of their lengths.
        return bisect_left(self.items, (bound[0], bound[1].rstrip(b"\0")))

    def _is_full(self, length: int) -> bool:
        return bool(self.limit) and length > self.limit - 200

    def _fingerprint(self, lower: int, upper: int) -> bytes:
        total = sum(int.from_bytes(id, "little") for _, id in self.items[lower:upper]) % 2**256
        return hashlib.sha256(total.to_bytes(32, "little") + number(upper - lower)).digest()[:16]

    def _list(self, lower: int, upper: int, bound: Item, length: int) -> tuple[Range, int]:
        for position in range(lower, upper):
            if self._is_full(length + 32 * (position - lower)):
                upper, bound = position, self.items[position]
                break
        return Range(bound, ID_LIST, [id for _, id in self.items[lower:upper]]), upper

    def _divide(self, lower: int, upper: int, bound: Item) -> list[Range]:
        count = upper - lower
        if count < 32:
            return [Range(bound, ID_LIST, [id for _, id in self.items[lower:upper]])]
        ends = [lower]
        for bucket in range(16):
            ends.append(ends[-1] + count // 16 + (bucket < count % 16))
        bounds = [self._bound(end) for end in ends[1:-1]] + [bound]
        return [
            Range(bound, FINGERPRINT, self._fingerprint(start, end))
            for bound, start, end in zip(bounds, ends, ends[1:])
        ]

    def _bound(self, position: int) -> Item:
        (before, low), (time, high) = self.items[position - 1 : position + 1]
        if before != time:
            return (time, b"")
        shared = next(place for place in range(32) if low[place] != high[place])
        return (time, high[: shared + 1])
