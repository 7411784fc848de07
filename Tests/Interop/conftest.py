"""Which program is under test: our node, and py-libp2p as a check of the tests themselves."""

import pytest

from peers import Program, py_libp2p_program, samnode_program


@pytest.fixture(params=["samnode", "py-libp2p"])
def program(request: pytest.FixtureRequest) -> Program:
    """Every test of a program runs for py-libp2p too: where that fails as well, the fault is not the node's."""
    if request.param == "samnode":
        return samnode_program(request.getfixturevalue("samnode"))
    return py_libp2p_program()


@pytest.fixture
def node(samnode: str) -> Program:
    return samnode_program(samnode)
