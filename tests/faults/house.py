"""A real house for fault tests: server and worker as processes, an SMTP sink, a real database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email import message_from_bytes
from pathlib import Path
from typing import IO

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]


class Sink:
    """Takes every letter and counts it by its Message-ID."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        message = message_from_bytes(envelope.content)
        self.letters.append((message["Message-ID"], envelope.rcpt_tos[0]))
        return "250 taken"


class House:
    """``serve`` and ``worker`` of one installation, to be killed and started again."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.sink = Sink()
        self.smtp = Controller(self.sink, hostname="127.0.0.1", port=free_port())
        self.smtp.start()
        self.processes: dict[str, subprocess.Popen] = {}
        self.environment = {
            **os.environ,
            "EVENTSAPP_ENV": "demo",
            "EVENTSAPP_DATA_DIR": str(folder),
            "EVENTSAPP_DATABASE_URL": database_url,
            "EVENTSAPP_BASE_URL": self.address,
            "EVENTSAPP_MAIL_URL": f"smtp://127.0.0.1:{self.smtp.port}",
            "PYTHONPATH": str(ROOT),
        }
        # What the processes say of themselves; nobody listens unless a test opens a file.
        self.said: int | IO[bytes] = subprocess.DEVNULL

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "eventsapp", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    def start(self, name: str, *arguments: str) -> None:
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "eventsapp", name, *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=self.said,
            start_new_session=True,
        )

    def serve(self) -> None:
        self.start("serve", "--port", str(self.port), "--workers", "2")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def kill(self, name: str) -> None:
        """No chance to tidy up: the whole process group, at once."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def close(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        self.smtp.stop()


def post(
    url: str, body: bytes, headers: dict[str, str], *, timeout: float = 10
) -> tuple[int, bytes]:
    """Status and body; raises OSError when nobody answers."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
