"""The rest of the local API, and the commands that ask a running node."""

import json

import psutil
import pytest

from processes import run


def test_health_and_metrics_are_public(mesh):
    with mesh.a.http(authorized=False) as http:
        assert http.get("/healthz").text.strip() == "OK"
        assert http.get("/readyz").status_code == 200
        metrics = http.get("/metrics")
    assert metrics.status_code == 200
    assert metrics.headers["content-type"].startswith("text/plain")
    assert any(line.startswith("# TYPE ") for line in metrics.text.splitlines())


def test_discovers_services(mesh):
    with mesh.a.http() as http:
        found = http.get("/sam/service/discover", params={"type": "inference", "name": "openrouter"}).json()
        assert http.get("/sam/service/discover").status_code == 400
    assert [(item["peer_id"], item["srv_name"]) for item in found] == [(mesh.c.peer, "openrouter")]
    assert found[0]["local_proxy_url"] == f"{mesh.a.api}/sam/{mesh.c.peer}/inference/openrouter"
    assert found[0]["srv_description"] == "OpenRouter Proxy Inference Service"


def test_the_raw_proxy_reaches_any_path_of_a_backend(mesh, recorder):
    base = f"/sam/{mesh.c.peer}/inference/recorder"
    with mesh.a.http(authorized=False) as http:
        headers = {"X-Sam-Authentication": f"Bearer {mesh.a.api_token}"}
        assert http.get(f"{base}/v1/models", headers=headers).json()["object"] == "list"
        assert http.get(f"{base}/no/such/path", headers=headers).status_code == 404
        seen = recorder.count
        answer = http.post(f"{base}/v1/any%2Fpath?x=1&y=%20", json={"model": "recorder/plain"},
                           headers={**headers, "Authorization": "Bearer key-for-the-backend"})
        assert answer.status_code == 200
    exchange = recorder.next_exchange(seen)
    assert exchange.path == "/v1/any%2Fpath?x=1&y=%20"
    assert exchange.header("authorization") == "Bearer key-for-the-backend"
    assert exchange.header("x-sam-authentication") is None


def test_the_raw_proxy_is_no_way_around_a_grant(mesh, recorder):
    seen = recorder.count
    with mesh.ungranted.http(authorized=False) as http:
        answer = http.post(f"/sam/{mesh.c.peer}/inference/recorder/v1/chat/completions", json={"model": "recorder/plain"},
                           headers={"X-Sam-Authentication": f"Bearer {mesh.ungranted.api_token}"})
    assert answer.status_code == 403
    assert recorder.count == seen


@pytest.mark.parametrize("command", [["status"], ["peers"], ["catalog"], ["route", "mock/chat"]])
def test_commands_ask_the_running_node(mesh, command: list[str]):
    node = mesh.a
    whole = [node.binary, *command, "--data-dir", str(node.data_dir), "--socket-path", str(node.socket_path)]
    table = run(whole).stdout
    machine = run([*whole, "--json"]).stdout
    json.loads(machine)
    expected = {"status": node.peer, "peers": mesh.b.peer, "catalog": "openrouter", "route": mesh.c.peer}[command[0]]
    assert expected in machine
    assert table.strip()


def test_caller_and_host_are_linked_only_through_the_relay(mesh):
    ends = {node.name: _connections(node.process.pid) for node in (mesh.a, mesh.b, mesh.c)}

    def linked(one: str, other: str) -> bool:
        return any((remote, local) in ends[other] for local, remote in ends[one])

    assert linked("A", "B") and linked("C", "B")
    assert not linked("A", "C")


def _connections(pid: int) -> set[tuple]:
    return {(tuple(each.laddr), tuple(each.raddr)) for each in psutil.Process(pid).net_connections("tcp") if each.raddr}
