"""C is killed and comes back."""

import time

import openai
import pytest

from asking import ask, expect_error, words_of
from processes import eventually

NOTICED_WITHIN = 5.0


def test_a_killed_host_is_missed_and_found_again(mesh):
    client = mesh.a.sdk()

    def listed() -> bool:
        return "mock/chat" in mesh.a.models()

    assert listed()
    mesh.c.process.kill()
    eventually(lambda: not listed(), NOTICED_WITHIN, "A sees that C is gone")
    with pytest.raises((openai.NotFoundError, openai.InternalServerError)) as failure:
        ask(client, "mock/chat")
    expect_error(failure.value, {"model_not_found", "no_available_provider", "no_eligible_provider"})

    started = time.monotonic()
    mesh.c.start()
    eventually(listed, NOTICED_WITHIN - (time.monotonic() - started), "A sees that C is back")
    assert "".join(words_of(ask(client, "mock/chat", stream=True))) == "one two three four five"


def test_a_stream_from_a_host_that_is_killed_ends_with_an_error(mesh, recorder):
    seen = recorder.count
    stream = ask(mesh.a.sdk(), "recorder/gated", stream=True)
    next(iter(stream))
    mesh.c.process.kill()
    try:
        with pytest.raises(openai.APIError) as failure:
            words_of(stream)
        assert failure.value.body["code"] == "upstream_disconnected"
        assert recorder.next_exchange(seen).ended.wait(5)
    finally:
        mesh.c.start()
    eventually(lambda: "mock/chat" in mesh.a.models(), 10, "A sees that C is back")
