"""The requests and the checks that many end-to-end tests share."""

import re

import openai

MESSAGES = [{"role": "user", "content": "Tell me a story."}]
REQUEST_ID = re.compile(r"[\x21-\x7e]{8,128}")


def ask(client: openai.OpenAI, model: str, **options):
    return client.chat.completions.create(model=model, messages=MESSAGES, **options)


def words_of(stream: openai.Stream) -> list[str]:
    """The text pieces of a streamed answer, to its end."""
    return [piece for chunk in stream for choice in chunk.choices if (piece := choice.delta.content)]


def expect_error(error: openai.APIStatusError, code: str | set[str]) -> None:
    """OpenAI's error shape with one of these codes, and a request id."""
    codes = {code} if isinstance(code, str) else code
    body = error.response.json()["error"]
    assert body["code"] in codes, body
    assert isinstance(body["message"], str) and body["message"]
    assert body["type"] == ("server_error" if error.status_code >= 500 else body["type"])
    assert isinstance(body["type"], str) and body["type"]
    assert "param" in body
    assert REQUEST_ID.fullmatch(error.request_id or ""), "x-request-id"
