"""A backend that misbehaves is an error for one request, and never ends or blocks a node."""

import time

import httpx2
import openai
import pytest

from asking import ask, expect_error, words_of
from backend import WORDS, Backend
from mesh import Node
from processes import eventually

NOTICED_WITHIN = 5.0


@pytest.mark.parametrize("stream", [False, True])
def test_garbage_from_the_backend_is_a_bad_gateway(client: openai.OpenAI, stream: bool):
    with pytest.raises(openai.InternalServerError) as failure:
        ask(client, "recorder/garbage", stream=stream)
    assert failure.value.status_code in (502, 503)
    expect_error(failure.value, {"bad_gateway", "no_available_provider", "upstream_error", "upstream_disconnected"})


def test_a_stream_that_breaks_is_an_error_and_not_an_end(client: openai.OpenAI, recorder: Backend):
    seen = recorder.count
    stream = ask(client, "recorder/truncated", stream=True)
    received = []
    with pytest.raises(openai.APIError) as failure:
        for chunk in stream:
            received.append(chunk.choices[0].delta.content)
            # Only now: what the node reads together with the end of a connection is lost with it.
            if received == WORDS[:2]:
                recorder.next_exchange(seen).open_gate()
    assert received == WORDS[:2]
    assert failure.value.body["code"] == "upstream_disconnected"


def test_an_answer_that_is_cut_short_is_not_taken_for_whole(mesh):
    with mesh.a.http() as http, pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        http.post("/v1/chat/completions", json={"model": "recorder/cut", "messages": []})


def test_a_busy_backend_speaks_for_itself(client: openai.OpenAI):
    with pytest.raises(openai.RateLimitError) as failure:
        ask(client, "recorder/busy")
    assert failure.value.response.headers["retry-after"] == "7"


def test_a_silent_backend_holds_up_only_its_own_request(mesh, recorder: Backend):
    seen = recorder.count
    with pytest.raises(openai.APITimeoutError):
        ask(mesh.a.sdk(timeout=1), "recorder/silent")
    assert recorder.next_exchange(seen).ended.wait(5)
    assert words_of(ask(mesh.a.sdk(), "mock/chat", stream=True))


def test_a_service_is_announced_while_its_backend_answers(samnode: str, folder, mesh):
    backend = Backend(["flaky/plain"])
    port = backend.port
    config = f"""
version: "v1alpha1"
services:
  - type: inference
    name: recorder
    target_url: "{backend.url}"
"""
    host = Node(samnode, "flaky", folder / "flaky", mesh.authority.root_key_path, config=config,
                bootstrap=mesh.b.address)
    mesh.authority.issue(host.peer, host.token_path, user="host-operator", group="research")

    def listed() -> bool:
        return "flaky/plain" in mesh.a.models()

    try:
        host.start()
        eventually(listed, 10, "the model is there while its backend answers")
        assert ask(mesh.a.sdk(), "flaky/plain").choices[0].message.content == "".join(WORDS)

        backend.close()
        with pytest.raises((openai.InternalServerError, openai.NotFoundError)) as failure:
            ask(mesh.a.sdk(), "flaky/plain")
        expect_error(failure.value, {"model_not_found", "no_available_provider", "no_eligible_provider",
                                     "service_unavailable", "bad_gateway"})
        eventually(lambda: not listed(), NOTICED_WITHIN, "the model is gone with its backend")

        backend = Backend(["flaky/plain", "flaky/new"], port)
        eventually(listed, NOTICED_WITHIN, "the model is back with its backend")
        assert "flaky/new" in mesh.a.models()

        before = time.monotonic()
        assert host.stop() == 0
        assert time.monotonic() - before < 5
        eventually(lambda: not listed(), NOTICED_WITHIN, "a node that ends takes its services back")
    finally:
        host.stop()
        backend.close()
