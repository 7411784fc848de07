"""Two hosts of one model with a slot each: who is full is asked last, and everybody who asked hears when it is not."""

from collections.abc import Iterator
from dataclasses import dataclass

import openai
import pytest

from asking import ask, expect_error
from backend import WORDS, Backend
from mesh import Node
from processes import eventually

MODEL = "load/gated"
CONFIG = """
version: "v1alpha1"
services:
  - type: inference
    name: recorder
    target_url: "{url}"
    slots: 1
"""
LISTEN = "/ip4/127.0.0.1/tcp/0"


@dataclass
class Loaded:
    first: Node
    second: Node
    caller: Node
    other: Node
    backends: dict[str, Backend]

    def report(self, peer: str) -> dict | None:
        """How busy a host's service is, as the caller knows it."""
        with self.caller.http() as http:
            entries = http.get("/sam/node/catalog").json()
        return next(entry["services"][0].get("load") for entry in entries if entry["peer"] == peer)

    def route(self) -> list[str]:
        """The hosts that the caller would ask, in order."""
        with self.caller.http() as http:
            return [host["peer"] for host in http.get(f"/sam/node/route?model={MODEL}").json()["candidates"]]


@pytest.fixture
def loaded(samnode: str, folder, authority) -> Iterator[Loaded]:
    backends = [Backend([MODEL]), Backend([MODEL])]
    nodes: list[Node] = []

    def node(name: str, config: str = 'version: "v1alpha1"\n', listen: str = "none", **token) -> Node:
        bootstrap = nodes[0].address if nodes else None
        made = Node(samnode, name, folder / name, authority.root_key_path, config=config, listen=listen,
                    bootstrap=bootstrap)
        authority.issue(made.peer, made.token_path, user=name, **token)
        nodes.append(made)
        return made.start()

    grant = {"services": ("inference:recorder",)}
    try:
        first = node("load-first", CONFIG.format(url=backends[0].url), LISTEN)
        second = node("load-second", CONFIG.format(url=backends[1].url), LISTEN)
        caller, other = node("load-caller", **grant), node("load-other", **grant)
        mesh = Loaded(first, second, caller, other, {first.peer: backends[0], second.peer: backends[1]})
        for asker in (caller, other):
            eventually(lambda asker=asker: MODEL in asker.models(), 15, f"{asker.name} knows the model")
        eventually(lambda: len(mesh.route()) == 2, 15, "the caller knows both hosts")
        yield mesh
    finally:
        for made in reversed(nodes):
            made.stop()
        for backend in backends:
            backend.close()


def test_the_full_host_is_asked_last(loaded: Loaded):
    stream = ask(loaded.other.sdk(), MODEL, stream=True)
    busy = eventually(lambda: next(peer for peer, backend in loaded.backends.items() if backend.count), 10, "it runs")
    free = next(peer for peer in loaded.backends if peer != busy)

    # The raw proxy asks the full host by name: it says so, and the caller knows from then on.
    raw = loaded.caller.sdk(base_url=f"{loaded.caller.api}/sam/{busy}/inference/recorder/v1",
                            default_headers={"X-Sam-Authentication": f"Bearer {loaded.caller.api_token}"})
    with pytest.raises(openai.RateLimitError) as failure:
        ask(raw, MODEL)
    expect_error(failure.value, "rate_limit_exceeded")
    assert loaded.backends[busy].count == 1, "a request without a slot does not reach the backend"
    assert loaded.report(busy)["is_full"]
    assert loaded.route() == [free, busy]
    eventually(lambda: loaded.report(busy) == {"running": 1, "slots": 1, "free": 0, "is_full": True}, 5, "it is told")

    answer = ask(loaded.caller.sdk(), MODEL, stream=True)
    assert next(iter(answer)).choices[0].delta.content == WORDS[0]
    assert loaded.backends[free].count == 1, "the host with a slot is asked at once"
    with pytest.raises(openai.RateLimitError):
        ask(loaded.caller.sdk(), MODEL)

    for backend in loaded.backends.values():
        backend.next_exchange(0).open_gate()
    assert [choice.delta.content for chunk in stream for choice in chunk.choices][:4] == WORDS
    eventually(lambda: loaded.report(busy) == {"running": 0, "slots": 1, "free": 1, "is_full": False}, 5,
               "the caller hears that there is room again")
