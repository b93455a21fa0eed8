"""Clients that send half a request silence nobody: the real server, real sockets."""

import socket
import time
import urllib.request

import pytest

from eventsapp.cli import patient
from tests.faults.house import House

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
WHOLE = HEAD + b"\r\n"
POST = b"POST /fr/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nemail="
CROWD = 64


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slow")
    made = House(folder, f"sqlite:///{folder / 'slow.sqlite3'}")
    made.command("db", "upgrade")
    made.serve()
    yield made
    made.close()


def connected(house):
    made = socket.create_connection(("127.0.0.1", house.port), timeout=5)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def kept_alive(house):
    """One whole request first: what follows on the connection is read in the same way."""
    made = connected(house)
    made.sendall(WHOLE)
    assert made.recv(4096).startswith(b"HTTP/1.1 200")
    made.sendall(HEAD)
    return made


def half(house, sent):
    made = connected(house)
    made.sendall(sent)
    return made


@pytest.mark.parametrize("kind", ["nothing", "half a head", "half a body", "half of the second"])
def test_others_are_answered_while_a_crowd_sends_half_a_request(house, kind):
    begin = {
        "nothing": lambda: connected(house),
        "half a head": lambda: half(house, HEAD),
        "half a body": lambda: half(house, POST),
        "half of the second": lambda: kept_alive(house),
    }[kind]
    crowd = [begin() for _ in range(CROWD)]
    try:
        waited = []
        for _ in range(10):
            began = time.monotonic()
            with urllib.request.urlopen(f"{house.address}/healthz", timeout=10) as answer:
                assert answer.status == 200
            waited.append(time.monotonic() - began)
        assert max(waited) < 2
    finally:
        for one in crowd:
            one.close()


def test_a_request_in_pieces_is_answered_and_an_endless_one_ended(house):
    slow, endless = half(house, HEAD), half(house, HEAD)
    time.sleep(0.5)
    slow.sendall(b"Accept: */*\r\n")
    time.sleep(0.5)
    slow.sendall(b"\r\n")
    assert slow.recv(4096).startswith(b"HTTP/1.1 200")

    endless.settimeout(patient.GATHER_S + 5)
    assert endless.recv(4096) == b""


def test_a_large_body_arrives_whole(house):
    """More than is gathered: the thread reads the rest, and answers for all of it."""
    body = b"email=" + b"x" * (patient.GATHERED_BYTES * 2)
    made = half(
        house,
        b"POST /fr/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded"
        b"\r\nOrigin: http://x\r\nContent-Length: %d\r\n\r\n" % len(body),
    )
    made.sendall(body)

    assert made.recv(4096).startswith(b"HTTP/1.1 422")


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"", False),
        (HEAD, False),
        (WHOLE, True),
        (POST, False),
        (POST + b"x" * 494, True),
        (POST.replace(b"500", b"5"), True),
        (POST.replace(b"Content-Length", b"content-length"), False),
        (POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"), True),
        (POST.replace(b"500", b"99999999") + b"x" * patient.GATHERED_BYTES, True),
        (b"x" * patient.GATHERED_BYTES, True),
        (HEAD + b"X-Content-Length: 500\r\n\r\n", True),
    ],
)
def test_what_is_whole(data, whole):
    assert patient.is_whole(data) is whole
