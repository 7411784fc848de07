"""Garbage at any layer ends the link that carries it, and nothing else."""

import random
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from p2pd import PING_PROTOCOL
from peers import Listening, samnode_program, start_p2pd
from raw import (
    MULTISTREAM, NOISE, SYN, YAMUX, YAMUX_DATA, YAMUX_PING, Closed, Plain, Reader, Secure,
    multistream_line, select_protocol, yamux_header, yamux_ping)

SEED = 20260922
CLOSE_WITHIN = 5.0


def noise_bytes(count: int) -> bytes:
    return random.Random(SEED).randbytes(count)


def frame(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content


def to_noise(address: str) -> Reader:
    """A connection on which /noise was agreed."""
    reader = Reader(Plain(address, CLOSE_WITHIN))
    select_protocol(reader, NOISE)
    return reader


def to_yamux(address: str) -> Reader:
    """A connection on which yamux runs and answers."""
    secure = Reader(Secure(to_noise(address)))
    select_protocol(secure, YAMUX)
    yamux_ping(secure, 1)
    return secure


def instead_of_multistream(address: str) -> Reader:
    reader = Reader(Plain(address, CLOSE_WITHIN))
    reader.layer.write(noise_bytes(4096))
    return reader


def http_instead_of_multistream(address: str) -> Reader:
    reader = Reader(Plain(address, CLOSE_WITHIN))
    reader.layer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
    return reader


def endless_multistream_line(address: str) -> Reader:
    reader = Reader(Plain(address, CLOSE_WITHIN))
    reader.layer.write(multistream_line(MULTISTREAM) + b"\xff\xff\xff\x7f" + bytes(70_000))
    return reader


def short_first_noise_message(address: str) -> Reader:
    reader = to_noise(address)
    reader.layer.write(frame(noise_bytes(7)))
    return reader


def forged_last_noise_message(address: str) -> Reader:
    reader = to_noise(address)
    reader.layer.write(frame(noise_bytes(32)))
    reader.exactly(struct.unpack(">H", reader.exactly(2))[0])
    reader.layer.write(frame(noise_bytes(200)))
    return reader


def forged_ciphertext(address: str) -> Reader:
    reader = to_noise(address)
    Secure(reader)
    reader.layer.write(frame(noise_bytes(500)))
    return reader


def instead_of_muxer_selection(address: str) -> Reader:
    secure = Reader(Secure(to_noise(address)))
    secure.layer.write(noise_bytes(4096))
    return secure


def instead_of_muxer_frames(address: str) -> Reader:
    secure = to_yamux(address)
    secure.layer.write(b"\x2a" + noise_bytes(600))
    return secure


def data_beyond_the_window(address: str) -> Reader:
    secure = to_yamux(address)
    secure.layer.write(yamux_header(YAMUX_DATA, SYN, 1, 0x7FFF_FFFF) + bytes(1000))
    return secure


GARBAGE: list[Callable[[str], Reader]] = [
    instead_of_multistream,
    http_instead_of_multistream,
    endless_multistream_line,
    short_first_noise_message,
    forged_last_noise_message,
    forged_ciphertext,
    instead_of_muxer_selection,
    instead_of_muxer_frames,
    data_beyond_the_window,
]


def expect_closed(reader: Reader) -> None:
    """Reads on until the other side ends the connection; it may say something first."""
    connection = reader.layer
    while isinstance(connection, Secure):
        connection = connection.reader.layer
    try:
        while True:
            connection.read_some()
    except Closed:
        connection.close()


@contextmanager
def victim(kind: str, request: pytest.FixtureRequest) -> Iterator[Listening]:
    if kind == "p2pd":
        with start_p2pd("victim") as daemon:
            yield Listening(daemon.address, daemon.process)
    else:
        with samnode_program(request.getfixturevalue("samnode")).listen() as listening:
            yield listening


@pytest.mark.parametrize("kind", ["samnode", "p2pd"])
def test_only_the_link_with_garbage_dies(kind: str, request: pytest.FixtureRequest):
    with victim(kind, request) as target, start_p2pd("bystander") as bystander:
        bystander.connect(target.address)
        with bystander.open_stream(target.peer, PING_PROTOCOL) as stream:
            for send in GARBAGE:
                print(f"{send.__name__}, seed {SEED}")
                try:
                    expect_closed(send(target.address))
                except Closed:
                    pass
                except TimeoutError:
                    pytest.fail(f"after {send.__name__} the connection was still open {CLOSE_WITHIN:g} s later")
                payload = noise_bytes(32)
                stream.write(payload)
                assert stream.read_exactly(32) == payload, f"the bystander's stream after {send.__name__}"
        assert bystander.peers() == [target.peer]
        with start_p2pd("newcomer") as newcomer:
            newcomer.connect(target.address)
            newcomer.ping(target.peer)
        assert target.process.running


@pytest.mark.parametrize("kind", ["samnode", "p2pd"])
def test_a_muxer_can_be_agreed_inside_the_noise_handshake(kind: str, request: pytest.FixtureRequest):
    with victim(kind, request) as target:
        secure = Secure(to_noise(target.address), muxers=[YAMUX])
        assert secure.peer == target.peer
        assert secure.muxers == [YAMUX]
        yamux_ping(Reader(secure), 7)


@pytest.mark.parametrize("kind", ["samnode", "p2pd"])
def test_everything_up_to_the_first_ping_may_come_in_one_piece(kind: str, request: pytest.FixtureRequest):
    with victim(kind, request) as target:
        secure = Reader(Secure(to_noise(target.address)))
        secure.layer.write(multistream_line(MULTISTREAM) + multistream_line(YAMUX) + yamux_header(YAMUX_PING, SYN, 0, 5))
        assert [secure.line(), secure.line()] == [MULTISTREAM, YAMUX]
        assert secure.exactly(1) == b"\x00"
