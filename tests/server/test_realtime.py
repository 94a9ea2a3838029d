"""Engine.IO, Socket.IO and plain JSON against the real server: what is not in the suites of the protocols."""

import gzip
import http.client
import json
import socket as sockets
import threading
import time
import unittest

import binary
import engine_io

PAYLOAD_MAX = 1_000_000


def setUpModule():
    global server
    server = engine_io.ConformanceServer()
    server.__enter__()


def tearDownModule():
    server.end_well()


class Case(unittest.TestCase):
    path = "/socket.io/"
    version = 4

    def setUp(self):
        self.client = engine_io.Client(server.port, self.path, self.version)
        self.addCleanup(self.client.close)

    def alive(self, sid):
        return self.client.post(sid, "3")[0] == 200

    def raw(self, text):
        """A request on a socket of its own, as it is."""
        opened = sockets.create_connection(("127.0.0.1", server.port), engine_io.TIMEOUT_S)
        self.addCleanup(opened.close)
        opened.sendall(text.encode() if isinstance(text, str) else text)
        return opened

    def poll_in_background(self, sid, answers):
        thread = threading.Thread(target=lambda: answers.append(self.client.poll(sid)))
        thread.start()
        time.sleep(0.05)
        return thread


class Compression(Case):
    path = "/engine.io/"

    def echoed(self, size, accepts):
        """The answer to the poll that brings back a message of so many bytes: (payload, coding, bytes on the wire)."""
        sid = self.client.sid()
        self.assertEqual((200, b"ok"), self.client.post(sid, "4" + "x" * (size - 1)))
        while True:
            status, body, headers = self.client.request("GET", headers={"Accept-Encoding": accepts}, EIO=4, transport="polling", sid=sid)
            self.assertEqual(200, status)
            coding = headers.get("Content-Encoding")
            plain = gzip.decompress(body) if coding else body
            # A heartbeat beside the message would make the answer longer.
            if b"\x1e" in plain:
                return self.echoed(size, accepts)
            if plain != b"2":
                return plain, coding, len(body)

    def test_answers_from_1_kib_to_256_kib(self):
        for size, coding in ((1_023, None), (1_024, "gzip"), (256 << 10, "gzip"), ((256 << 10) + 1, None)):
            with self.subTest(size=size):
                plain, told, wire = self.echoed(size, "deflate, gzip")
                self.assertEqual(b"4" + b"x" * (size - 1), plain)
                self.assertEqual(coding, told)
                self.assertEqual(coding is not None, wire < size)

    def test_only_for_those_who_ask(self):
        for accepts in ("identity", "br", "gzip;q=0"):
            with self.subTest(accepts=accepts):
                self.assertEqual((None, 5_000), self.echoed(5_000, accepts)[1:])

    def test_the_browser_client_is_served(self):
        for name in ("socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"):
            status, body, headers = self.client.request("GET", path=f"/socket.io/{name}")
            self.assertEqual((200, "text/javascript; charset=utf-8"), (status, headers["Content-Type"]))
            self.assertIn(b"Socket.IO v4.", body)
            self.assertEqual("cross-origin", headers["Cross-Origin-Resource-Policy"])
            # What the browser's tools ask for next; it is in the binary as gzip alone.
            self.assertEqual(f"//# sourceMappingURL={name}.map", body.decode().rstrip().splitlines()[-1])
            status, packed, headers = self.client.request("GET", path=f"/socket.io/{name}.map", headers={"Accept-Encoding": "gzip"})
            self.assertEqual((200, "application/json; charset=utf-8", "gzip"), (status, headers["Content-Type"], headers["Content-Encoding"]))
            status, body, headers = self.client.request("GET", path=f"/socket.io/{name}.map")
            self.assertEqual((200, gzip.decompress(packed), None), (status, body, headers.get("Content-Encoding")))
            self.assertEqual(len(json.loads(body)["sources"]), len(json.loads(body)["sourcesContent"]))

    def test_without_the_last_slash_there_is_no_socket_io(self):
        status, body, headers = self.client.request("GET", path="/socket.io", EIO=4, transport="polling")
        self.assertEqual((404, None), (status, headers.get("Access-Control-Allow-Origin")))
        self.assertNotIn(b"sid", body)
        self.assertIn(self.client.request("POST", path="/socket.io", EIO=4, transport="polling")[0], (404, 405))
        socket = engine_io.Client(server.port, "/socket.io").socket(EIO=4, transport="websocket")
        self.assertNotEqual(101, socket.status)


class Transcript(Case):
    def test_polling_upgrade_event_acknowledgement(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, "40"), (200, b"ok"))
        packets = []
        while len(packets) < 2:
            packets += [p for p in self.client.get(sid).split("\x1e") if p != "2"]
        self.assertTrue(packets[0].startswith('40{"sid":"'))
        answers = []
        poll = self.poll_in_background(sid, answers)
        socket = self.client.probe(sid)
        poll.join()
        self.assertIn((answers[0][0], answers[0][1]), [(200, b"6"), (200, b"2")])
        socket.send("5", '421["message-with-ack",{"approve":true}]')
        self.assertEqual(socket.receive_but("2"), '431[{"approve":true}]')

    def test_websocket_only(self):
        socket = self.client.session()
        socket.send('40{"token":"t"}')
        self.assertTrue(socket.receive().startswith('40{"sid":"'))
        self.assertEqual(socket.receive(), '42["auth",{"token":"t"}]')

    def test_websocket_only_engine_3(self):
        with engine_io.client(server.port, version=3) as old:
            socket = old.session()
            self.assertEqual([socket.receive(), socket.receive()], ["40", '42["auth",{}]'])
            socket.send('420["message-with-ack"]', "2")
            self.assertEqual([socket.receive(), socket.receive()], ["430[]", "3"])


class Polling(Case):
    path = "/engine.io/"

    def test_a_post_of_exactly_the_limit(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, "4" + "x" * (PAYLOAD_MAX - 1)), (200, b"ok"))
        self.assertEqual(len(self.client.get(sid)), PAYLOAD_MAX)

    def test_a_post_over_the_limit_is_refused_and_the_session_lives(self):
        sid = self.client.sid()
        for _ in range(2):
            self.assertEqual(self.client.post(sid, "4" + "x" * PAYLOAD_MAX)[0], 413)
        self.assertEqual(self.client.post(sid, "4hello"), (200, b"ok"))
        self.assertEqual(self.client.get(sid), "4hello")

    def test_a_poll_that_is_given_up_ends_the_session(self):
        sid = self.client.sid()
        gone = self.raw(f"GET /engine.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.05)
        gone.close()
        deadline = time.monotonic() + 0.2
        while self.alive(sid) and time.monotonic() < deadline:
            time.sleep(0.005)
        self.assertFalse(self.alive(sid))

    def test_two_posts_at_a_time_end_the_session(self):
        sid = self.client.sid()
        slow = self.raw(f"POST /engine.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n4he")
        time.sleep(0.05)
        self.assertEqual(self.client.post(sid, "4other")[0], 400)
        slow.sendall(b"llo")
        self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 400"))
        self.assertEqual(self.client.poll(sid)[0], 400)

    def test_posts_one_after_the_other_on_many_connections(self):
        sid = self.client.sid()
        for number in range(20):
            self.assertEqual(self.client.post(sid, f"4{number}"), (200, b"ok"))
        self.assertEqual([p for p in self.client.get(sid).split("\x1e") if p != "2"], [f"4{n}" for n in range(20)])

    def test_one_connection_for_everything(self):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=engine_io.TIMEOUT_S)
        self.addCleanup(connection.close)
        body = self.client.request("GET", connection=connection, EIO=4, transport="polling")[1]
        sid = json.loads(body[1:])["sid"]
        query = {"EIO": 4, "transport": "polling", "sid": sid}
        for number in range(5):
            self.client.request("POST", f"4{number}", connection=connection, **query)
            self.assertEqual(self.client.request("GET", connection=connection, **query)[1].decode(), f"4{number}")

    def test_sessions_are_not_found_by_other_words(self):
        sid = self.client.sid()
        for other in (sid + "x", sid[:-1], sid.swapcase(), "%20" + sid):
            self.assertEqual(self.client.poll(other)[0], 400)
        self.assertTrue(self.alive(sid))

    def test_ids_do_not_repeat(self):
        ids = {self.client.sid() for _ in range(200)}
        self.assertEqual(len(ids), 200)
        self.assertEqual({len(sid) for sid in ids}, {24})


class Upgrade(Case):
    path = "/engine.io/"

    def test_a_waiting_poll_is_let_go_by_the_probe(self):
        sid = self.client.sid()
        answers = []
        poll = self.poll_in_background(sid, answers)
        self.client.probe(sid)
        poll.join()
        self.assertEqual(answers[0][1], b"6")
        self.assertEqual(self.client.get(sid), "6")

    def test_a_waiting_poll_is_let_go_by_a_quick_upgrade(self):
        for _ in range(5):
            sid = self.client.sid()
            answers = []
            poll = self.poll_in_background(sid, answers)
            socket = self.client.socket(EIO=4, transport="websocket", sid=sid)
            socket.send("2probe", "5", "4hello")
            poll.join()
            # A heartbeat may have taken it, and so perhaps the one after it.
            self.assertIn(answers[0][:2], [(200, b"6"), (200, b"2")])
            self.assertEqual("3probe", socket.receive_but("2"))
            self.assertEqual("4hello", socket.receive_but("2"))
            status, body, _ = self.client.poll(sid)
            self.assertEqual((400, 3), (status, json.loads(body)["code"]))

    def test_nothing_comes_on_the_websocket_before_the_upgrade(self):
        sid = self.client.sid()
        socket = self.client.probe(sid)
        self.client.post(sid, "4one")
        self.client.post(sid, "4two")
        socket.send("5")
        self.assertEqual([socket.receive_but("2"), socket.receive_but("2")], ["4one", "4two"])

    def test_order_is_kept_across_the_switch(self):
        for _ in range(5):
            sid = self.client.sid()
            received = []
            for number in range(0, 10):
                self.client.post(sid, f"4{number}")
            socket = self.client.probe(sid)
            received += self.client.get(sid).split("\x1e")
            for number in range(10, 20):
                self.client.post(sid, f"4{number}")
            socket.send("5", *[f"4{number}" for number in range(20, 40)])
            while len([r for r in received if r != "2"]) < 40:
                received.append(socket.receive())
            self.assertEqual([r for r in received if r != "2"], [f"4{n}" for n in range(40)])

    def test_other_packets_close_the_probe_only(self):
        for packet in ("4early", "3", "2", "2prob", "1", "6", "x", b"\x00"):
            sid = self.client.sid()
            socket = self.client.socket(EIO=4, transport="websocket", sid=sid)
            socket.send(packet)
            self.assertIsNone(socket.receive(), packet)
            self.client.post(sid, "4alive")
            self.assertEqual(self.client.get(sid), "4alive")

    def test_a_second_probe_is_closed(self):
        sid = self.client.sid()
        first = self.client.probe(sid)
        second = self.client.socket(EIO=4, transport="websocket", sid=sid)
        self.assertIsNone(second.receive())
        first.send("5", "4hello")
        self.assertEqual(first.receive_but("2"), "4hello")

    def test_a_probe_that_goes_away_leaves_the_session(self):
        sid = self.client.sid()
        self.client.probe(sid).close()
        self.assertTrue(self.alive(sid))
        time.sleep(0.05)
        socket = self.client.probe(sid)
        socket.send("5", "4hello")
        self.assertEqual(socket.receive_but("2"), "4hello")

    def test_a_probe_that_does_nothing_is_dropped(self):
        sid = self.client.sid()
        probe = self.client.probe(sid)
        began = time.monotonic()
        stop = threading.Event()

        def beat():
            while not stop.is_set():
                if self.client.get(sid) == "2":
                    self.client.post(sid, "3")
                time.sleep(0.05)

        beats = threading.Thread(target=beat)
        beats.start()
        probe.sock.settimeout(15)
        self.assertIsNone(probe.receive())
        stop.set()
        beats.join()
        self.assertGreaterEqual(time.monotonic() - began, 9.5)
        self.assertTrue(self.alive(sid))


class Base64(Case):
    """Binary in text frames, as clients with `forceBase64` want it. `b64` is asked by each transport for itself."""

    path = "/engine.io/"

    def test_who_did_not_ask_may_send_it(self):
        socket = self.client.session()
        socket.send("bAQIDBA==")
        self.assertEqual(b"\1\2\3\4", socket.receive_but("2"))

    def test_who_asked_gets_it(self):
        for version, packet in ((4, "bAQIDBA=="), (3, "b4AQIDBA==")):
            with self.subTest(version=version):
                socket = self.client.socket(EIO=version, transport="websocket", b64=1)
                self.assertTrue(socket.receive().startswith("0{"))
                frame = b"\1\2\3\4" if version == 4 else b"\4\1\2\3\4"
                for sent in (packet, frame):
                    socket.send(sent)
                    self.assertEqual(packet, socket.receive_but("2"))
                socket.send("4text")
                self.assertEqual("4text", socket.receive_but("2"))

    def test_after_an_upgrade_the_websocket_decides(self):
        for version in (4, 3):
            for polling, websocket in ((None, 1), (1, None)):
                with self.subTest(version=version, websocket=websocket), engine_io.client(server.port, self.path, version) as client:
                    sid = client.handshake(**({"b64": polling} if polling else {}))["sid"]
                    socket = client.socket(EIO=version, transport="websocket", sid=sid, **({"b64": websocket} if websocket else {}))
                    socket.send("2probe", "5")
                    self.assertEqual("3probe", socket.receive())
                    type_byte, type_digit = ("", "") if version == 4 else ("\4", "4")
                    socket.send(type_byte.encode() + b"\1\2\3\4")
                    wanted = f"b{type_digit}AQIDBA==" if websocket else type_byte.encode() + b"\1\2\3\4"
                    self.assertEqual(wanted, socket.receive_but("2"))

    def test_what_is_none_closes(self):
        for version, packets in ((4, ("b!", "bAQI")), (3, ("b", "bx", "b9AQID", "b4!"))):
            for packet in packets:
                with self.subTest(version=version, packet=packet), engine_io.client(server.port, self.path, version) as client:
                    socket = client.session()
                    socket.send(packet)
                    self.assertIsNone(socket.receive_but("2"))


class Recovery(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = engine_io.ConformanceServer("--recovery")
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.end_well)

    def setUp(self):
        self.client = engine_io.Client(self.server.port)
        self.addCleanup(self.client.close)

    def connect(self, auth=""):
        socket = self.client.session()
        socket.send("40" + auth)
        answer = json.loads(socket.receive_but("2")[2:])
        return socket, answer

    def event(self, socket):
        """(name, arguments, offset)"""
        packet = json.loads(socket.receive_but("2")[2:])
        return packet[0], packet[1:-1], packet[-1]

    def test_missed_events_are_sent_again(self):
        socket, first = self.connect()
        self.assertEqual(list(first), ["sid", "pid"])
        self.assertEqual(self.event(socket)[0], "auth")
        socket.send('42["message",1]', '42["message",2]', '42["message",3]')
        seen = self.event(socket)
        self.assertEqual(seen[:2], ("message-back", [1]))
        socket.close()
        again, second = self.connect(json.dumps({"pid": first["pid"], "offset": seen[2], "token": "t"}))
        self.assertEqual(second, first)
        self.assertEqual([self.event(again)[:2] for _ in range(2)], [("message-back", [2]), ("message-back", [3])])
        self.assertEqual(self.event(again)[:2], ("auth", [{"token": "t"}]), "pid and offset are not the application's")

    def test_offsets_tell_nothing_of_other_sockets(self):
        socket, _ = self.connect()
        other, _ = self.connect()
        self.event(other)
        offsets = [self.event(socket)[2]]
        for number in range(40):
            socket.send('42["message",0]')
            offsets.append(self.event(socket)[2])
            other.send(*['42["message",0]'] * number)
            for _ in range(number):
                self.event(other)
        self.assertEqual(len(offsets), len(set(offsets)))
        self.assertEqual({len(offsets[0])}, {len(offset) for offset in offsets})
        # Numbers in any usual base sort as they were made; of 41 random ones no prefix repeats so and few follow in order.
        self.assertGreater(len({offset[:2] for offset in offsets}), 20)
        self.assertNotIn(offsets, (sorted(offsets), sorted(offsets, reverse=True)))

    def test_a_connection_that_is_not_known_to_be_dead(self):
        old, first = self.connect()
        offset = self.event(old)[2]
        new, second = self.connect(json.dumps({"pid": first["pid"], "offset": offset}))
        self.assertEqual(second, first)
        self.assertIsNone(old.receive_but("2"), "the former connection ends")
        self.assertEqual(self.event(new)[0], "auth")
        new.send('42["message","x"]')
        self.assertEqual(self.event(new)[:2], ("message-back", ["x"]))

    def test_what_cannot_be_recovered(self):
        socket, first = self.connect()
        offset = self.event(socket)[2]
        socket.close()
        for auth in ({"pid": first["pid"]}, {"pid": first["pid"], "offset": "nothing"}, {"pid": "nobody", "offset": offset},
                     {"pid": 1, "offset": offset}, {"pid": first["sid"], "offset": offset}):
            other, answer = self.connect(json.dumps(auth))
            self.assertNotIn(answer["sid"], first["sid"])
            other.close()

    def test_who_left_cannot_come_back(self):
        socket, first = self.connect()
        offset = self.event(socket)[2]
        socket.send("41")
        socket.send("40")
        self.assertNotEqual(json.loads(socket.receive_but("2")[2:])["sid"], first["sid"])
        _, answer = self.connect(json.dumps({"pid": first["pid"], "offset": offset}))
        self.assertNotEqual(answer["sid"], first["sid"])

    def test_too_much_was_missed(self):
        socket, first = self.connect()
        offset = self.event(socket)[2]
        socket.send(*[f'42["message",{n}]' for n in range(256)])
        for _ in range(256):
            last = self.event(socket)
        socket.close()
        _, answer = self.connect(json.dumps({"pid": first["pid"], "offset": offset}))
        self.assertNotEqual(answer["sid"], first["sid"], "256 are kept")
        _, answer = self.connect(json.dumps({"pid": first["pid"], "offset": last[2]}))
        self.assertEqual(answer["sid"], first["sid"])

    def test_protocol_4_has_no_offsets(self):
        with engine_io.client(self.server.port, version=3) as old:
            socket = old.session()
            self.assertEqual([socket.receive(), socket.receive()], ["40", '42["auth",{}]'])

    def test_binary_events_are_sent_again(self):
        socket, first = self.connect()
        offset = self.event(socket)[2]
        socket.send('451-["message",{"_placeholder":true,"num":0}]', b"\x01\x02")
        head = socket.receive_but("2")
        self.assertTrue(head.startswith('451-["message-back",{"_placeholder":true,"num":0},"'))
        self.assertEqual(socket.receive_but("2"), b"\x01\x02")
        socket.close()
        again, _ = self.connect(json.dumps({"pid": first["pid"], "offset": offset}))
        self.assertEqual([again.receive_but("2"), again.receive_but("2")], [head, b"\x01\x02"])


class PlainJson(Case):
    def open(self, hello='{"t":"hello"}'):
        socket = engine_io.WebSocket(server.port, "/ws")
        self.addCleanup(socket.close)
        if hello:
            socket.send(hello)
            self.assertEqual(json.loads(socket.receive())["t"], "welcome")
        return socket

    def ask(self, socket, **frame):
        socket.send(json.dumps(frame))
        return json.loads(socket.receive())

    def test_events_and_acknowledgements(self):
        socket = self.open('{"t":"hello","auth":{"token":"t"}}')
        self.assertEqual(json.loads(socket.receive()), {"t": "ev", "name": "auth", "data": {"token": "t"}})
        self.assertEqual(self.ask(socket, t="cmd", name="message", data={"a": [1]}), {"t": "ev", "name": "message-back", "data": {"a": [1]}})
        self.assertEqual(self.ask(socket, t="cmd", name="message"), {"t": "ev", "name": "message-back"})
        self.assertEqual(self.ask(socket, t="cmd", id=7, name="message-with-ack", data={"ok": True, "seq": 3}), {"t": "ack", "id": 7, "ok": True, "seq": 3})
        self.assertEqual(self.ask(socket, t="cmd", id=8, name="message-with-ack", data={}), {"t": "ack", "id": 8})
        self.assertEqual(self.ask(socket, t="cmd", id=9, name="message-with-ack", data=["{", "}"]), {"t": "ack", "id": 9, "data": [["{", "}"]]})
        self.assertEqual(self.ask(socket, t="ping"), {"t": "pong"})

    def test_a_command_is_an_introduction(self):
        socket = self.open(hello=None)
        socket.send('{"t":"cmd","id":1,"name":"message-with-ack","data":{"x":1}}')
        self.assertEqual([json.loads(socket.receive())["t"] for _ in range(2)], ["welcome", "ev"])
        self.assertEqual(json.loads(socket.receive()), {"t": "ack", "id": 1, "x": 1})

    def test_bad_frames_end_the_connection(self):
        for frame in ("", "x", "[]", "1", "{}", '{"t":"other"}', '{"t":"cmd"}', '{"t":"cmd","name":"connect"}', '{"t":"cmd","name":"x","id":"1"}',
                      '{"t":"cmd","name":"x","id":-1}', '{"t":"resume"}', '{"t":"resume","roomId":"r","seq":"1"}', '{"t":"hello"}', '{"t":"cmd","name":1}'):
            socket = self.open()
            self.assertEqual(json.loads(socket.receive())["name"], "auth")
            socket.send(frame)
            self.assertIsNone(socket.receive(), frame)
            self.assertEqual(socket.close_code, 1007)
        socket = self.open()
        socket.receive()
        socket.send(b"\x01")
        self.assertIsNone(socket.receive())
        self.assertEqual(socket.close_code, 1003)

    def test_who_says_nothing_is_closed(self):
        socket = self.open(hello=None)
        self.assertIsNone(socket.receive())
        self.assertEqual(socket.close_code, 1008)

    def test_a_frame_over_the_limit(self):
        socket = self.open()
        socket.receive()
        frame = '{"t":"cmd","id":1,"name":"message-with-ack","data":"%s"}'
        self.assertEqual(len(self.ask(socket, t="cmd", id=1, name="message-with-ack", data="x" * 60_000)["data"][0]), 60_000)
        socket.send(frame % ("x" * 65_536))
        self.assertIsNone(socket.receive())
        self.assertEqual(socket.close_code, 1009)


class SecondListener(unittest.TestCase):
    def test_ws_port_serves_sockets_and_health_only(self):
        with sockets.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with binary.Server("--conformance", "--set", f"server.socket_listen=127.0.0.1:{port}") as both:
            for at in (both.port, port):
                client = engine_io.Client(at)
                self.assertTrue(client.sid())
                client.connected().close()
                self.assertEqual(engine_io.WebSocket(at, "/ws").status, 101)
                self.assertEqual(client.request("GET", path="/livez")[0], 200)
            client = engine_io.Client(port)
            self.assertEqual(client.request("GET", path="/api/v1/events")[0], 404)
            self.assertEqual(client.request("GET", path="/")[0], 404)
            # One session, both listeners.
            sid = engine_io.Client(both.port, "/engine.io/").sid()
            self.assertEqual(engine_io.Client(port, "/engine.io/").post(sid, "4x"), (200, b"ok"))
            self.assertEqual(engine_io.Client(both.port, "/engine.io/").get(sid), "4x")


if __name__ == "__main__":
    unittest.main()
