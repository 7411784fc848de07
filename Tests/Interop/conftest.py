"""Which program is under test: our node, and py-libp2p as a check of the tests themselves; and how often."""

import pytest

from peers import Program, py_libp2p_program, samnode_program
from repeating import PARAMETER, RUNS, Runs, run_of

_runs = Runs()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if RUNS > 1:
        metafunc.fixturenames.append(PARAMETER)
        metafunc.parametrize(PARAMETER, range(1, RUNS + 1), ids=lambda run: f"{PARAMETER}{run}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests once, then all of them again; within a run the order stays."""
    items.sort(key=run_of)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if RUNS > 1:
        _runs.note(run_of(item), report)
    return report


def pytest_terminal_summary(terminalreporter) -> None:
    if RUNS > 1:
        terminalreporter.section("runs")
        for line in _runs.lines:
            terminalreporter.write_line(line)


@pytest.fixture(params=["samnode", "py-libp2p"])
def program(request: pytest.FixtureRequest) -> Program:
    """Every test of a program runs for py-libp2p too: where that fails as well, the fault is not the node's."""
    if request.param == "samnode":
        return samnode_program(request.getfixturevalue("samnode"))
    return py_libp2p_program()


@pytest.fixture
def node(samnode: str) -> Program:
    return samnode_program(samnode)
