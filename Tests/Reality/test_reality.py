"""Twenty real processes against twenty simulated nodes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from comparison import Plan, compare
from islands import obstacle

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = [pytest.mark.reality, pytest.mark.timeout(600)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, because the path of a Unix socket has at most 103 bytes."""
    path = Path(tempfile.mkdtemp(prefix="sam-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def twin(samnode: str) -> str:
    """The program that simulates, beside the node: REALITY_BINARY, or where swift build leaves both."""
    program = Path(os.environ.get("REALITY_BINARY", Path(samnode).with_name("reality")))
    if not program.is_file():
        pytest.fail(f"there is no {program}; run: swift build --product reality", pytrace=False)
    return str(program)


@pytest.mark.parametrize("log_level", ["debug", "trace"])
def test_simulation_agrees_with_processes(samnode: str, twin: str, folder: Path, log_level: str):
    if problem := obstacle():
        pytest.skip(problem)
    comparison = compare(samnode, twin, folder, Plan(log_level=log_level))
    print("\n" + comparison.text)
    differing = [row.name for row in comparison.rows if not row.agrees]
    assert not differing, "\n" + comparison.text
