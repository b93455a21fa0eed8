"""A Stripe over HTTP that thinks before it answers: the sandbox, behind a server that waits."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from eventsapp.gateways.stripe_sandbox import form_encoding
from eventsapp.gateways.stripe_sandbox.api import account_of
from eventsapp.gateways.stripe_sandbox.sandbox import API_KEY, SandboxStripe


class SlowStripe:
    """``seconds`` of thought before each answer; ``asked`` counts the calls, ``at_once`` the most
    that waited together."""

    def __init__(self, folder: Path, *, seconds: float) -> None:
        self.seconds = seconds
        self.asked = self.at_once = self._waiting = 0
        self._lock = threading.Lock()
        self.sandbox = SandboxStripe(folder, base_url="http://pay.example")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def environment(self) -> dict[str, str]:
        """What an installation needs to use it."""
        return {
            "EVENTSAPP_STRIPE_API_KEY": API_KEY,
            "EVENTSAPP_STRIPE_API_BASE": f"http://127.0.0.1:{self._server.server_port}",
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stripe = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stripe.answer(self, urlsplit(self.path).query)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                stripe.answer(self, self.rfile.read(length).decode())

            def log_message(self, *_given: object) -> None:
                """Silent: the test says what went wrong."""

        return Handler

    def answer(self, request: BaseHTTPRequestHandler, encoded: str) -> None:
        with self._lock:
            self.asked += 1
            self._waiting += 1
            self.at_once = max(self.at_once, self._waiting)
        try:
            time.sleep(self.seconds)
            status, doc = self.sandbox.api.answer(
                request.command,
                urlsplit(request.path).path.removeprefix("/v1/"),
                form_encoding.parse(encoded),
                api_key=account_of(dict(request.headers)),
                idempotency_key=request.headers.get("Idempotency-Key"),
            )
        finally:
            with self._lock:
                self._waiting -= 1
        body = json.dumps(doc).encode()
        try:
            request.send_response(status)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            return  # who asked has gone
