"""Backends that only list their models: what a node asks to know whether a service is there."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelServer:
    """One backend on a port of 127.0.0.1, in whatever namespace the calling thread is in."""

    def __init__(self, port: int, models: list[str] | None):
        """With None instead of models the backend answers that it is not available."""
        self.models = models
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):  # noqa: N802 - named by the base class
                owner._answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        models = self.models
        listed = [{"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "reality"}
                  for name in models or []]
        body = json.dumps({"object": "list", "data": listed}).encode()
        request.send_response(503 if models is None else 200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
