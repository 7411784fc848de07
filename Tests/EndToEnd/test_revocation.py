"""A revocation reaches running nodes: the next request is refused with the reason, on every path."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest

from asking import ask, expect_error
from backend import Backend
from mesh import Authority, Node
from processes import eventually, run

HOST_CONFIG = """
version: "v1alpha1"
services:
  - type: inference
    name: recorder
    target_url: "{recorder}"
"""
SERVICES = ("inference:recorder",)


@dataclass
class World:
    """A mesh of its own, since what is revoked stays revoked: callers ask the host over the relay."""

    binary: str
    authority: Authority
    relay: Node
    host: Node
    callers: dict[str, Node]

    def revoke(self, *subject: str) -> str:
        return run([self.binary, "authority", "revoke", "--data-dir", str(self.authority.folder), *subject]).stdout

    def tell(self, node: Node, lines: str) -> str:
        """Hands revocations to a running node."""
        command = [self.binary, "revocations", "add", "-", "--socket-path", str(node.socket_path)]
        return subprocess.run(command, input=lines, text=True, capture_output=True, check=True).stdout

    def known(self, node: Node) -> dict:
        command = [self.binary, "revocations", "--json", "--socket-path", str(node.socket_path)]
        return json.loads(run(command).stdout)


@pytest.fixture(scope="module")
def world(samnode: str, folder: Path, recorder: Backend) -> Iterator[World]:
    place = folder / "rev"
    authority = Authority(samnode, place / "authority")

    def node(name: str, **options) -> Node:
        node = Node(samnode, name, place / name, authority.root_key_path, **options)
        role = "sam:role:router" if name == "relay" else "sam:role:node"
        authority.issue(node.peer, node.token_path, user=name, services=SERVICES, role=role)
        return node

    relay = node("relay", listen="/ip4/127.0.0.1/tcp/0")
    host = node("host", config=HOST_CONFIG.format(recorder=recorder.url))
    callers = {name: node(name) for name in ("token", "peer", "good")}
    world = World(samnode, authority, relay, host, callers)
    try:
        relay.start()
        for other in (host, *callers.values()):
            other.bootstrap = relay.address
            other.start()
        for caller in callers.values():
            eventually(lambda caller=caller: "recorder/plain" in caller.models(), 15, f"{caller.name} knows the models")
        yield world
    finally:
        for other in (relay, host, *callers.values()):
            other.stop()


def refusal(caller: Node) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as raised:
        ask(caller.sdk(), "recorder/plain")
    return raised.value


def expect_refused(caller: Node, words: str, recorder: Backend) -> None:
    """The caller's agent is told 401 with the reason, and so is whoever reads the node's log or asks the doctor."""
    seen = recorder.count
    error = refusal(caller)
    assert error.status_code == 401
    expect_error(error, "token_revoked")
    assert words in error.message
    assert recorder.count == seen, "the refused request reached the backend"
    assert words in caller.process.wait_for_line(r"refuses this node: (.*)", 15).group(1)


def test_a_revoked_token_is_refused_while_everything_runs(world: World, recorder: Backend):
    caller = world.callers["token"]
    assert ask(caller.sdk(), "recorder/plain").choices[0].message.content
    lines = world.revoke("--token", str(caller.token_path))
    assert lines.startswith("sam-revocation:") and lines.count("\n") == 1
    assert "1 revocation is new, 0 known before" in world.tell(world.host, lines)
    assert "0 revocations are new, 1 known before" in world.tell(world.host, lines)
    eventually(lambda: world.known(caller).get("own"), 10, "the caller knows that it is revoked")
    expect_refused(caller, "the token was revoked by whoever runs the mesh", recorder)


def test_an_open_answer_is_cut(world: World, recorder: Backend):
    """A stream that has begun when its caller is revoked ends, and so does the work of the backend."""
    caller = world.callers["peer"]
    stream = ask(caller.sdk(), "recorder/gated", stream=True)
    chunks = iter(stream)
    assert next(chunks).choices[0].delta.content
    world.tell(world.relay, world.revoke("--peer", caller.peer))
    with pytest.raises(openai.APIError):
        list(chunks)
    eventually(lambda: len(world.known(world.host)["revocations"]) == 2, 5, "the host knows both")
    eventually(lambda: world.known(caller).get("own"), 10, "the caller knows that it is revoked")
    expect_refused(caller, "the peer was revoked by whoever runs the mesh", recorder)
    doctor = subprocess.run([world.binary, "doctor", "--socket-path", str(caller.socket_path), "--data-dir",
                             str(caller.data_dir)], capture_output=True, text=True)
    assert doctor.returncode == 1
    assert "PROBLEM  token" in doctor.stdout and "the peer was revoked" in doctor.stdout


def test_the_others_go_on(world: World):
    assert ask(world.callers["good"].sdk(), "recorder/plain").choices[0].message.content


def test_what_is_known_survives_a_restart_and_damage(world: World):
    world.host.stop()
    path = world.host.data_dir / "revocations"
    lines = path.read_text().splitlines()
    assert len(lines) == 2
    path.write_text(lines[0][:-5] + "\n" + lines[1] + "\nrubbish\n")
    world.host.start()
    world.host.process.wait_for_line(r"revocations is damaged: 2 of its lines are not used", 5)
    assert (world.host.data_dir / "revocations.damaged").exists()
    eventually(lambda: len(world.known(world.host)["revocations"]) == 2, 15, "the relay has brought it again")
    good = world.callers["good"]
    eventually(lambda: "recorder/plain" in good.models(), 15, "the host is listed again")
    assert ask(good.sdk(), "recorder/plain").choices[0].message.content


def test_a_refused_line_is_told(world: World):
    foreign = Authority(world.binary, world.authority.folder.parent / "foreign")
    lines = run([world.binary, "authority", "revoke", "--data-dir", str(foreign.folder), "--peer",
                 world.host.peer]).stdout
    command = [world.binary, "revocations", "add", "-", "--socket-path", str(world.relay.socket_path)]
    told = subprocess.run(command, input=lines + "rubbish\n", text=True, capture_output=True)
    assert told.returncode == 1
    assert "line 1 is refused: it is of another mesh" in told.stderr
    assert "line 2 is refused: it is no revocation" in told.stderr
    exported = run([world.binary, "revocations", "export", "--socket-path", str(world.relay.socket_path)]).stdout
    assert exported.splitlines() == (world.authority.folder / "mesh-revocations").read_text().splitlines()
