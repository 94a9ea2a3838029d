"""WebSocket with frames made by hand, against net_test_server: what RFC 6455 demands of a server, byte by byte."""

import base64
import hashlib
import os
import pathlib
import socket
import struct
import subprocess
import unittest
import zlib

TIMEOUT_S = 10
TAIL = b"\x00\x00\xff\xff"
OFFER = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(opcode, payload=b"", fin=True, mask=b"\x01\x02\x03\x04", rsv=0):
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65536:
        head += bytes([bit | 126]) + struct.pack(">H", len(payload))
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", len(payload))
    if not mask:
        return head + payload
    return head + mask + bytes(byte ^ mask[i & 3] for i, byte in enumerate(payload))


def pack(data, compressor=None):
    """One message as RFC 7692 §7.2.1 compresses it."""
    compressor = compressor or zlib.compressobj(wbits=-15)
    packed = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
    assert packed.endswith(TAIL)
    return packed[:-4]


def unpack(data, decompressor=None):
    decompressor = decompressor or zlib.decompressobj(wbits=-15)
    return decompressor.decompress(data + TAIL)


class Client:
    def __init__(self, port, extra=b"", path=b"/ws"):
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self.key = base64.b64encode(os.urandom(16))
        self.sock.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                          b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + self.key + b"\r\n" + extra + b"\r\n")
        self.file = self.sock.makefile("rb")
        self.head = b""
        while not self.head.endswith(b"\r\n\r\n"):
            line = self.file.readline()
            assert line, self.head
            self.head += line

    def send(self, *frames):
        self.sock.sendall(b"".join(frames))

    def read(self):
        """(opcode, payload) or None at the end."""
        head = self.file.read(2)
        if len(head) < 2:
            return None
        self.rsv = head[0] >> 4 & 7
        assert head[0] & 0x80 and self.rsv in (0, 4), "one whole frame, at most compressed"
        assert head[1] & 0x80 == 0, "a server does not mask"
        size = head[1]
        if size == 126:
            size, = struct.unpack(">H", self.file.read(2))
        elif size == 127:
            size, = struct.unpack(">Q", self.file.read(8))
        return head[0] & 0x0F, self.file.read(size)

    def read_plain(self):
        answer = self.read()
        assert self.rsv == 0, "not compressed"
        return answer

    def close_code(self):
        opcode, payload = self.read()
        assert opcode == 8, opcode
        return struct.unpack(">H", payload[:2])[0] if payload else None

    def at_end(self):
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.sock.close()


class Frames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = pathlib.Path(os.environ["RT_BUILD_DIR"]) / "tests" / "net_test_server"
        cls.server = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        cls.port = int(cls.server.stdout.readline())

    @classmethod
    def tearDownClass(cls):
        cls.server.stdin.close()
        code = cls.server.wait(TIMEOUT_S)
        cls.server.stdout.close()
        assert code == 0, code

    def open(self, extra=b"", path=b"/ws"):
        return Client(self.port, extra, path)

    def test_accept_key(self):
        with self.open() as client:
            want = base64.b64encode(hashlib.sha1(client.key + GUID).digest())
            self.assertTrue(client.head.startswith(b"HTTP/1.1 101 "))
            self.assertIn(b"Sec-WebSocket-Accept: " + want + b"\r\n", client.head)

    def test_every_mask(self):
        with self.open() as client:
            for mask in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x80\x00\x7f\x01"):
                client.send(frame(1, b"masked", mask=mask))
                self.assertEqual(client.read_plain(), (1, b"masked"))

    def test_one_byte_at_a_time(self):
        with self.open() as client:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in frame(1, "圆桌".encode(), fin=False) + frame(9, b"p") + frame(0, b"!"):
                client.sock.sendall(bytes([byte]))
            self.assertEqual(client.read_plain(), (10, b"p"))
            self.assertEqual(client.read_plain(), (1, "圆桌!".encode()))

    def test_utf8_cut_in_the_middle_of_a_character(self):
        text = "κόσμε 🎲".encode()
        with self.open() as client:
            client.send(*[frame(1 if i == 0 else 0, text[i:i + 1], fin=i == len(text) - 1) for i in range(len(text))])
            self.assertEqual(client.read_plain(), (1, text))

    def test_close_codes(self):
        for sent, answered in ((1000, 1000), (1001, 1001), (1003, 1003), (1007, 1007), (1011, 1011), (1014, 1014), (3000, 3000), (4999, 4999),
                               (0, 1002), (999, 1002), (1004, 1002), (1005, 1002), (1006, 1002), (1015, 1002), (1100, 1002), (2999, 1002),
                               (5000, 1002), (65535, 1002)):
            with self.subTest(sent=sent), self.open() as client:
                client.send(frame(8, struct.pack(">H", sent)))
                self.assertEqual(client.close_code(), answered)
                self.assertTrue(client.at_end())

    def test_close_without_a_code_and_with_half_a_code(self):
        with self.open() as client:
            client.send(frame(8))
            self.assertIsNone(client.close_code())
            self.assertTrue(client.at_end())
        with self.open() as client:
            client.send(frame(8, b"\x03"))
            self.assertEqual(client.close_code(), 1002)

    def test_protocol_errors(self):
        for name, code, frames in (
                ("not masked", 1002, [frame(1, b"x", mask=b"")]),
                ("RSV1", 1002, [frame(1, b"x", rsv=4)]),
                ("RSV2", 1002, [frame(1, b"x", rsv=2)]),
                ("RSV3", 1002, [frame(2, b"x", rsv=1)]),
                ("opcode 3", 1002, [frame(3)]),
                ("opcode 7", 1002, [frame(7, b"x")]),
                ("opcode 11", 1002, [frame(11)]),
                ("opcode 15", 1002, [frame(15)]),
                ("fragmented ping", 1002, [frame(9, b"x", fin=False)]),
                ("fragmented close", 1002, [frame(8, fin=False)]),
                ("long ping", 1002, [frame(9, b"x" * 126)]),
                ("continuation of nothing", 1002, [frame(0, b"x")]),
                ("text inside a message", 1002, [frame(1, b"a", fin=False), frame(1, b"b")]),
                ("continuation after the end", 1002, [frame(1, b"a"), frame(0, b"b")]),
                ("length not the shortest", 1002, [b"\x81\xfe\x00\x05" + b"\0" * 9]),
                ("bad UTF-8", 1007, [frame(1, b"\xc0\x80")]),
                ("surrogate", 1007, [frame(1, b"\xed\xa0\x80")]),
                ("bad UTF-8 in a fragment", 1007, [frame(1, b"ok", fin=False), frame(0, b"\xff", fin=False)]),
                ("text that ends inside a character", 1007, [frame(1, b"\xe5\x9c")]),
                ("bad reason", 1007, [frame(8, b"\x03\xe8\xff")]),
                ("too large", 1009, [frame(2, b"x" * ((1 << 20) + 1))]),
                ("too many fragments", 1009, [frame(2, b"", fin=False)] + [frame(0, b"", fin=False)] * 256),
        ):
            with self.subTest(name=name), self.open() as client:
                try:
                    client.send(*frames)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the server had read enough
                answer = client.read()
                while answer is not None and answer[0] != 8:
                    answer = client.read()
                self.assertIsNotNone(answer)
                self.assertEqual(struct.unpack(">H", answer[1][:2])[0], code)
                self.assertTrue(client.at_end())

    def test_binary_may_hold_anything(self):
        with self.open() as client:
            client.send(frame(2, bytes(range(256))))
            self.assertEqual(client.read_plain(), (2, bytes(range(256))))

    def test_ping_of_125_bytes_and_unasked_pong(self):
        with self.open() as client:
            client.send(frame(10, b"unasked"), frame(9, b"x" * 125))
            self.assertEqual(client.read_plain(), (10, b"x" * 125))

    def test_nothing_is_answered_after_close(self):
        with self.open() as client:
            client.send(frame(8, struct.pack(">H", 1000)), frame(1, b"more"), frame(9, b"more"))
            self.assertEqual(client.close_code(), 1000)
            self.assertTrue(client.at_end())

    def assert_closes(self, client, code):
        answer = client.read()
        while answer is not None and answer[0] != 8:
            answer = client.read()
        self.assertIsNotNone(answer)
        self.assertEqual(struct.unpack(">H", answer[1][:2])[0], code)
        self.assertTrue(client.at_end())

    def test_compression_is_agreed_only_where_it_is_on(self):
        for path, extra, want in (
                (b"/ws", OFFER, None),
                (b"/deflate", b"", None),
                (b"/deflate", OFFER, b"permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
                (b"/deflate-kept", OFFER, b"permessage-deflate; server_max_window_bits=12"),
                (b"/deflate", b"Sec-WebSocket-Extensions: x\r\n" + OFFER,
                 b"permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
                (b"/deflate", b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8\r\n", None),
        ):
            with self.subTest(path=path, extra=extra), self.open(extra, path) as client:
                self.assertTrue(client.head.startswith(b"HTTP/1.1 101 "))
                found = [line.split(b": ", 1)[1] for line in client.head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Extensions")]
                self.assertEqual(found, [want] if want else [])
        with self.open(b"Sec-WebSocket-Extensions: ;\r\n", b"/deflate") as client:
            self.assertTrue(client.head.startswith(b"HTTP/1.1 400 "))

    def test_compressed_both_ways(self):
        text = "圆桌 round table ".encode() * 200
        with self.open(OFFER, b"/deflate") as client:
            for _ in range(3):
                client.send(frame(1, pack(text), rsv=4))
                opcode, payload = client.read()
                self.assertEqual((opcode, client.rsv), (1, 4))
                self.assertLess(len(payload), len(text) // 10)
                self.assertEqual(unpack(payload), text)
            # Uncompressed messages stay possible, and short ones come back so.
            client.send(frame(1, b"short"))
            self.assertEqual(client.read_plain(), (1, b"short"))
            # RSV1 on the first fragment only, a control frame in between.
            packed = pack(text)
            client.send(frame(1, packed[:7], fin=False, rsv=4), frame(9, b"p"), frame(0, b"", fin=False), frame(0, packed[7:]))
            self.assertEqual(client.read_plain(), (10, b"p"))
            self.assertEqual(unpack(client.read()[1]), text)
            client.send(frame(2, b"", rsv=4))
            self.assertEqual(client.read_plain(), (2, b""))

    def test_context_is_kept_where_that_was_agreed(self):
        text = b"the same words again and again, " * 3
        compressor, decompressor = zlib.compressobj(wbits=-15), zlib.decompressobj(wbits=-12)
        sizes = []
        with self.open(OFFER, b"/deflate-kept") as client:
            for _ in range(3):
                client.send(frame(1, pack(text, compressor), rsv=4))
                opcode, payload = client.read()
                self.assertEqual((opcode, client.rsv), (1, 4))
                self.assertEqual(unpack(payload, decompressor), text)
                sizes.append(len(payload))
        self.assertLess(sizes[1], sizes[0] // 2)

    def test_rules_of_the_compressed_bit(self):
        packed = pack(b"x" * 100)
        for name, frames in (
                ("on a continuation", [frame(1, packed[:3], fin=False, rsv=4), frame(0, packed[3:], rsv=4)]),
                ("on a continuation of a plain message", [frame(1, b"a", fin=False), frame(0, b"b", rsv=4)]),
                ("on a ping", [frame(9, pack(b"p"), rsv=4)]),
                ("on a pong", [frame(10, b"p", rsv=4)]),
                ("on a close", [frame(8, struct.pack(">H", 1000), rsv=4)]),
                ("with RSV2", [frame(1, packed, rsv=6)]),
                ("with RSV3", [frame(1, packed, rsv=5)]),
        ):
            with self.subTest(name=name), self.open(OFFER, b"/deflate") as client:
                client.send(*frames)
                self.assert_closes(client, 1002)
        with self.subTest("not agreed"), self.open(b"", b"/deflate") as client:
            client.send(frame(1, packed, rsv=4))
            self.assert_closes(client, 1002)

    def test_harmful_compressed_messages(self):
        limit = 1 << 20
        bad = pack(b"y" * 100)
        for name, code, frames in (
                ("bomb", 1009, [frame(2, pack(b"\0" * (300 << 20)), rsv=4)]),
                ("one byte over", 1009, [frame(2, pack(b"\0" * (limit + 1)), rsv=4)]),
                ("no deflate data", 1007, [frame(2, b"\xff\xff\xff\xff", rsv=4)]),
                ("a distance before the beginning", 1007, [frame(2, b"\xf2\x00\x11\x00\x00", rsv=4)]),
                ("bad UTF-8 inside", 1007, [frame(1, pack(b"ok \xff" * 40), rsv=4)]),
                ("text cut inside a character", 1007, [frame(1, pack("圆".encode()[:2]), rsv=4)]),
                ("context that was not kept", 1007, [frame(1, bad, rsv=4), frame(1, b"\xf2\x00\x11\x00\x00", rsv=4)]),
        ):
            with self.subTest(name=name), self.open(OFFER, b"/deflate") as client:
                client.send(*frames)
                self.assert_closes(client, code)
        with self.open(OFFER, b"/deflate") as client:
            client.send(frame(2, pack(b"\0" * limit), rsv=4))
            opcode, payload = client.read()
            self.assertEqual((opcode, len(payload)), (2, limit))  # too large to be compressed here

    def test_a_client_that_vanishes_leaves_the_others(self):
        with self.open() as stays:
            self.open().__exit__()
            stays.send(frame(1, b"room still here"))
            self.assertEqual(stays.read_plain(), (1, b"still here"))


if __name__ == "__main__":
    unittest.main()
