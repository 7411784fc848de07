"""What is not allowed or not there is refused, each with its own status and code."""

import openai
import pytest

from asking import MESSAGES, REQUEST_ID, ask, expect_error
from backend import Backend
from mesh import Node


@pytest.mark.parametrize("stream", [False, True])
def test_a_token_without_the_grant_is_refused(mesh, recorder: Backend, stream: bool):
    seen = recorder.count
    with pytest.raises(openai.PermissionDeniedError) as refusal:
        ask(mesh.ungranted.sdk(), "recorder/plain", stream=stream)
    expect_error(refusal.value, {"service_not_granted", "permission_denied"})
    assert recorder.count == seen, "the refused request reached the backend"


def test_the_hosts_own_check_narrows_a_grant(mesh, recorder: Backend):
    seen = recorder.count
    with pytest.raises(openai.PermissionDeniedError):
        ask(mesh.outsider.sdk(), "recorder/plain")
    with pytest.raises(openai.PermissionDeniedError):
        mesh.outsider.sdk().embeddings.create(model="mock/embedding", input="hello")
    assert recorder.count == seen


def test_an_unknown_model_is_not_found(client: openai.OpenAI):
    with pytest.raises(openai.NotFoundError) as refusal:
        ask(client, "no/such-model")
    expect_error(refusal.value, "model_not_found")
    assert "no/such-model" in refusal.value.message


def test_a_request_without_a_model_is_invalid(mesh):
    with mesh.a.http() as http:
        for content in (b'{"messages":[]}', b'{"model":', b"", b"[]", b'{"model":7}'):
            answer = http.post("/v1/chat/completions", content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code == 400, content
            assert answer.json()["error"]["type"] == "invalid_request_error"
            assert REQUEST_ID.fullmatch(answer.headers["x-request-id"])


@pytest.mark.parametrize("path", ["/v1/models", "/v1/chat/completions", "/v1/embeddings", "/sam/service/discover"])
def test_the_tcp_port_wants_a_token(mesh, path: str):
    with mesh.a.http(authorized=False) as http:
        for headers, statuses in (({}, {401}), ({"Authorization": "Bearer " + "0" * 64}, {401, 403})):
            answer = http.request("GET" if path.endswith(("models", "discover")) else "POST", path, headers=headers)
            assert answer.status_code in statuses
            assert REQUEST_ID.fullmatch(answer.headers["x-request-id"])
            if path.startswith("/v1"):
                assert answer.json()["error"]["message"]


@pytest.mark.parametrize("header", ["X-Sam-Authentication", "Authorization"])
def test_the_token_is_taken_from_either_header(mesh, header: str):
    with mesh.a.http(authorized=False) as http:
        assert http.get("/v1/models", headers={header: f"Bearer {mesh.a.api_token}"}).status_code == 200


def test_a_wrong_method_is_refused(mesh):
    with mesh.a.http() as http:
        answer = http.get("/v1/chat/completions")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_every_answer_has_a_request_id(mesh, name: str):
    node: Node = getattr(mesh, name)
    paths = ("/healthz", "/readyz", "/metrics", "/v1/models", "/v1/models/none", "/v1/nothing", "/nothing",
             "/sam/service/discover?type=inference", f"/sam/{node.peer}/inference/none/v1/models")
    with node.http() as http:
        identifiers = [http.get(path).headers.get("x-request-id") for path in paths]
    assert all(REQUEST_ID.fullmatch(identifier or "") for identifier in identifiers), dict(zip(paths, identifiers))
    assert len(set(identifiers)) == len(paths), "each request has an id of its own"


def test_the_sdk_reports_the_request_id(client: openai.OpenAI):
    with pytest.raises(openai.NotFoundError) as refusal:
        client.chat.completions.create(model="no/such-model", messages=MESSAGES)
    assert refusal.value.request_id
