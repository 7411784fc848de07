"""From an invitation to a mesh, without an address on any command line."""

import json
import os
from pathlib import Path

import pytest

from mesh import Authority
from processes import Process, eventually, run


class Joiner:
    """A node that has nothing but what it was told: an invitation, then a token."""

    def __init__(self, samnode: str, name: str, data_dir: Path):
        self.samnode = samnode
        self.name = name
        self.data_dir = data_dir
        self.process: Process | None = None

    def run(self, *command: str, **options):
        return run([self.samnode, *command, "--data-dir", str(self.data_dir)], **options)

    def start(self, *options: str, listen: str = "none") -> "Joiner":
        command = [self.samnode, "run", "--data-dir", str(self.data_dir), "--config", str(self.data_dir / "none.yaml"),
                   "--listen", listen, "--bind-addr", "", *options]
        self.process = Process(f"node {self.name}", command, {"PATH": os.environ["PATH"], "HOME": str(self.data_dir)})
        self.process.wait_for_line(r"SAM Node Online\.", 15)
        return self

    def peers(self) -> list[dict]:
        return json.loads(self.run("peers", "--json").stdout)

    def linked_with(self, peer: str) -> bool:
        return any(link["peer"] == peer and link["is_admitted"] for link in self.peers())

    def stop(self) -> None:
        if self.process:
            self.process.stop()


@pytest.fixture
def joiners(samnode: str, folder: Path, request):
    """Makes nodes whose paths are short enough for sockets, and ends them."""
    made: list[Joiner] = []

    def make(name: str) -> Joiner:
        joiner = Joiner(samnode, name, folder / f"j{len(made)}{abs(hash(request.node.name)) % 10_000}")
        made.append(joiner)
        return joiner

    yield make
    for joiner in made:
        joiner.stop()


@pytest.fixture
def seed(joiners, authority: Authority) -> Joiner:
    """A node that others can begin with."""
    seed = joiners("seed")
    peer = seed.run("id").stdout.strip()
    (seed.data_dir / "mesh-root.pub").write_text(authority.root_key_path.read_text())
    authority.issue(peer, seed.data_dir / "token", user="seed")
    seed.peer = peer
    return seed.start(listen="/ip4/127.0.0.1/tcp/0")


def test_invite_join_run(seed: Joiner, joiners, authority: Authority):
    invited = seed.run("invite")
    text = invited.stdout.strip()
    assert text.startswith("sam://join?v=1&mesh=") and f"/p2p/{seed.peer}" in text
    assert "no secret" in invited.stderr

    node = joiners("invited")
    joined = node.run("join", text)
    peer = joined.stdout.strip()
    assert f"samnode authority issue --peer {peer}" in joined.stderr
    authority.issue(peer, node.data_dir / "token", user="invited")
    assert "next: samnode run" in node.run("join", text).stderr

    node.start()
    eventually(lambda: node.linked_with(seed.peer), 15, "the invited node has a link")
    # Who has joined can invite, though nobody can dial it.
    third = joiners("third")
    peer = third.run("join", node.run("invite").stdout.strip()).stdout.strip()
    authority.issue(peer, third.data_dir / "token", user="third")
    third.start()
    eventually(lambda: third.linked_with(seed.peer), 15, "the third node has a link")


def test_another_mesh_is_not_overwritten(seed: Joiner, joiners, samnode: str, tmp_path: Path):
    node = joiners("settled")
    node.run("join", seed.run("invite").stdout.strip())
    before = (node.data_dir / "mesh-root.pub").read_text()
    foreign = Authority(samnode, tmp_path / "foreign")
    other = run([samnode, "invite", "--data-dir", str(foreign.folder)]).stdout.strip()
    refused = node.run("join", other, expect=73)
    assert "nothing was changed" in refused.stderr
    assert (node.data_dir / "mesh-root.pub").read_text() == before


def doctor(node: Joiner, *options: str, expect: int) -> dict[str, list[dict]]:
    """The findings by what was looked at, after a look at the text for people."""
    text = node.run("doctor", *options, expect=expect)
    assert ("PROBLEM" in text.stdout) == (expect == 1)
    findings: dict[str, list[dict]] = {}
    for finding in json.loads(node.run("doctor", "--json", *options, expect=expect).stdout)["findings"]:
        findings.setdefault(finding["subject"], []).append(finding)
    return findings


@pytest.fixture
def invited(seed: Joiner, joiners, authority: Authority) -> Joiner:
    """A node with an invitation and a token that does not run."""
    node = joiners("patient")
    node.peer = node.run("join", seed.run("invite").stdout.strip()).stdout.strip()
    authority.issue(node.peer, node.data_dir / "token", user="patient")
    return node


def test_the_doctor_finds_nothing(invited: Joiner, seed: Joiner):
    findings = doctor(invited, expect=0)
    assert findings["node"][0]["state"] == "warning"
    assert "linked" in findings["addresses"][0]["message"]
    invited.start()
    eventually(lambda: invited.linked_with(seed.peer), 15, "the node has a link")
    findings = doctor(invited, expect=0)
    assert findings["node"][0]["state"] == "ok"
    assert {"data directory", "mesh", "token", "listening", "clock", "links"} <= set(findings)
    assert all(finding["state"] == "ok" for finding in findings["links"])


def test_the_doctor_and_a_token_of_another_node(invited: Joiner, seed: Joiner, authority: Authority):
    authority.issue(seed.peer, invited.data_dir / "token", user="patient")
    token = doctor(invited, expect=1)["token"][0]
    assert token["state"] == "problem" and "another peer" in token["message"]
    assert f"--peer {invited.peer}" in token["next"]


def test_the_doctor_and_a_token_of_another_mesh(invited: Joiner, samnode: str, tmp_path: Path):
    foreign = Authority(samnode, tmp_path / "foreign")
    foreign.issue(invited.peer, invited.data_dir / "token", user="patient")
    assert "no trusted root key" in doctor(invited, expect=1)["token"][0]["message"]


def test_the_doctor_and_a_dead_address(invited: Joiner, authority: Authority):
    (invited.data_dir / "bootstraps").write_text(
        "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8\n")
    address = doctor(invited, expect=1)["addresses"][0]
    assert "connection refused" in address["message"] and "nobody listens" in address["next"]
    invited.start()
    eventually(lambda: "connection refused" in doctor(invited, expect=1)["addresses"][0]["message"], 10,
               "the running node knows it too")


def test_the_doctor_and_a_node_of_another_mesh(invited: Joiner, joiners, samnode: str, tmp_path: Path):
    foreign = Authority(samnode, tmp_path / "foreign")
    other = joiners("other")
    peer = other.run("id").stdout.strip()
    (other.data_dir / "mesh-root.pub").write_text(foreign.root_key_path.read_text())
    foreign.issue(peer, other.data_dir / "token", user="other")
    other.start(listen="/ip4/127.0.0.1/tcp/0")
    address = json.loads(other.run("invite", "--json").stdout)["addresses"][0]
    (invited.data_dir / "bootstraps").write_text(address + "\n")
    for _ in ("without a running node", "with one"):
        finding = doctor(invited, expect=1)["addresses"][0]
        assert "another mesh" in finding["message"] and peer in finding["message"]
        if invited.process is None:
            invited.start()
            eventually(lambda: "another mesh" in doctor(invited, expect=1)["addresses"][0]["message"], 10,
                       "the running node was refused")


def test_the_doctor_and_nothing_at_all(joiners):
    findings = doctor(joiners("nobody"), expect=1)
    assert findings["data directory"][0]["state"] == "problem"
    assert "samnode join" in findings["data directory"][0]["next"]


def test_nodes_of_the_local_network_find_each_other(joiners, authority: Authority):
    """Neither knows an address; both look on the loopback interface, as their configuration says."""
    nodes = []
    for name in ("near", "far"):
        node = joiners(name)
        node.peer = node.run("id").stdout.strip()
        (node.data_dir / "mesh-root.pub").write_text(authority.root_key_path.read_text())
        authority.issue(node.peer, node.data_dir / "token", user=name)
        (node.data_dir / "mdns.yaml").write_text("discovery: {mdns: on}\n")
        node.start("--config", str(node.data_dir / "mdns.yaml"), listen="/ip4/127.0.0.1/tcp/0")
        node.process.wait_for_line("looks for nodes of the mesh on the local network", 10)
        nodes.append(node)
    near, far = nodes
    eventually(lambda: near.linked_with(far.peer) and far.linked_with(near.peer), 20, "the two have a link")


def test_a_node_that_is_not_to_look_does_not(joiners, authority: Authority):
    node = joiners("shy")
    peer = node.run("id").stdout.strip()
    (node.data_dir / "mesh-root.pub").write_text(authority.root_key_path.read_text())
    authority.issue(peer, node.data_dir / "token", user="shy")
    (node.data_dir / "mdns.yaml").write_text("discovery: {mdns: on}\n")
    node.start("--config", str(node.data_dir / "mdns.yaml"), "--no-mdns", listen="/ip4/127.0.0.1/tcp/0")
    assert not [line for line in node.process.lines() if "on the local network" in line]


def test_a_wrong_word_for_multicast_is_named(joiners, authority: Authority):
    node = joiners("typo")
    peer = node.run("id").stdout.strip()
    (node.data_dir / "mesh-root.pub").write_text(authority.root_key_path.read_text())
    authority.issue(peer, node.data_dir / "token", user="typo")
    (node.data_dir / "mdns.yaml").write_text("discovery: {mdns: maybe}\n")
    refused = node.run("run", "--config", str(node.data_dir / "mdns.yaml"), expect=78)
    assert 'mdns.yaml:1:19: discovery: mdns: found "maybe", expected auto, on or off' in refused.stderr
