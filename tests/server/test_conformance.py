"""`serve --conformance`: every case of the protocol documents of Engine.IO 4 and 3 and Socket.IO 5 and 4."""

import json
import os
import subprocess
import threading
import time
import unittest

import binary
import engine_io
from engine_io import PING_INTERVAL_S, PING_TIMEOUT_S


def setUpModule():
    global server
    server = engine_io.ConformanceServer()
    server.__enter__()


def tearDownModule():
    server.end_well()


class Case(unittest.TestCase):
    path = "/engine.io/"
    version = 4

    def setUp(self):
        self.client = engine_io.Client(server.port, self.path, self.version)
        self.addCleanup(self.client.close)

    def error(self, code, method="GET", **query):
        status, body, headers = self.client.request(method, **query)
        self.assertEqual(status, 400)
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(json.loads(body)["code"], code)

    def closed(self, sid):
        status, body, _ = self.client.poll(sid)
        self.assertEqual((status, json.loads(body)["code"]), (400, 1))

    def polled(self, sid, wanted):
        """What comes by polling until `wanted` is complete, without heartbeats."""
        packets = []
        while len(packets) < len(wanted):
            packets += [p for p in self.client.get(sid).split("\x1e") if p != "2"]
        self.assertEqual(packets, wanted)


class EngineHandshake(Case):
    def test_polling(self):
        status, body, headers = self.client.request("GET", EIO=4, transport="polling")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/plain; charset=UTF-8")
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertTrue(body.startswith(b"0"))
        opened = json.loads(body[1:])
        self.assertEqual(list(opened), ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"])
        self.assertGreaterEqual(len(opened["sid"]), 20)
        self.assertEqual([opened["upgrades"], opened["pingInterval"], opened["pingTimeout"], opened["maxPayload"]], [["websocket"], 300, 200, 1000000])

    def test_polling_refused(self):
        self.error(5, transport="polling")
        self.error(5, EIO="abc", transport="polling")
        self.error(5, EIO=2, transport="polling")
        self.error(5, EIO=5, transport="polling")
        self.error(0, EIO=4)
        self.error(0, EIO=4, transport="abc")
        self.error(0, EIO=4, transport="webtransport")
        self.error(3, EIO=4, transport="websocket")
        for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD"):
            status, body, _ = self.client.request(method, EIO=4, transport="polling")
            self.assertEqual(status, 400)
            if method != "HEAD":
                self.assertEqual(json.loads(body), {"code": 2, "message": "Bad handshake method"})
        self.error(1, EIO=4, transport="polling", sid="unknown")
        self.error(1, EIO=4, transport="polling", sid="__proto__")
        self.error(1, EIO=4, transport="polling", sid="")

    def test_websocket(self):
        socket = self.client.socket()
        self.assertEqual(socket.status, 101)
        text = socket.receive()
        opened = json.loads(text[1:])
        self.assertEqual(list(opened), ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"])
        self.assertEqual(opened["upgrades"], [])

    def test_websocket_refused(self):
        for query, message in (({"transport": "websocket"}, "Unsupported protocol version"), ({"EIO": "abc", "transport": "websocket"}, "Unsupported protocol version"),
                               ({"EIO": 4}, "Transport unknown"), ({"EIO": 4, "transport": "abc"}, "Transport unknown"),
                               ({"EIO": 4, "transport": "polling"}, "Bad request"), ({"EIO": 4, "transport": "websocket", "sid": "unknown"}, "Session ID unknown")):
            socket = self.client.socket(**query)
            self.assertEqual((socket.status, socket.headers["Content-Type"], socket.body.decode()), (400, "text/html", message), query)
            self.assertEqual(socket.file.read(1), b"", "and the connection ends")

    def test_other_methods_with_a_session(self):
        sid = self.client.sid()
        for method in ("PUT", "PATCH", "DELETE"):
            status, _, headers = self.client.request(method, EIO=4, transport="polling", sid=sid)
            self.assertEqual(status, 405)
            self.assertIn("GET, POST", headers["Allow"])

    def test_any_origin(self):
        status, _, headers = self.client.request("GET", headers={"Origin": "https://elsewhere.example"}, EIO=4, transport="polling")
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (200, "https://elsewhere.example"))
        status, _, headers = self.client.request("OPTIONS", headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}, EIO=4, transport="polling")
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (204, "https://elsewhere.example"))
        self.assertEqual(self.client.socket(["Origin: https://elsewhere.example"], EIO=4, transport="websocket").status, 101)


class EngineHeartbeat(Case):
    def test_polling(self):
        sid = self.client.sid()
        for _ in range(3):
            self.assertEqual(self.client.get(sid), "2")
            self.assertEqual(self.client.post(sid, "3"), (200, b"ok"))

    def test_polling_without_an_answer(self):
        sid = self.client.sid()
        time.sleep(PING_INTERVAL_S + PING_TIMEOUT_S)
        self.closed(sid)

    def test_websocket(self):
        socket = self.client.session()
        for _ in range(3):
            self.assertEqual(socket.receive(), "2")
            socket.send("3")
        socket.close()

    def test_websocket_without_an_answer(self):
        socket = self.client.session()
        self.assertEqual(socket.receive(), "2")
        self.assertIsNone(socket.receive())

    def test_a_ping_from_the_client_ends_the_session(self):
        socket = self.client.session()
        socket.send("2")
        self.assertIsNone(socket.receive_but("2"))
        sid = self.client.sid()
        self.client.post(sid, "2")
        self.closed(sid)


class EngineClose(Case):
    def test_polling(self):
        for _ in range(20):
            sid = self.client.sid()
            answers = []
            poll = threading.Thread(target=lambda: answers.append(self.client.poll(sid)))
            poll.start()
            self.assertEqual(self.client.post(sid, "1"), (200, b"ok"))
            poll.join()
            status, body, _ = answers[0]
            self.assertEqual((status, body), (200, b"6"))
            self.closed(sid)

    def test_polling_without_a_poll(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, "1"), (200, b"ok"))
        self.closed(sid)

    def test_websocket(self):
        socket = self.client.session()
        socket.send("1")
        self.assertIsNone(socket.receive())


class EnginePolling(Case):
    def test_text(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, "4hello"), (200, b"ok"))
        self.polled(sid, ["4hello"])

    def test_several_packets_in_a_payload(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, "4test1\x1e4test2\x1e4圆桌"), (200, b"ok"))
        self.assertEqual(self.client.get(sid), "4test1\x1e4test2\x1e4圆桌")

    def test_binary(self):
        sid = self.client.sid()
        self.client.post(sid, "4hello\x1ebAQIDBA==")
        self.assertEqual(self.client.get(sid), "4hello\x1ebAQIDBA==")

    def test_a_poll_waits(self):
        sid = self.client.sid()
        answers = []
        poll = threading.Thread(target=lambda: answers.append(self.client.get(sid)))
        poll.start()
        time.sleep(0.05)
        self.client.post(sid, "4late")
        poll.join()
        self.assertEqual(answers, ["4late"])

    def test_bad_payloads_end_the_session(self):
        for body in ("abc", "", "4ok\x1e", "\x1e4ok", "b!!", "9", b"4\xff\xfe"):
            sid = self.client.sid()
            self.assertEqual(self.client.post(sid, body)[0], 400, body)
            self.closed(sid)

    def test_octets_end_the_session(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, b"4hello", {"Content-Type": "application/octet-stream"})[0], 400)
        self.closed(sid)

    def test_two_polls_end_the_session(self):
        sid = self.client.sid()
        answers = []
        first = threading.Thread(target=lambda: answers.append(self.client.poll(sid)))
        first.start()
        time.sleep(0.05)
        status, body, _ = self.client.poll(sid, t="burst")
        self.assertEqual((status, json.loads(body)["code"]), (400, 3))
        first.join()
        self.assertEqual((answers[0][0], answers[0][1]), (200, b"1"))
        self.closed(sid)


class EngineWebSocket(Case):
    def test_text_and_binary(self):
        socket = self.client.session()
        socket.send("4hello", bytes([1, 2, 3, 4]), "4", b"")
        self.assertEqual([socket.receive_but("2") for _ in range(4)], ["4hello", bytes([1, 2, 3, 4]), "4", b""])

    def test_bad_packets_end_the_session(self):
        for packet in ("abc", "", "7", "x4hello"):
            socket = self.client.session()
            socket.send(packet)
            self.assertIsNone(socket.receive_but("2"), packet)


class EngineUpgrade(Case):
    def upgraded(self):
        sid = self.client.sid()
        socket = self.client.probe(sid)
        socket.send("5", "4hello")
        self.assertEqual(socket.receive_but("2"), "4hello")
        return sid, socket

    def test_upgrade(self):
        self.upgraded()

    def test_requests_afterwards_are_refused(self):
        sid, socket = self.upgraded()
        status, body, _ = self.client.poll(sid)
        self.assertEqual((status, json.loads(body)["code"]), (400, 3))
        self.assertEqual(self.client.post(sid, "4x")[0], 400)
        socket.send("4still here")
        self.assertEqual(socket.receive_but("2"), "4still here")

    def test_a_second_websocket_is_closed(self):
        sid, socket = self.upgraded()
        second = self.client.socket(EIO=4, transport="websocket", sid=sid)
        self.assertEqual(second.status, 101)
        self.assertIsNone(second.receive())
        socket.send("4still here")
        self.assertEqual(socket.receive_but("2"), "4still here")


class Engine3(Case):
    version = 3

    def test_handshake(self):
        status, body, _ = self.client.request("GET", EIO=3, transport="polling")
        self.assertEqual(status, 200)
        length, packet = body.decode().split(":", 1)
        self.assertEqual(int(length), len(packet))
        self.assertEqual(json.loads(packet[1:])["upgrades"], ["websocket"])
        text = self.client.socket().receive()
        self.assertTrue(text.startswith("0{"))

    def test_heartbeat_by_polling(self):
        sid = self.client.sid()
        for _ in range(3):
            self.assertEqual(self.client.post(sid, "1:2"), (200, b"ok"))
            self.assertEqual(self.client.get(sid), "1:3")
            time.sleep(PING_INTERVAL_S)

    def test_silence_ends_the_session(self):
        sid = self.client.sid()
        time.sleep(PING_INTERVAL_S + PING_TIMEOUT_S)
        self.closed(sid)
        self.assertIsNone(self.client.session().receive())

    def test_heartbeat_by_websocket(self):
        socket = self.client.session()
        for _ in range(3):
            socket.send("2", "2probe")
            self.assertEqual([socket.receive(), socket.receive()], ["3", "3probe"])
            time.sleep(PING_INTERVAL_S)

    def test_a_pong_from_the_client_ends_the_session(self):
        socket = self.client.session()
        socket.send("3")
        self.assertIsNone(socket.receive())

    def test_text_by_polling(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, "6:4hello"), (200, b"ok"))
        self.assertEqual(self.client.get(sid), "6:4hello")
        self.client.post(sid, "6:4test16:4test23:4🎲")
        self.assertEqual(self.client.get(sid), "6:4test16:4test23:4🎲")

    def test_binary_by_polling(self):
        # The handshake tells for the whole session whether binary packets must be text.
        sid = self.client.handshake(b64=1)["sid"]
        self.client.post(sid, "6:4hello10:b4AQIDBA==")
        self.assertEqual(self.client.get(sid), "6:4hello10:b4AQIDBA==")
        sid = self.client.sid()
        octets = b"\x00\x06\xff4hello\x01\x05\xff\x04\x01\x02\x03\x04"
        self.assertEqual(self.client.post(sid, octets, {"Content-Type": "application/octet-stream"}), (200, b"ok"))
        status, body, headers = self.client.poll(sid)
        self.assertEqual((status, body, headers["Content-Type"]), (200, octets, "application/octet-stream"))

    def test_bad_payloads_end_the_session(self):
        for body in ("abc", "4hello", "10:4hello", ":4"):
            sid = self.client.sid()
            self.assertEqual(self.client.post(sid, body)[0], 400)
            self.closed(sid)

    def test_websocket(self):
        socket = self.client.session()
        socket.send("4hello", b"\x04\x01\x02")
        self.assertEqual([socket.receive(), socket.receive()], ["4hello", b"\x04\x01\x02"])
        socket.send("abc")
        self.assertIsNone(socket.receive())

    def test_close(self):
        sid = self.client.sid()
        self.assertEqual(self.client.post(sid, "1:1"), (200, b"ok"))
        self.closed(sid)

    def test_upgrade(self):
        sid = self.client.sid()
        socket = self.client.probe(sid)
        socket.send("5", "4hello")
        self.assertEqual(socket.receive(), "4hello")

    def test_jsonp(self):
        status, body, headers = self.client.request("GET", EIO=3, transport="polling", j=7)
        self.assertEqual((status, headers["Content-Type"]), (200, "text/javascript; charset=UTF-8"))
        text = body.decode()
        self.assertTrue(text.startswith("___eio[7](") and text.endswith(");"), text)
        payload = json.loads(text[len("___eio[7]("):-2])
        sid = json.loads(payload[payload.index("{"):])["sid"]
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertEqual(self.client.post(sid, "d=6%3A4a%5Cnb%5C%5Cn", form, j=7), (200, b"ok"))
        self.assertEqual(self.client.get(sid, j=7), '___eio[7]("6:4a\\nb\\\\n");')
        status, body, _ = self.client.request("GET", EIO=3, transport="polling", j="7](alert(1))//")
        self.assertTrue(body.startswith(b'___eio[71]("'), body)


class SocketIo(Case):
    path = "/socket.io/"

    def exchange(self, *messages):
        """What comes after these, in a new session."""
        socket = self.client.session()
        socket.send(*messages)
        return socket

    def connect_to(self, packet, prefix):
        socket = self.exchange(packet)
        answer = socket.receive_but("2")
        self.assertTrue(answer.startswith("40" + prefix), answer)
        self.assertEqual(list(json.loads(answer[len("40" + prefix):])), ["sid"])
        return socket.receive_but("2")

    def test_connect(self):
        self.assertEqual(self.connect_to("40", ""), '42["auth",{}]')
        self.assertEqual(self.connect_to('40{"token":"123"}', ""), '42["auth",{"token":"123"}]')
        self.assertEqual(self.connect_to("40/custom", "/custom,"), '42/custom,["auth",{}]')
        self.assertEqual(self.connect_to("40/custom,", "/custom,"), '42/custom,["auth",{}]')
        self.assertEqual(self.connect_to('40/custom,{"token":"abc"}', "/custom,"), '42/custom,["auth",{"token":"abc"}]')

    def test_the_engine_id_is_not_told_to_others(self):
        opened = self.client.socket()
        engine_sid = json.loads(opened.receive()[1:])["sid"]
        opened.send("40")
        self.assertNotIn(engine_sid, opened.receive_but("2"))

    def test_an_unknown_namespace(self):
        socket = self.exchange("40/random")
        self.assertEqual(socket.receive_but("2"), '44/random,{"message":"Invalid namespace"}')
        socket.send("40")
        self.assertTrue(socket.receive_but("2").startswith("40{"))

    def test_bad_handshakes(self):
        for packet in ("4abc", "40[]", "40{", '42["message"]', "41", '44{"message":"x"}', "4", "430[]"):
            self.assertIsNone(self.exchange(packet).receive_but("2"), packet)

    def test_no_connect(self):
        began = time.monotonic()
        socket = self.client.session()
        while (message := socket.receive()) is not None:
            self.assertEqual(message, "2")
            socket.send("3")
        self.assertGreaterEqual(time.monotonic() - began, 0.9)

    def test_disconnect(self):
        socket = self.client.connected()
        socket.send("41")
        self.assertEqual(socket.receive(), "2")
        socket = self.client.connected()
        socket.send("40/custom")
        self.assertTrue(socket.receive_but("2").startswith("40/custom,{"))
        self.assertEqual(socket.receive_but("2"), '42/custom,["auth",{}]')
        socket.send("41/custom", '42["message","to the main namespace"]')
        self.assertEqual(socket.receive_but("2"), '42["message-back","to the main namespace"]')
        socket.send('42/custom,["message"]')
        self.assertIsNone(socket.receive_but("2"), "nobody is there")

    def test_text(self):
        socket = self.client.connected()
        socket.send('42["message",1,"2",{"3":[true]}]')
        self.assertEqual(socket.receive_but("2"), '42["message-back",1,"2",{"3":[true]}]')
        socket.send('42["message"]')
        self.assertEqual(socket.receive_but("2"), '42["message-back"]')

    def test_binary(self):
        socket = self.client.connected()
        marks = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
        socket.send(f'452-["message",{marks}]', bytes([1, 2, 3]), bytes([4, 5, 6]))
        self.assertEqual([socket.receive_but("2") for _ in range(3)], [f'452-["message-back",{marks}]', bytes([1, 2, 3]), bytes([4, 5, 6])])

    def test_acknowledgements(self):
        socket = self.client.connected()
        socket.send('42456["message-with-ack",1,"2",{"3":[false]}]')
        self.assertEqual(socket.receive_but("2"), '43456[1,"2",{"3":[false]}]')
        socket.send('420["message-with-ack"]')
        self.assertEqual(socket.receive_but("2"), "430[]")
        marks = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
        socket.send(f'452-789["message-with-ack",{marks}]', bytes([1, 2, 3]), bytes([4, 5, 6]))
        self.assertEqual([socket.receive_but("2") for _ in range(3)], [f"462-789[{marks}]", bytes([1, 2, 3]), bytes([4, 5, 6])])

    def test_bad_packets_end_the_connection(self):
        for packet in ("4abc", "42{}", '42"x"', "42[]", '42abc["message-with-ack",1]', "49", "42", '42["connect"]', "40", '44{"message":"x"}',
                       '451-["message",{"_placeholder":true,"num":1}]', '4511-["message"]', '45["message"]', b"\x01"):
            socket = self.client.connected()
            socket.send(packet)
            self.assertIsNone(socket.receive_but("2"), packet)

    def test_by_polling(self):
        sid = self.client.sid()
        self.client.post(sid, "40")
        packets = self.client.get(sid).split("\x1e")
        self.assertTrue(packets[0].startswith('40{"sid":"'))
        if len(packets) == 1:
            packets += self.client.get(sid).split("\x1e")
        self.assertEqual(packets[1], '42["auth",{}]')
        self.client.post(sid, '421["message-with-ack","x"]\x1e451-["message",{"_placeholder":true,"num":0}]\x1ebAQID')
        self.polled(sid, ['431["x"]', '451-["message-back",{"_placeholder":true,"num":0}]', "bAQID"])


class SocketIo4(Case):
    path = "/socket.io/"
    version = 3

    def test_connect(self):
        socket = self.client.session()
        self.assertEqual([socket.receive(), socket.receive()], ["40", '42["auth",{}]'])
        socket.send("40/custom,")
        self.assertEqual([socket.receive(), socket.receive()], ["40/custom,", '42/custom,["auth",{}]'])

    def test_connect_with_a_query(self):
        socket = self.client.connected()
        socket.send("40/custom?token=1&x=%C3%A9,")
        self.assertEqual([socket.receive(), socket.receive()], ["40/custom,", '42/custom,["auth",{"token":"1","x":"é"}]'])

    def test_an_unknown_namespace(self):
        socket = self.client.connected()
        socket.send("40/random,")
        self.assertEqual(socket.receive(), '44/random,"Invalid namespace"')

    def test_messages(self):
        socket = self.client.connected()
        socket.send('42["message",1,"2",{"3":[true]}]', '420["message-with-ack","x"]')
        self.assertEqual([socket.receive(), socket.receive()], ['42["message-back",1,"2",{"3":[true]}]', '430["x"]'])
        socket.send('451-["message",{"_placeholder":true,"num":0}]', b"\x04\x01\x02\x03")
        self.assertEqual([socket.receive(), socket.receive()], ['451-["message-back",{"_placeholder":true,"num":0}]', b"\x04\x01\x02\x03"])

    def test_disconnect_and_bad_packets(self):
        socket = self.client.connected()
        socket.send("41", "2")
        self.assertEqual(socket.receive(), "3")
        for packet in ("4abc", "42{}", "42[]", "40", '42abc["x"]'):
            socket = self.client.connected()
            socket.send(packet)
            self.assertIsNone(socket.receive(), packet)

    def test_by_polling(self):
        sid = self.client.sid()
        self.assertEqual(self.client.get(sid), '2:4013:42["auth",{}]')
        self.client.post(sid, '15:42["message",1]')
        self.assertEqual(self.client.get(sid), '20:42["message-back",1]')


class Switch(unittest.TestCase):
    def test_not_in_production(self):
        done = subprocess.run([binary.BINARY, "serve", "--conformance", "--listen", "127.0.0.1:0"], env={**os.environ, "NODE_ENV": "production"},
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 3)
        self.assertIn("--conformance", done.stderr)

    def test_without_it_there_is_no_echo(self):
        with binary.Server() as plain:
            client = engine_io.Client(plain.port, "/engine.io/")
            self.assertNotIn(b'"sid"', client.request("GET", EIO=4, transport="polling")[1])
            opened = engine_io.Client(plain.port).handshake()
            self.assertEqual((opened["pingInterval"], opened["pingTimeout"]), (25000, 20000))


if __name__ == "__main__":
    unittest.main()
