"""What both Python suites share: where the node's binary is, and logs of every process next to a failure."""

import os
import shutil
from pathlib import Path

import pytest

import processes

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def samnode() -> str:
    """The path of the binary under test: SAMNODE_BINARY, or the newest build in .build."""
    named = os.environ.get("SAMNODE_BINARY")
    if named:
        found = shutil.which(named)
        if found is None:
            pytest.fail(f"SAMNODE_BINARY names {named}, which is not an executable file", pytrace=False)
        return str(Path(found).resolve())
    built = [path for kind in ("debug", "release") if (path := ROOT / ".build" / kind / "samnode").is_file()]
    if not built:
        pytest.fail("no samnode in .build; run 'swift build' or set SAMNODE_BINARY", pytrace=False)
    return str(max(built, key=lambda path: path.stat().st_mtime))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        for process in processes.started():
            report.sections.append((f"log of {process.name}", process.log(last=200)))
    return report


@pytest.fixture(autouse=True)
def forget_ended_processes():
    yield
    processes.forget_ended()
