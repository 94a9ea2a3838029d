"""Idle Socket.IO connections over TLS, opened by a few threads: what the load generator, which is plain, does not do."""
import concurrent.futures
import contextlib
import socket
import ssl

from harness import machine
from harness.waiters import text_frame

THREADS = 8
PATIENCE_SECONDS = 20
HANDSHAKE = ("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: bench.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n\r\n").encode()


@contextlib.contextmanager
def connected(port, count):
    """`count` clients that are connected to the namespace / while the block runs."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # a certificate of this bench alone
    with contextlib.ExitStack() as open_ones, concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
        for one in threads.map(lambda _: connect(context, port), range(count)):
            open_ones.enter_context(one)
        yield


def connect(context, port):
    one = context.wrap_socket(socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS))
    one.sendall(HANDSHAKE)
    read_until(one, b'"sid"')
    one.sendall(text_frame("40"))
    read_until(one, b"40{")
    return one


def read_until(one, wanted):
    seen = b""
    while wanted not in seen:
        piece = one.recv(4096)
        if not piece:
            raise machine.BenchError(f"the connection ended after {seen[:200]!r}")
        seen += piece
