"""What others' servers of Engine.IO and Socket.IO fell to, each published weakness one test, and our own limits."""

import json
import socket as sockets
import struct
import time
import unittest

import binary
import engine_io

MEGABYTE = 1_000_000
PLACEHOLDER = '{"_placeholder":true,"num":%s}'


def setUpModule():
    global server
    server = engine_io.ConformanceServer()
    server.__enter__()


def tearDownModule():
    server.end_well()


def resident_kb(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


class Attack(unittest.TestCase):
    path = "/socket.io/"

    def setUp(self):
        self.client = engine_io.Client(server.port, self.path)
        self.echo = engine_io.Client(server.port, "/engine.io/")
        self.old = engine_io.Client(server.port, "/engine.io/", version=3)
        for one in (self.client, self.echo, self.old):
            self.addCleanup(one.close)

    def tearDown(self):
        """Whatever came, others are served, and memory was given back."""
        socket = self.client.connected()
        socket.send('421["message-with-ack","alive"]')
        self.assertEqual(socket.receive_but("2"), '431["alive"]')

    def ends(self, *messages):
        socket = self.client.connected()
        socket.send(*messages)
        self.assertIsNone(socket.receive_but("2"), messages[0])

    def raw(self, data):
        opened = sockets.create_connection(("127.0.0.1", server.port), engine_io.TIMEOUT_S)
        self.addCleanup(opened.close)
        opened.sendall(data)
        return opened


class Published(Attack):
    def test_cve_2020_36048_memory_by_large_posts(self):
        before = resident_kb(server.process)
        for body in ("4" + "\x1e4" * (MEGABYTE // 2 - 1), "6" + "\x1e6" * (MEGABYTE // 2 - 1), "4" + "x" * (MEGABYTE - 1)):
            for _ in range(8):
                self.echo.post(self.echo.sid(), body)
        time.sleep(engine_io.PING_INTERVAL_S + engine_io.PING_TIMEOUT_S + 0.2)
        self.assertLess(resident_kb(server.process) - before, 64 << 10)

    def test_cve_2020_36049_memory_by_parsing(self):
        before = resident_kb(server.process)
        for text in ('42["message",' + "[" * (MEGABYTE - 100), '42["message"' + ",[]" * 300_000 + "]", "4" + "2" * (MEGABYTE - 2), "42/" + "n" * (MEGABYTE - 10),
                     '42["' + "\\u0041" * 160_000 + '"]', '45' + "9" * (MEGABYTE - 10) + "-[]"):
            self.client.post(self.client.sid(), "40\x1e" + text[: MEGABYTE - 4])
            socket = self.client.connected()
            socket.send(text)
            socket.close()
        time.sleep(engine_io.PING_INTERVAL_S + engine_io.PING_TIMEOUT_S + 0.2)
        self.assertLess(resident_kb(server.process) - before, 96 << 10)

    def test_cve_2022_21676_binary_payloads_of_protocol_3(self):
        octets = {"Content-Type": "application/octet-stream"}
        for body in (b"", b"\x00", b"\x00\xff", b"\x01\x09\x09\x09\x09\xff", b"\x00\x01\xff", b"\xff" * 100, b"\x00" + b"\x09" * 1000 + b"\xff4", b"\x01\x00\xff", b"\x02\x01\xff4"):
            self.assertEqual(self.old.post(self.old.sid(), body, octets)[0], 400, body)

    def test_cve_2022_41940_requests_made_to_crash(self):
        sid = self.echo.sid()
        for query in ("EIO=4&transport=polling&sid=", f"EIO=4&transport=polling&sid={sid}&sid={sid}x", "EIO=4&EIO=3&transport=polling&transport=websocket",
                      "EIO=4&transport=constructor", "EIO=4&transport=__proto__", "EIO=4&transport[]=polling", "EIO[]=4&transport=polling", "transport=polling&EIO=4&j=__proto__",
                      "EIO=4&transport=polling&j=", "EIO=3&transport=polling&b64", "", "&", "=", "EIO", "sid", "EIO=4&transport=polling&t=" + "x" * 4000):
            status, _, _ = self.echo.request("GET", path="/engine.io/?" + query)
            self.assertIn(status, (200, 400, 414), query)

    def test_cve_2023_31125_upgrades_made_to_crash(self):
        sid = self.echo.sid()
        for query in ("", "EIO=4", "EIO=4&transport=polling", f"EIO=4&transport=polling&sid={sid}", "EIO=4&transport=websocket&sid=", "EIO=4&transport=websocket&sid=__proto__",
                      "EIO=9&transport=websocket", "transport=websocket"):
            opened = self.raw(f"GET /engine.io/?{query} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n\r\n".encode())
            self.assertTrue(opened.recv(1000).startswith(b"HTTP/1.1 400"), query)
        for extra in (b"Sec-WebSocket-Key: x\r\n", b"", b"Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\nSec-WebSocket-Version: 12\r\n"):
            opened = self.raw(b"GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + extra + b"\r\n")
            self.assertRegex(opened.recv(1000), rb"^HTTP/1.1 4")

    def test_cve_2022_2421_placeholders_that_are_no_index(self):
        for number in ('"splice"', '"0"', "-1", "1", "1e3", "0.5", "null", "{}", "[0]", "true", "9007199254740993"):
            self.ends('451-["message",' + PLACEHOLDER % number + "]", b"\x00")

    def test_cve_2023_32695_names_that_are_none(self):
        for packet in ('42[{"toString":"foo"}]', "42[null]", "42[true]", "42[[]]", '42["connect"]', '42["disconnect"]', '42["disconnecting"]', '42["connect_error"]',
                       '42["newListener"]', '42["removeListener"]', '43{"length":1}', '431{"length":1}'):
            self.ends(packet)

    def test_cve_2024_38355_an_event_called_error(self):
        socket = self.client.connected()
        socket.send('42["error"]', '42["error",{"message":"x"}]', '42["uncaughtException"]', '42["__proto__"]', '42["message-with-ack"]', '421["message-with-ack","here"]')
        self.assertEqual(socket.receive_but("2"), '431["here"]')

    def test_cve_2024_37890_many_headers_on_an_upgrade(self):
        for count in (50, 1000, 3000):
            lines = "".join(f"X-{n}: 1\r\n" for n in range(count))
            opened = self.raw(f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                              f"Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n{lines}\r\n".encode())
            self.assertRegex(opened.recv(1000), rb"^HTTP/1.1 (101|431)")

    def test_cve_2026_33151_attachments_without_end(self):
        self.ends('4511-["message"]')
        self.ends('451000000000-["message"]')
        socket = self.client.connected()
        marks = ",".join(PLACEHOLDER % number for number in range(10))
        socket.send(f'4510-7["message-with-ack",{marks}]', *[bytes([n]) for n in range(10)])
        self.assertEqual([socket.receive_but("2") for _ in range(11)], [f"4610-7[{marks}]", *[bytes([n]) for n in range(10)]])

    def test_cve_2026_33151_attachments_of_any_size(self):
        marks = ",".join(PLACEHOLDER % number for number in range(3))
        socket = self.client.connected()
        socket.send(f'453-7["drop",{marks}]', b"x" * MEGABYTE, b"x" * (MEGABYTE - 1), b"x", '428["message-with-ack",1]')
        self.assertEqual(socket.receive_but("2"), "438[1]", "two of the largest messages together are taken")
        self.ends(f'453-7["message-with-ack",{marks}]', b"x" * MEGABYTE, b"x" * MEGABYTE, b"x")

    def test_attachments_nobody_announced_or_everybody_waits_for(self):
        self.ends(b"\x01")
        self.ends('451-["message",' + PLACEHOLDER % 0 + "]", '42["message"]')
        self.ends('451-["message",' + PLACEHOLDER % 0 + "]", "41")

    def test_cve_2026_45736_nothing_comes_that_was_not_said(self):
        socket = self.echo.session()
        for code, reason in ((1000, b""), (4001, b"bye")):
            socket = self.echo.session()
            socket.sock.sendall(socket.frame(8, struct.pack(">H", code) + reason))
            head = socket.file.read(2)
            while head[0] != 0x88:
                socket.file.read(head[1])
                head = socket.file.read(2)
            self.assertEqual(socket.file.read(head[1]), struct.pack(">H", code))
        socket = self.echo.session()
        socket.sock.sendall(socket.frame(9, b"p" * 125))
        head = socket.file.read(2)
        while head[0] != 0x8A:
            socket.file.read(head[1])
            head = socket.file.read(2)
        self.assertEqual(socket.file.read(head[1]), b"p" * 125)

    def test_cve_2026_48779_messages_in_tiny_fragments(self):
        before = resident_kb(server.process)
        for _ in range(20):
            socket = self.echo.session()
            socket.sock.sendall(socket.frame(1, b"4", fin=False) + socket.frame(0, b"", fin=False) * 20_000)
            self.assertIsNone(socket.receive_but("2"))
            socket.close()
        self.assertLess(resident_kb(server.process) - before, 32 << 10)


class Limits(Attack):
    def test_a_message_of_exactly_the_limit(self):
        for size, comes in ((MEGABYTE - 1, True), (MEGABYTE, True), (MEGABYTE + 1, False)):
            socket = self.echo.session()
            socket.send("4" + "x" * (size - 1))
            answer = socket.receive_but("2")
            self.assertEqual(answer is not None and len(answer), size if comes else False)

    def test_who_does_not_read_is_dropped(self):
        before = resident_kb(server.process)
        socket = self.echo.session()
        socket.sock.settimeout(5)
        message = socket.frame(1, b"4" + b"x" * 100_000)
        with self.assertRaises(OSError):
            for _ in range(1000):
                socket.sock.sendall(message)
        self.assertLess(resident_kb(server.process) - before, 32 << 10)

    def test_a_queue_of_polling_is_bounded(self):
        sid = self.echo.sid()
        self.assertEqual(self.echo.post(sid, "4" + "x" * (MEGABYTE - 1))[0], 200)
        self.assertEqual(self.echo.post(sid, "4" + "x" * (MEGABYTE - 1))[0], 200)
        self.assertEqual(self.echo.poll(sid)[0], 400, "two do not fit")

    def test_sessions_of_one_address(self):
        with binary.Server("--set", "realtime.sessions_per_address_max=3") as few:
            client = engine_io.Client(few.port)
            self.addCleanup(client.close)
            sids = [client.sid() for _ in range(2)]
            third = client.session()
            self.assertEqual(client.request("GET", EIO=4, transport="polling")[0], 503)
            fourth = client.socket()
            self.assertIsNone(fourth.receive())
            self.assertEqual(fourth.close_code, 1013)
            third.close()
            client.post(sids[0], "1")
            deadline = time.monotonic() + 5
            while client.request("GET", EIO=4, transport="polling")[0] == 503 and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertTrue(client.sid())

    def test_sessions_of_one_ipv6_network_count_together(self):
        options = ("realtime.sessions_per_address_max=2", "server.trusted_proxies=127.0.0.0/8")
        with binary.Server(*(word for option in options for word in ("--set", option))) as few:
            client = engine_io.Client(few.port)

            def status(address):
                return client.request("GET", headers={"X-Forwarded-For": address}, EIO=4, transport="polling")[0]

            found = [status(address) for address in ("2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:8000::3", "2001:db8:0:2::1", "192.0.2.1")]
            self.assertEqual([200, 200, 503, 200, 200], found)

    def test_messages_of_one_session(self):
        with binary.Server("--set", "limits.socket_per_2s=5") as slow:
            client = engine_io.Client(slow.port)
            self.addCleanup(client.close)
            socket = client.session()
            socket.send(*["40/none"] * 15)
            self.assertEqual([socket.receive() for _ in range(15)], ['44/none,{"message":"Invalid namespace"}'] * 15)
            socket.send("40/none")
            self.assertIsNone(socket.receive())
            self.assertEqual(socket.close_code, 1008)
            sid = client.sid()
            client.post(sid, "\x1e".join(["40/none"] * 15))
            self.assertEqual(client.get(sid).count("44/none"), 15)
            client.post(sid, "40/none")
            self.assertEqual(client.poll(sid)[0], 400)

    def test_other_origins_may_not_open_sockets(self):
        with binary.Server() as plain:
            client = engine_io.Client(plain.port)
            self.addCleanup(client.close)
            self.assertEqual(client.socket(["Origin: https://elsewhere.example"], EIO=4, transport="websocket").status, 403)
            _, _, headers = client.request("GET", headers={"Origin": "https://elsewhere.example"}, EIO=4, transport="polling")
            self.assertNotIn("Access-Control-Allow-Origin", headers)

    def test_protocol_3_can_be_switched_off(self):
        with binary.Server("--set", "realtime.allow_eio3=false") as new:
            status, body, _ = engine_io.Client(new.port).request("GET", EIO=3, transport="polling")
            self.assertEqual((status, json.loads(body)["code"]), (400, 5))


if __name__ == "__main__":
    unittest.main()
