"""What is wrong at the start is said in words that name it, and ends the process with a status of its own."""

import re
import socket

import pytest

from mesh import Authority, Node
from processes import Process


@pytest.fixture
def lone(samnode: str, tmp_path_factory, authority: Authority, request) -> Node:
    """A node with everything right, for a test to spoil one thing."""
    folder = tmp_path_factory.mktemp("n")
    node = Node(samnode, request.node.name, folder / "n", authority.root_key_path)
    authority.issue(node.peer, node.token_path, user="lone", group="research")
    yield node
    node.stop()


def expect_refusal(process: Process, *words: str) -> None:
    assert process.wait(15) not in (0, None)
    said = "\n".join(process.lines()).lower()
    assert not [word for word in words if word.lower() not in said], said
    assert not re.search(r"fatal error|precondition failed|stack dump|\*\*\* signal", said)


def test_configuration_errors_name_the_place(lone: Node):
    lone.config_path.write_text('version: "v1alpha1"\nservices:\n  - type: inference\n    nmae: x\n')
    expect_refusal(lone.launch(), "sam-node.yaml:4", "nmae", "name")


def test_configuration_that_is_not_yaml(lone: Node):
    lone.config_path.write_text("services: [\n")
    expect_refusal(lone.launch(), "sam-node.yaml")


def test_a_local_check_that_is_not_datalog(lone: Node):
    lone.config_path.write_text('version: "v1alpha1"\nattenuation:\n  checks:\n    - "check whether group(1)"\n')
    expect_refusal(lone.launch(), "check whether group(1)")


def test_a_port_in_use(lone: Node):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        expect_refusal(lone.launch("--bind-addr", address), address, "in use")


def test_a_listen_port_in_use(lone: Node):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        expect_refusal(lone.launch("--listen", f"/ip4/127.0.0.1/tcp/{port}"), port, "in use")


def test_no_token(lone: Node):
    lone.token_path.unlink()
    expect_refusal(lone.launch(), "token")


def test_a_token_of_another_mesh(lone: Node, samnode: str, tmp_path):
    foreign = Authority(samnode, tmp_path / "foreign")
    foreign.issue(lone.peer, lone.token_path, user="lone")
    expect_refusal(lone.launch(), "token")


def test_a_token_of_another_node(lone: Node, authority: Authority, samnode: str, tmp_path):
    other = Node(samnode, "other", tmp_path / "other", authority.root_key_path)
    authority.issue(other.peer, lone.token_path, user="other")
    expect_refusal(lone.launch(), "token", lone.peer)


def test_a_tampered_token(lone: Node):
    token = bytearray(lone.token_path.read_bytes())
    middle = len(token) // 2
    token[middle] = ord("A") if token[middle] != ord("A") else ord("B")
    lone.token_path.write_bytes(token)
    expect_refusal(lone.launch(), "token")


def test_a_data_directory_of_a_running_node(lone: Node):
    lone.start()
    second = Process("second", lone.command("--socket-path", str(lone.socket_path) + "2"), {"HOME": str(lone.folder)})
    with second:
        expect_refusal(second, str(lone.data_dir))
    assert lone.process.running


def test_no_token_for_the_tcp_port(lone: Node):
    expect_refusal(lone.launch("--api-token-path", ""), "token is mandatory")


def test_a_bootstrap_address_that_does_not_answer_is_no_reason_to_end(lone: Node):
    silent = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"
    lone.bootstrap = silent
    lone.start()
    lone.process.wait_for_line(re.escape(silent.split("/p2p/")[1]) + "|tcp/1", 10)
    assert lone.process.running
    assert lone.stop() == 0


def test_ends_cleanly_when_asked_to(lone: Node):
    lone.start()
    assert lone.socket_path.exists()
    assert lone.stop() == 0
    assert not lone.socket_path.exists()
