"""The program dials another implementation."""

import pytest

from p2pd import IDENTIFY_PROTOCOL, PING_PROTOCOL
from peers import Program, py_libp2p_program, start_p2pd
from processes import Process, eventually

UNKNOWN_PEER = "12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"


def expect_identify_and_ping(dialing: Process, peer: str, address: str, agent: str) -> None:
    assert dialing.wait_for_event("connected")["peer"] == peer
    identified = dialing.wait_for_event("identified")
    assert identified["agent"].startswith(agent)
    assert {IDENTIFY_PROTOCOL, PING_PROTOCOL} <= set(identified["protocols"])
    assert address.split("/p2p/")[0] in identified["listen"]
    assert dialing.wait_for_event("ping")["ms"] >= 0
    assert dialing.wait() == 0


@pytest.mark.matrix
def test_dials_p2pd(program: Program):
    with start_p2pd() as daemon:
        with program.dial(daemon.address) as dialing:
            expect_identify_and_ping(dialing, daemon.peer, daemon.address, "p2pd/")
        eventually(lambda: daemon.peers() == [], 5, "p2pd notices that the link is gone")


@pytest.mark.matrix
def test_dials_py_libp2p(node: Program):
    with py_libp2p_program().listen() as listening:
        with node.dial(listening.address) as dialing:
            expect_identify_and_ping(dialing, listening.peer, listening.address, "py-libp2p/")
        listening.process.wait_for_event("ping-received")


def test_refuses_a_peer_that_is_not_the_one_it_dialed(program: Program):
    with start_p2pd() as daemon:
        impostor = daemon.address.replace(daemon.peer, UNKNOWN_PEER)
        with program.dial(impostor) as dialing:
            assert dialing.wait(30) != 0
        assert dialing.events("identified") == []


@pytest.mark.parametrize("address", ["/ip4/127.0.0.1/tcp/1/p2p/" + UNKNOWN_PEER, "/ip4/127.0.0.1/tcp/1", "nonsense"])
def test_says_why_it_cannot_dial(node: Program, address: str):
    with node.dial(address) as dialing:
        assert dialing.wait(30) != 0
    assert any(line.strip() for line in dialing.lines("stderr"))
    assert dialing.events("connected") == []
