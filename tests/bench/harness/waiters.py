"""Many people with an event's page open: one WebSocket each, subscribed to the event's live frames, on one thread."""
import json
import select
import socket
import threading
import time

from harness import machine, product

ADDRESSES = 200
CONNECTING_MAX = 128
CONNECT_SECONDS_MAX = 120
HANDSHAKE = (f"GET {product.API}/live HTTP/1.1\r\nHost: bench.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n\r\n").encode()


def text_frame(text):
    """A masked text frame of a client; the mask is zero."""
    payload = text.encode()
    if len(payload) > 125:
        raise machine.BenchError("the frame needs a longer header")
    return bytes((0x81, 0x80 | len(payload), 0, 0, 0, 0)) + payload


class Waiters:
    """Opens more sockets with grow(); from then on every frame is read and counted on a thread until close()."""

    def __init__(self, port, event):
        self.port = port
        self.first = HANDSHAKE + text_frame(json.dumps({"subscribe": event}))
        self.sockets = {}
        self.told = set()  # descriptors that got a frame after their handshake
        self.frames = 0
        self.bytes = 0
        self.lost = 0
        self.epoll = select.epoll()
        self.stopping = False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def grow(self, count):
        """Until `count` are open and each has been told how things stand."""
        give_up = time.monotonic() + CONNECT_SECONDS_MAX
        while len(self.told) < count:
            while len(self.sockets) < count and len(self.sockets) - len(self.told) < CONNECTING_MAX:
                self._open(len(self.sockets))
            if self.lost or time.monotonic() > give_up:
                raise machine.BenchError(f"{len(self.told)} of {count} sockets are open, {self.lost} were closed")
            time.sleep(0.002)

    def _open(self, number):
        one = socket.socket()
        one.bind((f"127.2.0.{1 + number % ADDRESSES}", 0))
        one.connect(("127.0.0.1", self.port))
        one.sendall(self.first)
        one.setblocking(False)
        self.sockets[one.fileno()] = one
        self.epoll.register(one.fileno(), select.EPOLLIN)

    def _read(self):
        while not self.stopping:
            for descriptor, _ in self.epoll.poll(0.1):
                try:
                    data = self.sockets[descriptor].recv(65536)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self.lost += 1
                    self.epoll.unregister(descriptor)
                    continue
                frames = data.count(b'{"type":')
                self.frames += frames
                self.bytes += len(data)
                if frames:
                    self.told.add(descriptor)

    def close(self):
        self.stopping = True
        self.thread.join()
        for one in self.sockets.values():
            one.close()
        self.epoll.close()
