"""Engine.IO and Socket.IO by hand: requests of the polling transport, WebSocket frames, and a server to talk to."""

import base64
import contextlib
import http.client
import json
import os
import socket
import struct

import binary

TIMEOUT_S = 10
PING_INTERVAL_S = 0.3
PING_TIMEOUT_S = 0.2


class ConformanceServer(binary.Server):
    def __init__(self, *options):
        super().__init__("--conformance", *options)


class WebSocket:
    """A WebSocket made of a plain socket. `status` is that of the handshake."""

    def __init__(self, port, path, headers=()):
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                 "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(), *headers]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.sock.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = http.client.parse_headers(self.file)
        self.body = b"" if self.status == 101 else self.file.read(int(self.headers.get("Content-Length", 0)))

    def frame(self, opcode, payload, fin=True):
        size = len(payload)
        head = bytes([(0x80 if fin else 0) | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", size)
        return head + b"\0\0\0\0" + payload  # the mask of zeros changes nothing

    def send(self, *messages):
        """str: text, bytes: binary; all in one write."""
        self.sock.sendall(b"".join(self.frame(1, m.encode()) if isinstance(m, str) else self.frame(2, bytes(m)) for m in messages))

    def receive(self):
        """The next text (str) or binary (bytes) message; None at the end."""
        while True:
            try:
                head = self.file.read(2)
            except ConnectionError:
                return None
            if len(head) < 2:
                return None
            size = head[1] & 0x7F
            if size == 126:
                size, = struct.unpack(">H", self.file.read(2))
            elif size == 127:
                size, = struct.unpack(">Q", self.file.read(8))
            payload = self.file.read(size)
            opcode = head[0] & 0x0F
            if opcode == 1:
                return payload.decode()
            if opcode == 2:
                return payload
            if opcode == 8:
                self.close_code = struct.unpack(">H", payload[:2])[0] if payload else None
                return None

    def receive_but(self, *unwanted):
        """The next message that is none of these (heartbeats, mostly)."""
        while True:
            message = self.receive()
            if message not in unwanted:
                return message

    def close(self):
        self.file.close()
        self.sock.close()


class Client:
    """What a test says to one path of one server."""

    def __init__(self, port, path="/socket.io/", version=4):
        self.port, self.path, self.version = port, path, version
        self.open_sockets = []

    def url(self, **query):
        return self.path + "?" + "&".join(f"{k}={v}" for k, v in query.items())

    def request(self, method, body=None, headers=None, connection=None, path=None, **query):
        """(status, body, headers); `query` as given."""
        owned = connection is None
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path or self.url(**query), body, headers or ({"Content-Type": "text/plain;charset=UTF-8"} if body is not None else {}))
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            if owned:
                connection.close()

    def poll(self, sid, **extra):
        return self.request("GET", EIO=self.version, transport="polling", sid=sid, **extra)

    def get(self, sid, **extra):
        """The payload of one poll that must succeed."""
        status, body, _ = self.poll(sid, **extra)
        assert status == 200, (status, body)
        return body.decode()

    def post(self, sid, body, headers=None, **extra):
        if isinstance(body, str):
            body = body.encode()
        status, answer, _ = self.request("POST", body, headers, EIO=self.version, transport="polling", sid=sid, **extra)
        return status, answer

    def handshake(self, **extra):
        status, body, _ = self.request("GET", EIO=self.version, transport="polling", **extra)
        assert status == 200, (status, body)
        text = body.decode()
        return json.loads(text[text.index("{"):])

    def sid(self):
        return self.handshake()["sid"]

    def socket(self, headers=(), **query):
        """A WebSocket; without a query: a new session, its open packet still to come."""
        query = query or {"EIO": self.version, "transport": "websocket"}
        opened = WebSocket(self.port, self.url(**query), headers)
        self.open_sockets.append(opened)
        return opened

    def session(self):
        """A WebSocket after its open packet."""
        opened = self.socket()
        assert opened.receive().startswith("0{")
        return opened

    def connected(self, nsp="/", auth=""):
        """A Socket.IO client in `nsp`, after `auth` came."""
        opened = self.session()
        prefix = "" if nsp == "/" else nsp + ","
        if self.version == 4:
            opened.send(f"40{prefix}{auth}")
        assert opened.receive_but("2").startswith(f"40{prefix}")
        assert opened.receive_but("2").startswith(f'42{prefix}["auth",')
        return opened

    def probe(self, sid):
        """A WebSocket on a polling session, after the probe."""
        opened = self.socket(EIO=self.version, transport="websocket", sid=sid)
        opened.send("2probe")
        assert opened.receive() == "3probe"
        return opened

    def close(self):
        for opened in self.open_sockets:
            opened.close()


@contextlib.contextmanager
def client(*arguments, **options):
    made = Client(*arguments, **options)
    try:
        yield made
    finally:
        made.close()
