"""Events pass one by one, back-pressure reaches the backend, and so does a cancellation."""

import time

import openai
import pytest

from asking import ask, words_of
from backend import FLOOD_BYTES, WORDS, Backend
from processes import eventually

CANCELLED_WITHIN = 1.0

# What the sockets and windows on the way may hold: far less than the backend wants to send.
IN_FLIGHT_BYTES = 64 * 1024 * 1024


def test_each_event_arrives_when_it_is_sent(client: openai.OpenAI, recorder: Backend):
    seen = recorder.count
    stream = ask(client, "recorder/gated", stream=True)
    first = next(iter(stream))
    assert first.choices[0].delta.content == WORDS[0]
    recorder.next_exchange(seen).open_gate()
    assert words_of(stream) == WORDS[1:]


def test_a_cancelled_stream_is_cancelled_at_the_backend(client: openai.OpenAI, recorder: Backend):
    seen = recorder.count
    stream = ask(client, "recorder/gated", stream=True)
    next(iter(stream))
    exchange = recorder.next_exchange(seen)
    cancelled_at = time.monotonic()
    stream.close()
    assert exchange.ended.wait(5), "the backend never saw the cancellation"
    assert exchange.gone_at - cancelled_at < CANCELLED_WITHIN


@pytest.mark.parametrize("streamed", [True, False])
def test_a_request_cancelled_before_its_first_byte_is_cancelled_at_the_backend(mesh, recorder: Backend, streamed):
    seen = recorder.count
    with pytest.raises(openai.APITimeoutError):
        ask(mesh.a.sdk(timeout=1), "recorder/silent", stream=streamed)
    cancelled_at = time.monotonic()
    exchange = recorder.next_exchange(seen)
    assert exchange.ended.wait(5), "the backend never saw the cancellation"
    assert exchange.gone_at - cancelled_at < CANCELLED_WITHIN


def test_a_client_that_does_not_read_stops_the_backend(mesh, recorder: Backend):
    seen = recorder.count
    request = {"model": "recorder/flood", "messages": [], "stream": True}
    with mesh.a.http() as http, http.stream("POST", "/v1/chat/completions", json=request) as answer:
        pieces = answer.iter_raw()
        next(pieces)
        exchange = recorder.next_exchange(seen)
        held_back_at = eventually(lambda: _unchanged_for(lambda: exchange.written, 0.5), 15, "the backend is held back")
        assert held_back_at < IN_FLIGHT_BYTES < FLOOD_BYTES
        # A slow reader of one answer slows nobody else.
        assert words_of(ask(mesh.a.sdk(), "mock/chat", stream=True))
        eventually(lambda: next(pieces) and exchange.written > held_back_at, 15, "the backend goes on")
    assert exchange.ended.wait(5), "the backend never saw the cancellation"


def _unchanged_for(value, seconds: float):
    """The value, if it is not zero and stays the same for that long."""
    before = value()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value() != before:
            return None
        time.sleep(0.02)
    return before
