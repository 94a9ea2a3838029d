"""The Python client of Socket.IO, as the distribution has it, against the real server."""

import importlib.util
import sys
import threading
import unittest

if importlib.util.find_spec("socketio") is None:  # a python3 that is not the distribution's comes first
    sys.path.append("/usr/lib/python3/dist-packages")

import socketio

import engine_io

WAIT_S = 10


def setUpModule():
    global server
    # The beats of a --conformance server are 300 ms apart: a Python client on a busy machine misses one.
    server = engine_io.ConformanceServer("--set", "realtime.ping_interval_ms=5000", "--set", "realtime.ping_timeout_ms=5000")
    server.__enter__()


def tearDownModule():
    server.end_well()


class PythonClient(unittest.TestCase):
    def connect(self, transports, namespace="/", auth=None, reconnection=True):
        client = socketio.Client(reconnection=reconnection, reconnection_delay=0.05, reconnection_delay_max=0.1, randomization_factor=0)
        self.events = []
        self.came = threading.Condition()

        def on(event):
            def keep(*args):
                with self.came:
                    self.events.append((event, list(args)))
                    self.came.notify_all()
            client.on(event, keep, namespace=namespace)

        for event in ("auth", "message-back", "disconnect"):
            on(event)
        client.connect(f"http://127.0.0.1:{server.port}", transports=transports, namespaces=[namespace], auth=auth, wait_timeout=WAIT_S)
        self.addCleanup(client.disconnect)
        return client

    def wait_for(self, event, *args):
        with self.came:
            self.assertTrue(self.came.wait_for(lambda: (event, list(args)) in self.events, WAIT_S), (event, args, self.events))

    def test_every_transport(self):
        for transports in (["polling"], ["websocket"], ["polling", "websocket"]):
            with self.subTest(transports):
                client = self.connect(transports, auth={"token": "t"})
                self.wait_for("auth", {"token": "t"})
                client.emit("message", (1, "2", {"3": [True]}))
                self.wait_for("message-back", 1, "2", {"3": [True]})
                self.assertEqual(client.call("message-with-ack", "圆桌 🎲", timeout=WAIT_S), "圆桌 🎲")
                self.assertEqual(client.call("message-with-ack", b"\x01\x02\xff", timeout=WAIT_S), b"\x01\x02\xff")
                # It reads at most 16 packets of one poll.
                count = 10 if "polling" in transports else 200
                for number in range(count):
                    client.emit("message", number)
                self.wait_for("message-back", count - 1)
                numbers = [args[0] for event, args in self.events if event == "message-back" and len(args) == 1]
                self.assertEqual(numbers, list(range(count)))
                client.disconnect()

    def test_other_namespaces(self):
        client = self.connect(["websocket"], namespace="/custom")
        self.wait_for("auth", {})
        self.assertEqual(client.call("message-with-ack", [1], namespace="/custom", timeout=WAIT_S), [1])
        with self.assertRaises(socketio.exceptions.ConnectionError):
            self.connect(["websocket"], namespace="/random", reconnection=False)

    def test_it_comes_back(self):
        client = self.connect(["websocket"])
        self.wait_for("auth", {})  # that of the first connection is not taken for that of the next
        for _ in range(2):
            self.events.clear()
            client.eio.ws.sock.close()
            self.wait_for("auth", {})
            self.assertEqual(client.call("message-with-ack", "back", timeout=WAIT_S), "back")


if __name__ == "__main__":
    unittest.main()
