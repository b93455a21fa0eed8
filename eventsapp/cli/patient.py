"""gunicorn's threads for whole requests only: who sends half of one waits in the loop, not in a
thread.

gunicorn reads a request in the thread that will answer it. A client that stops in the middle of
the head holds that thread without end, and as many clients as there are threads silence the
process. Here the loop, which waits for thousands at once, gathers what comes; a thread gets the
request when its head and a body of ordinary size are here.
"""

import errno
import re
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# A phone on a bad network sends its head in one packet; ten seconds are several retransmissions.
GATHER_S = 10.0
# A larger body (a deck, a logo) is read by its thread, and must not pause for longer than this.
PAUSE_S = 10.0
# Every form of ours fits; more than this many bytes of head gunicorn's parser refuses by itself.
GATHERED_BYTES = 256 * 1024
PIECE = 64 * 1024

_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$")
_WAITS = re.compile(rb"(?im)^expect:")


def is_whole(data: bytes | bytearray) -> bool:
    """Whether a thread may take the request: its head, and its body up to ``GATHERED_BYTES``.

    A client that asks before it sends its body (``Expect``) is answered by the thread.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return len(data) >= GATHERED_BYTES
    head = bytes(data[: end + 2])
    length = _LENGTH.search(head)
    if length is None or _WAITS.search(head):
        return True
    return len(data) - end - 4 >= min(int(length[1]), GATHERED_BYTES)


class GatheredConnection(TConn):
    """A connection whose beginning was read before its thread came."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.gathered = bytearray()

    def init(self) -> None:
        super().init()
        if self.gathered:
            self.parser.unreader.unread(bytes(self.gathered))
            self.gathered.clear()
        self.sock.settimeout(PAUSE_S)


class PatientWorker(ThreadWorker):
    """Connections wait for their request in the loop, new ones and kept ones alike."""

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._gather(GatheredConnection(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: GatheredConnection, client: socket.socket) -> None:
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def _gather(self, conn: GatheredConnection) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + GATHER_S
        self.pending_conns.append(conn)
        ready = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, ready)

    def on_pending_socket_readable(self, conn: GatheredConnection, client: socket.socket) -> None:
        try:
            piece = client.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        conn.gathered += piece
        if piece and not is_whole(conn.gathered):
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if piece:
            conn.data_ready = True
            self.enqueue_req(conn)
        else:
            self.nr_conns -= 1
            conn.close()
