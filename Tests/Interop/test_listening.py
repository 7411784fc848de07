"""Another implementation dials the program."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from p2pd import IDENTIFY_PROTOCOL, PING_PROTOCOL, ControlError
from peers import Program, py_libp2p_program, start_p2pd
from wire import Identify

PARALLEL_STREAMS = 50


def expect_itself(about: Identify, peer: str, address: str) -> None:
    assert about.peer == peer
    assert about.agent
    assert {IDENTIFY_PROTOCOL, PING_PROTOCOL} <= set(about.protocols)
    assert address.split("/p2p/")[0] in about.listen


@pytest.mark.matrix
def test_is_dialed_by_p2pd(program: Program):
    with program.listen() as listening, start_p2pd() as daemon:
        daemon.connect(listening.address)
        assert daemon.peers() == [listening.peer]
        about = daemon.identify(listening.peer)
        expect_itself(about, listening.peer, listening.address)
        assert about.observed, "identify tells the caller which address it was seen from"
        daemon.ping(listening.peer, rounds=5)
        assert listening.process.wait_for_event("connected")["peer"] == daemon.peer
        assert listening.process.wait_for_event("identified")["agent"].startswith("p2pd/")
        listening.process.wait_for_event("ping-received")


@pytest.mark.matrix
def test_is_dialed_by_py_libp2p(node: Program):
    with node.listen() as listening:
        with py_libp2p_program().dial(listening.address) as dialing:
            assert dialing.wait(20) == 0
        identified = dialing.wait_for_event("identified")
        assert identified["peer"] == listening.peer
        assert {IDENTIFY_PROTOCOL, PING_PROTOCOL} <= set(identified["protocols"])
        assert len(dialing.events("ping")) == 1
        assert listening.process.wait_for_event("identified")["agent"].startswith("py-libp2p/")
        listening.process.wait_for_event("ping-received")


def test_refuses_an_unknown_protocol_and_keeps_the_link(program: Program):
    with program.listen() as listening, start_p2pd() as daemon:
        daemon.connect(listening.address)
        with pytest.raises(ControlError, match="protocols not supported"):
            daemon.open_stream(listening.peer, "/no/such/protocol/1.0.0")
        daemon.ping(listening.peer)


def test_serves_many_streams_of_one_link(node: Program):
    with node.listen() as listening, start_p2pd() as daemon:
        daemon.connect(listening.address)
        with ThreadPoolExecutor(PARALLEL_STREAMS) as pool:
            for about in pool.map(lambda _: daemon.identify(listening.peer), range(PARALLEL_STREAMS)):
                assert about.peer == listening.peer
        for _ in range(20):
            daemon.ping(listening.peer, rounds=2)


def test_is_dialed_again_after_the_link_was_closed(program: Program):
    with program.listen() as listening, start_p2pd() as daemon:
        for _ in range(3):
            daemon.connect(listening.address)
            daemon.ping(listening.peer)
            daemon.disconnect(listening.peer)
            assert daemon.peers() == []
