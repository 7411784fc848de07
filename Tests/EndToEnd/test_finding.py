"""Services found by the DHT alone: A asks B, where C has placed its advertisement."""

import json

import pytest

from mesh import Node
from processes import eventually, run


def find(node: Node, *command: str, status: int = 0):
    return run([node.binary, "find", *command, "--data-dir", str(node.data_dir), "--socket-path", str(node.socket_path)],
               expect=status)


def found(node: Node, *command: str) -> list[dict]:
    return json.loads(find(node, *command, "--json").stdout)["entries"]


@pytest.fixture(scope="module")
def advertised(mesh):
    eventually(lambda: found(mesh.a, "inference:openrouter"), 20, "C's advertisement has a place")
    return mesh


def test_finds_a_service(advertised):
    entry, = found(advertised.a, "inference:openrouter")
    assert entry["peer"] == advertised.c.peer
    assert {"openrouter", "recorder"} == {service["name"] for service in entry["services"]}


def test_finds_a_model(advertised):
    entry, = found(advertised.a, "--model", "mock/chat")
    assert entry["peer"] == advertised.c.peer


def test_prints_each_step(advertised):
    printed = find(advertised.a, "inference:openrouter", "-v", "--wide").stdout
    assert f"{advertised.b.peer} (distance " in printed and "1 host, 1 of 1 registrars answered" in printed
    assert "inference:openrouter" in printed and "SERVICE" in printed


def test_says_when_nobody_is_found(advertised):
    refused = find(advertised.a, "--model", "nobody/has-this", status=1)
    assert "nobody was found for the model nobody/has-this: 1 node was asked" in refused.stderr


@pytest.mark.parametrize("command, words", [
    ([], "Name a service"),
    (["inference:a", "--model", "b"], "Name a service"),
    (["openrouter"], "expected TYPE:NAME"),
    (["inference:a", "--count", "0"], "--count must be from 1 to 100"),
])
def test_wrong_commands_are_explained(mesh, command: list[str], words: str):
    assert words in find(mesh.a, *command, status=64).stderr
