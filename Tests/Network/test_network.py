"""Ten hosts on a slow network that loses packets, and two more whose UDP is dropped.

The tests stand in the order in which such a mesh lives, and each leaves the mesh whole.
"""

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import firewall
import islands
import pytest
from firewall import Firewall
from hosts import DEMO_MODEL, POLL_PAUSE, Host, Network, spread
from islands import Islands
from processes import eventually

OPEN_HOSTS = 10
DELAY, JITTER, LOSS = 100, 20, 2
BLOCKED = "nobody answers this node's UDP datagrams"

# Every test has a limit, five minutes together; they end by a signal, which lets the mesh be taken down.
pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Short, because the path of a Unix socket has at most 103 bytes."""
    path = Path(tempfile.mkdtemp(prefix="sam-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def ended_in_order() -> Iterator[None]:
    """Whoever ends the tests by SIGTERM finds neither processes nor namespaces afterwards."""

    def interrupt(*_) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def places(ended_in_order: None) -> Iterator[Islands]:
    if problem := islands.obstacle() or firewall.obstacle():
        pytest.skip(problem)
    seed = int(os.environ.get("NETWORK_SEED", random.randrange(1 << 32)))
    print(f"\nlost packets and delays are drawn with NETWORK_SEED={seed}")
    places = Islands(OPEN_HOSTS + 2, DELAY, "--jitter", str(JITTER), "--loss", str(LOSS), "--seed", str(seed))
    yield places
    places.close()


@pytest.fixture(scope="module")
def network(samnode: str, folder: Path, places: Islands) -> Iterator[Network]:
    """Started, but not waited for."""
    network = Network(samnode, folder, places)
    try:
        # One host may send no datagram; the datagrams of the other get out, and nothing comes back.
        network.firewalls = {10: Firewall(places, 10, ("input", "output")), 11: Firewall(places, 11, ("input",))}
        network.launch(network.hosts, bootstraps=[network.hosts[0].address])
        yield network
    finally:
        network.close()


@pytest.fixture(autouse=True)
def all_run_afterwards(network: Network) -> Iterator[None]:
    yield
    ended = [host.name for host in network.hosts if not host.process.running]
    assert not ended, f"nodes that ended: {', '.join(ended)}"


def ask_everywhere(askers: list[Host], model: str) -> list[float]:
    """Each asks once, all at the same time, and all have to be answered."""
    with ThreadPoolExecutor(len(askers)) as pool:
        return list(pool.map(lambda host: host.ask(model), askers))


def show_joining(what: str, hosts: list[Host], peers: set[str]) -> None:
    joinings = [host.joining(peers) for host in hosts]
    print("\n" + spread(f"{what}, first link", (each.linked for each in joinings)))
    print(spread(f"{what}, catalog complete", (each.complete for each in joinings)))


def expect_datagrams_to_pass(hosts: list[Host]) -> None:
    """Lost packets and dead peers are no firewall."""
    for host in hosts:
        assert not [line for line in host.process.lines() if BLOCKED in line], f"{host.name} takes UDP for blocked"


@pytest.mark.timeout(75, method="signal")
def test_the_mesh_forms(network: Network):
    network.wait_until_joined(network.hosts, network.peers(), 60)
    assert all(host.listed() == network.peers() for host in network.hosts)
    show_joining("join", network.hosts, network.peers())


@pytest.mark.timeout(40, method="signal")
def test_a_service_is_found_and_used(network: Network):
    host, others = network.hosts[1], [each for each in network.hosts if each.number != 1]
    assert all(each.providers("demo") == [] for each in others)
    began = time.monotonic()
    network.start_demo()
    network.demo.wait_for_line("9100")
    for each in others:
        eventually(lambda each=each: each.providers("demo") == [host.peer], 20, f"{each.name} finds the demo service",
                   POLL_PAUSE)
    print(f"\ndemo service found by all {len(others)} others {time.monotonic() - began:.1f} s after its start")
    print(spread("answer", ask_everywhere(others, DEMO_MODEL)))


@pytest.mark.timeout(10, method="signal")
def test_datagrams_are_used(network: Network):
    sent = network.islands.sent()
    # Linked peers are asked over the link, so the first host, to which all others link, may never need a datagram.
    users = network.hosts[1:OPEN_HOSTS]
    for host in users:
        counters = host.counters()
        assert counters["udp_handshakes"] > 0 and counters["udp_received"] > 0, f"{host.name}: {counters}"
        assert sent[host.number]["datagrams"] > 0
    handshakes = sorted(host.counters()["udp_handshakes"] for host in users)
    print(f"\nhandshakes by datagram: {handshakes[0]} to {handshakes[-1]} for each of {len(users)} hosts")
    expect_datagrams_to_pass(network.hosts[:OPEN_HOSTS])


@pytest.mark.parametrize("number", [10, 11], ids=["nothing-out", "nothing-in"])
@pytest.mark.timeout(20, method="signal")
def test_a_host_without_datagrams_takes_part(network: Network, number: int):
    host, wall = network.hosts[number], network.firewalls[number]
    host.process.wait_for_line(BLOCKED, 15)
    shown = host.wide_status()
    assert int(shown["udp_sent"]) > 0
    assert int(shown["udp_received"]) == int(shown["udp_handshakes"]) == 0
    # What the node says, the network confirms.
    assert wall.dropped("input") > 0
    assert (wall.dropped("output") > 0) == (number == 10)
    assert (network.islands.sent()[number]["datagrams"] > 0) == (number == 11)
    # A peer is in the routing table when it answered a search's question.
    eventually(lambda: host.report("/sam/node/status")["contacts"] == len(network.hosts) - 1, 10,
               f"{host.name} has had answers of all others", POLL_PAUSE)
    host.ask(DEMO_MODEL)
    asked = host.backend.count
    others = [each for each in network.hosts if each is not host]
    print("\n" + spread(f"answer of {host.name}", ask_everywhere(others, host.model)))
    assert host.backend.count == asked + len(others)


@pytest.mark.timeout(75, method="signal")
def test_the_first_host_dies(network: Network):
    first, late = network.hosts[0], network.hosts[9]
    others = [host for host in network.hosts if host not in (first, late)]
    assert network.stop([late]) == [0]
    first.process.kill()
    print("\n" + spread("answer after the death", ask_everywhere(others, DEMO_MODEL)))
    # Each asks another one that has not answered it before.
    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(Host.ask, others, [host.model for host in (*others[1:], others[0])]))

    network.launch([late], bootstraps=[])
    living = network.peers([late, *others])
    network.wait_until_joined([late, *others], living, 20)
    show_joining("join after the death", [late], living)
    late.ask(DEMO_MODEL)
    ask_everywhere(others, late.model)

    # With the command line that it had before. Killed in its first minute, it kept no contacts: the others dial it.
    network.launch([first], bootstraps=[])
    network.wait_until_joined(network.hosts, network.peers(), 30)
    show_joining("first host again", [first], network.peers())


@pytest.mark.timeout(55, method="signal")
def test_all_hosts_start_again_without_addresses(network: Network):
    assert network.stop(network.hosts) == [0] * len(network.hosts)
    assert all((host.data_dir / "contacts").stat().st_size > 0 for host in network.hosts)
    network.launch(network.hosts, bootstraps=[])
    assert not any("--bootstrap" in host.command() or (host.data_dir / "bootstraps").exists() for host in network.hosts)
    network.wait_until_joined(network.hosts, network.peers(), 25)
    show_joining("join again", network.hosts, network.peers())
    ask_everywhere([host for host in network.hosts if host.number != 1], DEMO_MODEL)
    expect_datagrams_to_pass(network.hosts[:OPEN_HOSTS])
    for host in network.hosts[OPEN_HOSTS:]:
        host.process.wait_for_line(BLOCKED, 10)
