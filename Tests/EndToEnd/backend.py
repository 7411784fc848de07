"""A small OpenAI-compatible backend that records what reaches it, and misbehaves as the model's name says.

It runs on threads of the test process, so a test compares its times with its own on one clock (time.monotonic).
"""

import json
import select
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = ["Once", " upon", " a", " time"]

# More than the sockets and windows between a client that does not read and the backend can hold.
FLOOD_BYTES = 256 * 1024 * 1024

# JSON in a form that no serialiser would produce again.
PECULIAR_JSON = (
    b'{ "object":"chat.completion",\n\t"id" : "chatcmpl-1", "created":1.0e9, "model":"recorder/peculiar",'
    b'"unknown_field":{"b":1,"a":12345678901234567890.10},"choices":[ ] }\n'
)


@dataclass
class Exchange:
    """One request, and what became of it."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    gate: threading.Event = field(default_factory=threading.Event)
    written: int = 0
    gone_at: float | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def model(self) -> str | None:
        try:
            return json.loads(self.body).get("model")
        except ValueError:
            return None

    def open_gate(self) -> None:
        """Lets a gated answer go on."""
        self.gate.set()


class Backend:
    """Serves on a loopback port from construction until close."""

    def __init__(self, models: list[str], port: int = 0):
        self.models = models
        self._exchanges: list[Exchange] = []
        self._arrived = threading.Condition()
        backend = self

        class Handler(_Handler):
            owner = backend

        self._server = _Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def record(self, exchange: Exchange) -> None:
        with self._arrived:
            self._exchanges.append(exchange)
            self._arrived.notify_all()

    def next_exchange(self, after: int, timeout: float = 10) -> Exchange:
        """The first request for a model after that many earlier ones."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._exchanges) > after, timeout):
                raise AssertionError(f"no request reached the backend within {timeout:g} s")
            return self._exchanges[after]

    @property
    def count(self) -> int:
        """How many requests for a model came so far."""
        with self._arrived:
            return len(self._exchanges)

    def close(self) -> None:
        """Ends it as a crash would: the port refuses, and open connections break."""
        self._server.shutdown()
        self._server.server_close()
        self._server.break_connections()
        with self._arrived:
            for exchange in self._exchanges:
                exchange.open_gate()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, *arguments):
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(*arguments)

    def process_request(self, request, client_address):
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def break_connections(self) -> None:
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def handle_error(self, request, client_address):
        pass  # A peer that hangs up is what many tests are about.


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: Backend

    def log_message(self, *_):
        pass

    def do_GET(self):  # noqa: N802 - named by the base class
        if self.path.split("?")[0] == "/v1/models":
            listed = [{"id": name, "object": "model", "created": 1700000000, "owned_by": "recorder"}
                      for name in self.owner.models]
            self._answer(200, json.dumps({"object": "list", "data": listed}).encode())
        else:
            self._answer(404, b'{"error":{"message":"no such path","type":"invalid_request_error"}}')

    def do_POST(self):  # noqa: N802 - named by the base class
        body = self._read_body()
        exchange = Exchange("POST", self.path, self.headers.items(), body)
        self.owner.record(exchange)
        behaviour = (exchange.model or "").rsplit("/", 1)[-1]
        try:
            getattr(self, f"_answer_{behaviour}", self._answer_plain)(exchange)
        except (BrokenPipeError, ConnectionResetError):
            exchange.gone_at = time.monotonic()
            self.close_connection = True
        finally:
            exchange.ended.set()

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _start_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _write_chunk(self, exchange: Exchange, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        exchange.written += len(data)

    def _write_word(self, exchange: Exchange, word: str | None) -> None:
        choice = {"index": 0, "delta": {"content": word} if word else {}, "finish_reason": None if word else "stop"}
        event = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000,
                 "model": exchange.model, "choices": [choice]}
        self._write_chunk(exchange, b"data: %b\n\n" % json.dumps(event).encode())

    def _end_stream(self, exchange: Exchange) -> None:
        self._write_word(exchange, None)
        self._write_chunk(exchange, b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _wait_for_gate_or_disconnect(self, exchange: Exchange) -> None:
        while not exchange.gate.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.005)
            if readable and self._is_gone():
                raise ConnectionResetError

    def _is_gone(self) -> bool:
        return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""

    def _answer_plain(self, exchange: Exchange) -> None:
        message = {"role": "assistant", "content": "".join(WORDS)}
        answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": exchange.model,
                  "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        self._answer(200, json.dumps(answer).encode())

    def _answer_peculiar(self, exchange: Exchange) -> None:
        self._answer(200, PECULIAR_JSON, {"x-backend-header": "kept"})

    def _answer_gated(self, exchange: Exchange) -> None:
        """One event at once, the others after the gate was opened."""
        self._start_stream()
        self._write_word(exchange, WORDS[0])
        self._wait_for_gate_or_disconnect(exchange)
        for word in WORDS[1:]:
            self._write_word(exchange, word)
        self._end_stream(exchange)

    def _answer_silent(self, exchange: Exchange) -> None:
        self._wait_for_gate_or_disconnect(exchange)
        self.close_connection = True

    def _answer_truncated(self, exchange: Exchange) -> None:
        """Two events; after the gate was opened the connection ends in the middle of the stream."""
        self._start_stream()
        for word in WORDS[:2]:
            self._write_word(exchange, word)
        self._wait_for_gate_or_disconnect(exchange)
        self.close_connection = True

    def _answer_cut(self, exchange: Exchange) -> None:
        """A plain answer that ends before its Content-Length."""
        self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"id":')
        self.close_connection = True

    def _answer_garbage(self, exchange: Exchange) -> None:
        self.wfile.write(bytes(range(256)) * 16)
        self.close_connection = True

    def _answer_busy(self, exchange: Exchange) -> None:
        error = {"error": {"message": "slow down", "type": "rate_limit_error", "param": None, "code": "busy"}}
        self._answer(429, json.dumps(error).encode(), {"Retry-After": "7"})

    def _answer_flood(self, exchange: Exchange) -> None:
        self._start_stream()
        event = b"data: " + b"x" * 16_376 + b"\n\n"
        while exchange.written < FLOOD_BYTES and not exchange.gate.is_set():
            self._write_chunk(exchange, event)
        self._end_stream(exchange)
