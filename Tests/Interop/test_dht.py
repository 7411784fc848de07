"""The DHT of libp2p: the program asks other implementations, and they ask a node of a mesh that admits them."""

from contextlib import ExitStack

import pytest

from p2pd import IDENTIFY_PROTOCOL, KAD_PROTOCOL, PING_PROTOCOL, ControlError
from peers import ANNOUNCED, Program, py_libp2p_program, random_content, start_p2pd
from processes import Process, eventually
from served import NodeFactory, ServedNode
from wire import Fields, delimited, field

SERVER = ("-dhtServer",)
UNKNOWN_PEER = "12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"
# A daemon finds out only after identify that a node serves the DHT; on a busy machine all of it takes its time.
SETTLED = 30


def finish(process: Process) -> list[dict]:
    """The events of a command that answers a question, once it has succeeded."""
    with process:
        assert process.wait(30) == 0, process.log()
    return process.events()


def named(events: list[dict], kind: str) -> dict[str, list[str]]:
    return {event["peer"]: event["listen"] for event in events if event["event"] == kind}


def announced(events: list[dict]) -> bool:
    """Whether there is one provider, where it said; go-libp2p adds what it knows from identify."""
    return [ANNOUNCED in listen for listen in named(events, "provider").values()] == [True]


# The program asks.


@pytest.mark.matrix
def test_finds_a_node_at_p2pd(program: Program):
    with start_p2pd("a", SERVER) as server, start_p2pd("b", SERVER) as other:
        other.connect(server.address)
        found = named(finish(program.find_node(server.address, other.peer)), "closer-peer")
        assert other.addresses[0] in found[other.peer]


@pytest.mark.matrix
def test_provides_and_gets_providers_at_p2pd(program: Program):
    content, _ = random_content()
    with start_p2pd("a", SERVER) as server:
        assert named(finish(program.get_providers(server.address, content)), "provider") == {}
        provided = [event for event in finish(program.provide(server.address, content)) if event["event"] == "provided"]
        assert len(provided) == 1
        assert announced(finish(program.get_providers(server.address, content)))


@pytest.mark.matrix
def test_finds_a_node_at_py_libp2p(node: Program):
    with py_libp2p_program().listen() as listening, start_p2pd("b", SERVER) as other:
        other.connect(listening.address)
        listening.process.wait_for_event("identified")
        found = named(finish(node.find_node(listening.address, other.peer)), "closer-peer")
        assert other.addresses[0] in found[other.peer]


@pytest.mark.matrix
def test_provides_and_gets_providers_at_py_libp2p(node: Program):
    content, _ = random_content()
    with py_libp2p_program().listen() as listening:
        assert named(finish(node.get_providers(listening.address, content)), "provider") == {}
        finish(node.provide(listening.address, content))
        assert announced(finish(node.get_providers(listening.address, content)))


def test_says_when_a_peer_is_no_server_of_the_dht(node: Program):
    with start_p2pd() as daemon, node.find_node(daemon.address, daemon.peer) as asking:
        assert asking.wait(30) != 0
        assert any("no server of the DHT" in line for line in asking.lines("stderr"))


@pytest.mark.parametrize("content", ["", "nonsense", "bafy", "QmTooShort"])
def test_says_what_is_no_content(node: Program, content: str):
    with node.get_providers("/ip4/127.0.0.1/tcp/1", content) as asking:
        assert asking.wait(30) != 0
        assert any("is no CID" in line for line in asking.lines("stderr"))


# A node is asked.


@pytest.fixture
def nodes(samnode: str, tmp_path_factory: pytest.TempPathFactory) -> NodeFactory:
    return NodeFactory(samnode, tmp_path_factory.mktemp("mesh"))


@pytest.fixture
def served(nodes: NodeFactory):
    with nodes.running() as node:
        yield node


@pytest.mark.matrix
def test_p2pd_identifies_and_pings_a_node(served: ServedNode):
    with start_p2pd("a", SERVER) as daemon:
        daemon.connect(served.address)
        about = daemon.identify(served.peer)
        assert about.peer == served.peer
        assert {IDENTIFY_PROTOCOL, PING_PROTOCOL, KAD_PROTOCOL} <= set(about.protocols)
        daemon.ping(served.peer, rounds=3)
        eventually(lambda: served.neighbours == 1, SETTLED, "the daemon is a libp2p neighbour")
    eventually(lambda: served.neighbours == 0, SETTLED, "the daemon is a neighbour no more")


@pytest.mark.matrix
def test_py_libp2p_identifies_and_pings_a_node(served: ServedNode):
    with py_libp2p_program().dial(served.address) as dialing:
        assert dialing.wait(30) == 0, dialing.log()
    assert KAD_PROTOCOL in dialing.wait_for_event("identified")["protocols"]
    assert len(dialing.events("ping")) == 1


@pytest.mark.matrix
def test_p2pd_finds_a_peer_through_a_node(served: ServedNode):
    with start_p2pd("a", SERVER) as a, start_p2pd("b", SERVER) as b:
        a.connect(served.address)
        b.connect(served.address)

        def found() -> bool:
            return b.addresses[0] in a.find_peer(b.peer).addresses

        eventually(found, SETTLED, "a finds b through the node")
        with pytest.raises(ControlError):
            a.find_peer(UNKNOWN_PEER)


def test_p2pd_finds_members_through_a_node(nodes: NodeFactory, served: ServedNode):
    with nodes.running(bootstrap=served.address) as member, start_p2pd("a", SERVER) as daemon:
        daemon.connect(served.address)

        def found() -> bool:
            return member.address.split("/p2p/")[0] in daemon.find_peer(member.peer).addresses

        eventually(found, SETTLED, "the daemon finds a member of the mesh")


@pytest.mark.matrix
def test_p2pd_provides_and_finds_providers_through_a_node(served: ServedNode, node: Program):
    content, cid = random_content()
    with start_p2pd("a", SERVER) as a, start_p2pd("b", SERVER) as b:
        a.connect(served.address)

        def provides() -> bool:
            a.provide(cid)
            events = finish(node.get_providers(served.address, content))
            return a.addresses[0] in named(events, "provider").get(a.peer, [])

        eventually(provides, SETTLED, "the node lists a as a provider")
        b.connect(served.address)

        def finds() -> bool:
            return a.peer in [info.peer for info in b.find_providers(cid)]

        eventually(finds, SETTLED, "b finds a as a provider")
        assert served.counter("libp2p_requests") > 0


@pytest.mark.matrix
def test_py_libp2p_finds_a_peer_through_a_node(served: ServedNode):
    with start_p2pd("b", SERVER) as other:
        other.connect(served.address)
        eventually(lambda: served.neighbours == 1, SETTLED, "the daemon is a libp2p neighbour")
        found = named(finish(py_libp2p_program().find_node(served.address, other.peer)), "closer-peer")
        assert other.addresses[0] in found[other.peer]


@pytest.mark.matrix
def test_py_libp2p_provides_and_finds_providers_through_a_node(served: ServedNode):
    content, _ = random_content()
    client = py_libp2p_program()
    assert named(finish(client.get_providers(served.address, content)), "provider") == {}
    finish(client.provide(served.address, content))
    assert announced(finish(client.get_providers(served.address, content)))


def test_a_node_answers_the_program(served: ServedNode, node: Program):
    content, _ = random_content()
    found = named(finish(node.find_node(served.address, served.peer)), "closer-peer")
    assert served.address.split("/p2p/")[0] in found[served.peer]
    finish(node.provide(served.address, content))
    assert announced(finish(node.get_providers(served.address, content)))


def test_a_node_that_does_not_admit_them_serves_no_dht(nodes: NodeFactory, node: Program):
    with nodes.running(config='version: "v1alpha1"\n') as closed, start_p2pd("a", SERVER) as daemon:
        daemon.connect(closed.address)
        assert KAD_PROTOCOL not in daemon.identify(closed.peer).protocols
        with pytest.raises(ControlError, match="protocols not supported"):
            daemon.open_stream(closed.peer, KAD_PROTOCOL)
        with node.find_node(closed.address, closed.peer) as asking:
            assert asking.wait(30) != 0
        assert closed.neighbours is None


def test_a_node_serves_many_at_once(served: ServedNode):
    with ExitStack() as stack:
        daemons = [stack.enter_context(start_p2pd(f"d{number}", SERVER)) for number in range(6)]
        for daemon in daemons:
            daemon.connect(served.address)
        for one, other in zip(daemons, daemons[1:] + daemons[:1]):
            eventually(
                lambda one=one, other=other: other.addresses[0] in one.find_peer(other.peer).addresses, SETTLED,
                "each finds the next")
        eventually(lambda: served.neighbours >= 6, SETTLED, "all of them are neighbours")


# A node is asked byte by byte, and what is nonsense.

PUT_VALUE, GET_VALUE, FIND_NODE, KAD_PING = 0, 1, 4, 5


def kad_request(kind: int, key: bytes = b"", more: bytes = b"") -> bytes:
    return delimited(field(1, kind) + (field(2, key) if key else b"") + more)


def test_several_requests_on_one_stream_are_answered_in_order(served: ServedNode):
    with start_p2pd("a") as daemon:
        daemon.connect(served.address)
        with daemon.open_stream(served.peer, KAD_PROTOCOL) as stream:
            keys = [bytes([number]) for number in range(1, 9)]
            for byte in b"".join(kad_request(FIND_NODE, key) for key in keys):
                stream.write(bytes([byte]))
            assert [Fields(stream.read_message()).one(2) for _ in keys] == keys
            stream.write(kad_request(KAD_PING))
            assert Fields(stream.read_message()).one(1) == KAD_PING


def test_values_are_neither_found_nor_kept(served: ServedNode):
    with start_p2pd("a") as daemon:
        daemon.connect(served.address)
        with daemon.open_stream(served.peer, KAD_PROTOCOL) as stream:
            record = field(3, field(1, b"/v/hello") + field(2, b"world"))
            stream.write(kad_request(PUT_VALUE, b"/v/hello", record))
            with pytest.raises((EOFError, ConnectionError)):
                stream.read_message()
        with daemon.open_stream(served.peer, KAD_PROTOCOL) as stream:
            stream.write(kad_request(GET_VALUE, b"/v/hello"))
            answer = Fields(stream.read_message())
            assert (answer.one(1), answer.one(2), answer.one(3)) == (GET_VALUE, b"/v/hello", None)
        assert served.counter("dropped_libp2p_value_refused") == 1


@pytest.mark.parametrize(
    "garbage", [b"\xff" * 20, delimited(b"\xff" * 9), delimited(field(1, 77)), b"\xff\xff\x7f", kad_request(FIND_NODE)],
    ids=["a length without end", "no protobuf", "an unknown kind", "too long", "no key"])
def test_garbage_costs_its_stream_only(served: ServedNode, garbage: bytes):
    with start_p2pd("a") as daemon:
        daemon.connect(served.address)
        with daemon.open_stream(served.peer, KAD_PROTOCOL) as stream:
            stream.write(garbage)
            with pytest.raises((EOFError, ConnectionError)):
                stream.read_message()
        with daemon.open_stream(served.peer, KAD_PROTOCOL) as stream:
            stream.write(kad_request(KAD_PING))
            assert Fields(stream.read_message()).one(1) == KAD_PING
        assert served.neighbours == 1


def test_a_member_protocol_is_of_no_use_to_a_neighbour(served: ServedNode):
    with start_p2pd("a", SERVER) as daemon:
        daemon.connect(served.address)
        eventually(lambda: served.neighbours == 1, SETTLED, "the daemon is a libp2p neighbour")
        with pytest.raises((EOFError, ConnectionError, ControlError)):
            with daemon.open_stream(served.peer, "/sam/circuit/1.0.0") as stream:
                stream.write(bytes(34))
                stream.read_exactly(1)
        daemon.ping(served.peer)
        assert served.status()["links"] == 0
