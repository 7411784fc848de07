"""The peers that meet in the interop tests.

samnode and py-libp2p are programs with the same two commands, "dial" and "listen", that report what happens as
JSON lines. p2pd is a daemon that is told what to do over its control socket.
"""

import base64
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import p2pd
from processes import Process

HERE = Path(__file__).resolve().parent

# How long a node keeps listening by itself, should a test fail to end it.
LISTEN_SECONDS = 900


# Where a provider of the tests says that its content is to be had.
ANNOUNCED = "/ip4/127.0.0.1/tcp/4099"


def random_content() -> tuple[str, bytes]:
    """The CID of a content that nobody has, as text and in its binary form."""
    cid = b"\x01\x55\x12\x20" + os.urandom(32)
    return "b" + base64.b32encode(cid).decode().rstrip("=").lower(), cid


@dataclass
class Listening:
    """A peer that accepts connections."""

    address: str
    process: Process

    @property
    def peer(self) -> str:
        return self.address.rsplit("/p2p/", 1)[1]


class Program:
    """A peer that is driven by its command line."""

    def __init__(self, name: str, command: list[str], listen_options: tuple[str, ...] = ()):
        self.name = name
        self._command = command
        self._listen_options = listen_options

    def _start(self, *arguments: str) -> Process:
        # py-libp2p's program imports the modules beside it.
        return Process(f"{self.name} {arguments[0]}", [*self._command, *arguments], {**os.environ, "PYTHONPATH": HERE})

    def dial(self, address: str) -> Process:
        return self._start("dial", address)

    def find_node(self, address: str, peer: str) -> Process:
        return self._start("find-node", address, peer)

    def provide(self, address: str, content: str) -> Process:
        return self._start("provide", address, content, "--announce", ANNOUNCED)

    def get_providers(self, address: str, content: str) -> Process:
        return self._start("get-providers", address, content)

    @contextmanager
    def listen(self) -> Iterator[Listening]:
        with self._start("listen", *self._listen_options) as process:
            yield Listening(process.wait_for_event("listening")["address"], process)


def samnode_program(binary: str) -> Program:
    return Program("samnode", [binary, "libp2p"], ("--seconds", str(LISTEN_SECONDS)))


def py_libp2p_program() -> Program:
    return Program("py-libp2p", [sys.executable, str(HERE / "py_libp2p.py")])


def start_p2pd(name: str = "p2pd", options: tuple[str, ...] = ()) -> p2pd.Daemon:
    """A daemon, or a skipped test where no p2pd exists; on the platform that has one, its absence is a failure."""
    if p2pd.binary() is None:
        if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
            pytest.fail("p2pd is missing from the Python environment; run scripts/python-env", pytrace=False)
        pytest.skip("PyPI has no p2pd for this platform")
    return p2pd.Daemon(name, options)
