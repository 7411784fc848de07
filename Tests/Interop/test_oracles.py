"""What the other suites rely on holds between the two foreign implementations alone."""

from p2pd import ControlError
from peers import start_p2pd
from processes import eventually


def test_p2pd_finds_a_peer_through_another():
    server = ("-dhtServer",)
    with start_p2pd("a", server) as a, start_p2pd("b", server) as b, start_p2pd("c", server) as c:
        a.connect(b.address)
        c.connect(b.address)

        def found() -> bool:
            try:
                return a.find_peer(c.peer).peer == c.peer
            except ControlError:
                return False

        eventually(found, 10, "a finds c in the DHT through b")
        a.ping(b.peer, rounds=3)
