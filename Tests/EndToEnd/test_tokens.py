"""Tokens pass between this implementation and the reference one (biscuit-python), in both directions."""

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from biscuit_auth import (
    Algorithm, AuthorizationError, AuthorizerBuilder, Biscuit, BiscuitBuilder, BiscuitValidationError, BlockBuilder,
    KeyPair, PublicKey, Rule)

from mesh import Authority
from processes import run

SERVICE = "inference:openrouter"
HOST_PEER = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"
OTHER_PEER = "12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"

# What a host states and demands of a caller, as every node of a mesh does; but the reference parser knows no facts
# without terms, so the check of targets and the grant of everything cannot be written down for it.
HOST = """
time({now});
connection_peer_id({peer});
service("inference", {service});
check if client_peer_id($id), connection_peer_id($id);
check if time($t), expiration($e), $t <= $e;
allow if service($type, $name), granted_service_exact($type, $name);
allow if service($type, $name), granted_service_set($type, $set), $set.contains($name);
allow if service($type, $name), granted_service_prefix($type, $prefix), $name.starts_with($prefix);
allow if service($type, $name), granted_service_suffix($type, $suffix), $name.ends_with($suffix);
allow if service($type, $name), granted_service_all($type);
"""

# A token as the mesh's authority issues it.
TOKEN = """
user("alice");
email("alice@example.org");
group("research");
role("sam:role:node");
node({peer});
client_peer_id({peer});
expiration({expiry});
label("region", "us-east-1");
granted_target_all("node");
granted_service_set("inference", {"openrouter", "ollama"});
granted_service_prefix("mcp", "tools.");
"""


def now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)


def root_key(authority: Authority) -> PublicKey:
    text = next(line for line in authority.root_key_path.read_text().splitlines() if line.startswith("ed25519/"))
    return PublicKey.from_bytes(bytes.fromhex(text.split("/")[1].split()[0]), Algorithm.Ed25519)


@pytest.fixture
def peer(samnode: str, tmp_path: Path) -> str:
    return run([samnode, "id", "--data-dir", str(tmp_path / "node")]).stdout.strip()


@pytest.fixture
def issued(authority: Authority, peer: str, tmp_path: Path) -> Path:
    """A token of ours for the peer."""
    return authority.issue(peer, tmp_path / "token", user="alice", group="research",
                           services=(SERVICE, "inference:llama.*"))


class Judge:
    """samnode token verify, trusting one root key."""

    def __init__(self, binary: str, root: PublicKey, folder: Path):
        self.command = [binary, "token", "verify", "--root-key", repr(root), "--host", HOST_PEER,
                        "--data-dir", str(folder), "--json"]

    def verdict(self, token: Path | str, *options: str) -> dict:
        done = run([*self.command, *options, "--", str(token)], expect=None)
        report = json.loads(done.stdout)
        assert done.returncode == (0 if report["valid"] else 1), done.stderr
        return report


@pytest.fixture
def keys() -> KeyPair:
    """A root key that only the reference implementation knows the private half of."""
    return KeyPair()


@pytest.fixture
def judge(samnode: str, keys: KeyPair, tmp_path: Path) -> Judge:
    return Judge(samnode, keys.public_key, tmp_path / "node")


def foreign(keys: KeyPair, peer: str, expiry: datetime) -> Biscuit:
    """A token that the reference implementation made."""
    return BiscuitBuilder(TOKEN, {"peer": peer, "expiry": expiry}).build(keys.private_key)


def allowed(token: Biscuit, peer: str, service: str = "openrouter", at: datetime | None = None) -> bool:
    """Whether the reference implementation lets the token's bearer use a service."""
    authorizer = AuthorizerBuilder(HOST, {"now": at or now(), "peer": peer, "service": service})
    limits = authorizer.limits()
    limits.max_time = timedelta(seconds=5)
    authorizer.set_limits(limits)
    try:
        authorizer.build(token).authorize()
        return True
    except AuthorizationError:
        return False


def test_the_reference_reads_and_authorizes_our_token(authority: Authority, issued: Path, peer: str):
    token = Biscuit.from_base64(issued.read_text().strip(), root_key(authority))
    assert allowed(token, peer)
    assert allowed(token, peer, service="llama.big")
    assert not allowed(token, peer, service="other")
    assert not allowed(token, OTHER_PEER), "bound to its peer"
    assert not allowed(token, peer, at=now() + timedelta(hours=25)), "expires"
    for fact in ('user("alice")', 'group("research")', 'role("sam:role:node")', f'client_peer_id("{peer}")'):
        assert fact in token.block_source(0)


def test_the_reference_refuses_our_token_under_another_root(issued: Path, keys: KeyPair):
    with pytest.raises(BiscuitValidationError):
        Biscuit.from_base64(issued.read_text().strip(), keys.public_key)


def test_we_verify_a_token_of_the_reference(judge: Judge, keys: KeyPair, peer: str):
    token = foreign(keys, peer, now() + timedelta(hours=1)).to_base64()
    report = judge.verdict(token, "--service", SERVICE)
    assert (report["peer"], report["user"], report["groups"]) == (peer, "alice", ["research"])
    assert judge.verdict(token, "--service", "mcp:tools.search")["valid"]
    assert not judge.verdict(token, "--service", "inference:other")["valid"]


def test_we_verify_a_token_in_a_file_as_text_and_as_bytes(judge: Judge, keys: KeyPair, peer: str, tmp_path: Path):
    token = foreign(keys, peer, now() + timedelta(hours=1))
    (tmp_path / "text").write_text(token.to_base64() + "\n")
    (tmp_path / "bytes").write_bytes(token.to_bytes())
    assert judge.verdict(tmp_path / "text")["valid"]
    assert judge.verdict(tmp_path / "bytes")["valid"]


def test_we_refuse_an_expired_token(judge: Judge, keys: KeyPair, peer: str):
    report = judge.verdict(foreign(keys, peer, now() - timedelta(minutes=10)).to_base64())
    assert (report["valid"], report["code"]) == (False, "token_expired")


def test_we_refuse_a_token_shown_by_another_peer(judge: Judge, keys: KeyPair, peer: str):
    token = foreign(keys, peer, now() + timedelta(hours=1)).to_base64()
    report = judge.verdict(token, "--peer", OTHER_PEER)
    assert (report["valid"], report["code"]) == (False, "token_not_bound")


def test_we_refuse_a_token_of_another_root(judge: Judge, peer: str):
    report = judge.verdict(foreign(KeyPair(), peer, now() + timedelta(hours=1)).to_base64())
    assert not report["valid"]


def test_we_refuse_every_altered_token(judge: Judge, keys: KeyPair, peer: str, tmp_path: Path):
    whole = foreign(keys, peer, now() + timedelta(hours=1)).to_bytes()
    for position in range(7, len(whole), len(whole) // 8):
        altered = bytearray(whole)
        altered[position] ^= 1
        (tmp_path / "altered").write_bytes(altered)
        done = run([*judge.command, "--", str(tmp_path / "altered")], expect=None)
        assert done.returncode in (1, 65), f"bit 0 of byte {position}"


def test_we_obey_a_block_that_the_reference_added(judge: Judge, keys: KeyPair, peer: str):
    whole = foreign(keys, peer, now() + timedelta(hours=1))
    narrowed = whole.append(BlockBuilder('check if service("inference", "ollama");')).to_base64()
    assert judge.verdict(narrowed, "--service", "inference:ollama")["valid"]
    report = judge.verdict(narrowed, "--service", SERVICE)
    assert (report["valid"], report["code"]) == (False, "token_check_failed")


def test_the_reference_obeys_a_block_that_we_added(samnode: str, authority: Authority, issued: Path, peer: str,
                                                   tmp_path: Path):
    narrowed = tmp_path / "narrowed"
    run([samnode, "token", "attenuate", "--check", 'check if service("inference", "openrouter")', "--ttl", "1h",
         "--out", str(narrowed), str(issued)])
    token = Biscuit.from_base64(narrowed.read_text().strip(), root_key(authority))
    assert token.block_count() == 2
    assert allowed(token, peer)
    assert not allowed(token, peer, service="llama.big")
    assert not allowed(token, peer, at=now() + timedelta(hours=2)), "the added block ends it earlier"
    assert narrowed.stat().st_mode & 0o777 == 0o600


def test_we_inspect_a_token_of_the_reference(samnode: str, keys: KeyPair, peer: str):
    token = foreign(keys, peer, now() + timedelta(hours=1)).append(BlockBuilder('check if user("alice");'))
    shown = json.loads(run([samnode, "token", "inspect", "--json", "--", token.to_base64()]).stdout)
    assert len(shown["blocks"]) == 2
    assert [block["revocation_id"] for block in shown["blocks"]] == token.revocation_ids
    rebuilt = BiscuitBuilder(shown["blocks"][0]["datalog"]).build(keys.private_key)
    assert rebuilt.block_source(0) == token.block_source(0)


def test_the_reference_finds_our_facts_by_query(authority: Authority, issued: Path, peer: str):
    token = Biscuit.from_base64(issued.read_text().strip(), root_key(authority))
    authorizer = AuthorizerBuilder("allow if true").build(token)
    assert [fact.terms for fact in authorizer.query(Rule("found($id) <- client_peer_id($id)"))] == [[peer]]


def test_the_root_key_is_never_shown(samnode: str, tmp_path: Path):
    folder = tmp_path / "new"
    done = run([samnode, "authority", "init", "--data-dir", str(folder)])
    shown = done.stdout + done.stderr + (folder / "mesh-root.pub").read_text()
    assert "ed25519/" in shown
    secrets = {path: re.findall("[0-9a-f]{64}", path.read_text()) for path in folder.glob("*.key")}
    assert any(secrets.values()), f"no private key in {sorted(folder.iterdir())}"
    for path, digits in secrets.items():
        assert path.stat().st_mode & 0o777 == 0o600
        assert not [each for each in digits if each in shown]
