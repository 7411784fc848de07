"""An OpenAI client at A uses the litellm proxy that sits behind C, two hops away."""

import openai
import pytest

from asking import MESSAGES, REQUEST_ID, ask, words_of
from backend import PECULIAR_JSON

TEXT = "one two three four five"


def test_streams_a_chat_completion(client: openai.OpenAI):
    with ask(client, "mock/chat", stream=True) as stream:
        assert REQUEST_ID.fullmatch(stream.response.headers["x-request-id"])
        assert stream.response.headers["x-sam-hops"] == "2"
        pieces = words_of(stream)
    assert "".join(pieces) == TEXT
    assert len(pieces) > 1


def test_keeps_the_usage_that_comes_last(client: openai.OpenAI):
    chunks = list(ask(client, "mock/chat", stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens > 0


def test_completes_a_chat(client: openai.OpenAI):
    answer = client.chat.completions.with_raw_response.create(model="mock/chat", messages=MESSAGES)
    completion = answer.parse()
    assert completion.choices[0].message.content == TEXT
    assert completion.choices[0].finish_reason == "stop"
    assert REQUEST_ID.fullmatch(answer.headers["x-request-id"])
    assert "x-litellm-version" in answer.headers, "the headers of the backend reach the client"


def test_completes_text(client: openai.OpenAI):
    assert client.completions.create(model="mock/chat", prompt="Go on").choices[0].text == TEXT


def test_embeds(client: openai.OpenAI):
    answer = client.embeddings.create(model="mock/embedding", input="hello")
    assert answer.data[0].embedding == [0.25, -0.5, 1.0]


def test_serves_many_streams_at_once(client: openai.OpenAI):
    streams = [ask(client, "mock/chat", stream=True) for _ in range(16)]
    assert ["".join(words_of(stream)) for stream in streams] == [TEXT] * 16


def test_lists_and_retrieves_models(client: openai.OpenAI, mesh):
    listed = {model.id: model for model in client.models.list()}
    assert {"mock/chat", "mock/embedding", "recorder/plain"} <= listed.keys()
    assert listed["mock/chat"].created > 0
    assert client.models.retrieve("mock/chat").id == "mock/chat"
    with mesh.a.http() as http:
        assert http.get("/v1/models/mock%2Fchat").json()["id"] == "mock/chat"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no/such-model")


def test_serves_the_unix_socket_without_a_token(mesh):
    client = mesh.a.sdk_over_socket()
    assert ask(client, "mock/chat").choices[0].message.content == TEXT
    assert mesh.a.socket_path.stat().st_mode & 0o777 == 0o600


def test_passes_bytes_through_untouched(mesh, recorder):
    body = (b'{"messages" :[{"role":"user","content":"\xc3\xa9\\u00e9"}],\n "unknown":{"z":1,"a":1.50e+2},'
            b'"model":"recorder/peculiar"}')
    seen = recorder.count
    with mesh.a.http() as http:
        answer = http.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.content == PECULIAR_JSON
    assert answer.headers["x-backend-header"] == "kept"
    exchange = recorder.next_exchange(seen)
    assert exchange.body == body
    assert exchange.path == "/v1/chat/completions"
    assert exchange.header("x-request-id") == answer.headers["x-request-id"]
    secrets = [name for name, value in exchange.headers if mesh.a.api_token in value or name.lower() in (
        "authorization", "x-sam-authentication", "x-sam-biscuit")]
    assert secrets == [], "no credential of the caller reaches the backend"


def test_carries_a_large_request(client: openai.OpenAI, recorder):
    seen = recorder.count
    content = "x" * (8 * 1024 * 1024)
    client.chat.completions.create(model="recorder/plain", messages=[{"role": "user", "content": content}])
    assert len(recorder.next_exchange(seen).body) > len(content)


def test_keeps_a_request_id_of_the_caller(client: openai.OpenAI, recorder):
    seen = recorder.count
    answer = client.chat.completions.with_raw_response.create(
        model="recorder/plain", messages=MESSAGES, extra_headers={"x-request-id": "my-own-id-0001"})
    assert answer.headers["x-request-id"] == "my-own-id-0001"
    assert recorder.next_exchange(seen).header("x-request-id") == "my-own-id-0001"
