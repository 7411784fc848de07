"""A mesh of samnode processes, started the way a user starts them."""

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import openai

from processes import Process, run

SERVICE_TYPE = "inference"


@dataclass
class Authority:
    """Whoever holds the mesh's root key; not a running process."""

    binary: str
    folder: Path

    def __post_init__(self):
        run([self.binary, "authority", "init", "--data-dir", str(self.folder)])

    @property
    def root_key_path(self) -> Path:
        return self.folder / "mesh-root.pub"

    def issue(self, peer: str, out: Path, *, user: str, group: str | None = None, services: tuple[str, ...] = (),
              role: str = "sam:role:node", ttl: str = "24h") -> Path:
        command = [self.binary, "authority", "issue", "--data-dir", str(self.folder), "--peer", peer, "--user", user,
                   "--role", role, "--ttl", ttl, "--out", str(out)]
        if group:
            command += ["--group", group]
        for service in services:
            command += ["--service", service]
        run(command)
        return out


@dataclass
class Node:
    """One samnode with a data directory, a configuration and a token of its own."""

    binary: str
    name: str
    folder: Path
    root_key_path: Path
    config: str = 'version: "v1alpha1"\n'
    listen: str = "none"
    bootstrap: str | None = None
    process: Process | None = field(default=None, init=False)

    def __post_init__(self):
        self.folder.mkdir(parents=True)
        self.config_path = self.folder / "sam-node.yaml"
        self.config_path.write_text(self.config)
        self.data_dir = self.folder / "data"
        self.token_path = self.folder / "token"
        self.socket_path = self.folder / "sam.sock"
        self.api_token = secrets.token_hex(32)
        self.api_token_path = self.folder / "api-token"
        self.api_token_path.write_text(self.api_token + "\n")
        self.api_token_path.chmod(0o600)
        self.peer = run([self.binary, "id", "--data-dir", str(self.data_dir)]).stdout.strip()

    def command(self, *changes: str) -> list[str]:
        """The command line; an option among the changes comes last and so replaces the usual one."""
        options = {
            "--config": str(self.config_path),
            "--data-dir": str(self.data_dir),
            "--listen": self.listen,
            "--bind-addr": "127.0.0.1:0",
            "--socket-path": str(self.socket_path),
            "--api-token-path": str(self.api_token_path),
            "--token-path": str(self.token_path),
            "--root-key-path": str(self.root_key_path),
            "--log-level": "debug",
        }
        if self.bootstrap:
            options["--bootstrap"] = self.bootstrap
        options.update(zip(changes[::2], changes[1::2], strict=True))
        return [self.binary, "run", *(part for option in options.items() for part in option)]

    def launch(self, *changes: str) -> Process:
        """Starts the process without waiting for anything."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        self.process = Process(f"node {self.name}", self.command(*changes), environment)
        return self.process

    def start(self) -> "Node":
        """Starts the process and waits until it serves its local API."""
        self.launch()
        self.api = "http://" + self.process.wait_for_line(
            r"Serving the local API on TCP address (?:http://)?(\S+)", 15).group(1)
        self.process.wait_for_line(r"SAM Node Online\.", 15)
        return self

    @property
    def address(self) -> str:
        """The multiaddr at which a listening node is reached."""
        line = self.process.wait_for_line(r"Listening on: \[(.*)\]").group(1)
        return re.search(r"/ip4/127\.0\.0\.1/tcp/\d+", line).group(0) + "/p2p/" + self.peer

    def sdk(self, **options) -> openai.OpenAI:
        """The SDK as a user sets it up, with every answer checked against its schema and no retries of its own."""
        settings = {"base_url": f"{self.api}/v1", "api_key": self.api_token, "max_retries": 0, "timeout": 15,
                    "_strict_response_validation": True, **options}
        return openai.OpenAI(**settings)

    def sdk_over_socket(self) -> openai.OpenAI:
        transport = httpx2.HTTPTransport(uds=str(self.socket_path))
        return self.sdk(base_url="http://localhost/v1", api_key="none",
                           http_client=httpx2.Client(transport=transport))

    def http(self, authorized: bool = True) -> httpx2.Client:
        """Plain HTTP to the local API."""
        headers = {"Authorization": f"Bearer {self.api_token}"} if authorized else {}
        return httpx2.Client(base_url=self.api, headers=headers, timeout=15)

    def models(self) -> list[str]:
        """The ids that GET /v1/models lists."""
        return [model.id for model in self.sdk(timeout=5).models.list()]

    def stop(self) -> int | None:
        return self.process.stop() if self.process else None
