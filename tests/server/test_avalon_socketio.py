"""The game by the Python client of Socket.IO, as the distribution has it: a whole game against bots, with a cut in the middle."""

import importlib.util
import secrets
import sys
import threading
import unittest

if importlib.util.find_spec("socketio") is None:  # a python3 that is not the distribution's comes first
    sys.path.append("/usr/lib/python3/dist-packages")

import socketio

from avalon_client import Table, patch_view
from binary import Server

WAIT_S = 20


class Person:
    """One account on Socket.IO, as avalon_client.Player is one on /ws."""

    came = threading.Condition()  # something came for somebody

    def __init__(self, server, token, transports):
        self.views, self.seqs, self.connects = {}, {}, 0
        self.client = socketio.Client(reconnection_delay=0.05, reconnection_delay_max=0.1, randomization_factor=0)
        self.client.on("connect", self._connected)
        self.client.on("room:view", self._view)
        self.client.on("room:event", self._event)
        self.client.connect(f"http://127.0.0.1:{server.port}", transports=transports, auth={"token": token, "locale": "en"}, wait_timeout=WAIT_S)

    def _connected(self):
        with self.came:
            self.connects += 1
            rooms = dict(self.seqs)
            self.came.notify_all()
        for room, seq in rooms.items():
            self.client.emit("room:resume", {"roomId": room, "seq": seq})

    # Where the server can recover a connection the offset follows the data.
    def _view(self, data, *_):
        with self.came:
            self.views[data["roomId"]], self.seqs[data["roomId"]] = data["view"], data["seq"]
            self.came.notify_all()

    def _event(self, data, *_):
        with self.came:
            room = data["roomId"]
            if data["seq"] <= self.seqs[room]:
                return
            assert data["seq"] == self.seqs[room] + 1, (data["seq"], self.seqs[room])
            self.seqs[room] = data["seq"]
            patch_view(self.views[room], data["data"])
            self.came.notify_all()

    def ask(self, name, **data):
        return self.client.call(name, {"cmdId": secrets.token_hex(8), **data}, timeout=WAIT_S)

    def do(self, name, **data):
        answer = self.ask(name, **data)
        assert answer["ok"], (name, answer)
        return answer

    def until(self, true):
        with self.came:
            assert self.came.wait_for(true, WAIT_S)


class Game(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--set", "auth.bcrypt_cost=4", "--set", "avalon.bot_wait_max_ms=30")
        cls.server.start()
        cls.tokens = [cls.server.make_account(f"player{number}", "user") for number in range(2)]

    @classmethod
    def tearDownClass(cls):
        cls.server.end_well()

    def person(self, number, transports):
        person = Person(self.server, self.tokens[number], transports)
        self.addCleanup(person.client.disconnect)
        return person

    def test_two_people_and_three_bots_play_on_after_a_cut(self):
        people = [self.person(0, ["websocket"]), self.person(1, ["polling"])]
        host, guest = people
        room = host.do("room:create", players=5)["roomId"]
        guest.do("room:join", roomId=room)
        for place in (2, 3, 4):
            host.do("room:bot", roomId=room, player=place, strength="easy")
        for person in people:
            person.do("game:ready", roomId=room, random=secrets.token_hex(16))
        host.do("room:start", roomId=room)
        for person in people:
            person.until(lambda p=person: p.views[room]["game"] is not None)
        host.client.eio.ws.sock.close()
        host.until(lambda: host.connects == 2)
        table = Table.__new__(Table)
        table.room = room

        def over(person):
            return person.views[room]["game"]["phase"] in ("end", "voided")

        while not over(host):
            for person in people:
                with person.came:
                    seq, game = person.seqs[room], person.views[room]["game"]
                    actions = list(game["actions"])
                if actions:
                    table._act(person, game, actions[0], True)
            host.until(lambda: over(host) or host.views[room]["game"]["actions"] or guest.views[room]["game"]["actions"])
        guest.until(lambda: over(guest))
        for person in people:
            game = person.views[room]["game"]
            self.assertEqual("end", game["phase"])
            self.assertTrue(all(seat["role"] for seat in game["seats"]))

    def test_refusals_are_told(self):
        person = self.person(0, ["websocket"])
        answer = person.ask("room:join", code="zzzzzz")
        self.assertEqual((False, "NOT_FOUND"), (answer["ok"], answer["code"]))
        self.assertTrue(answer["message"])
        stranger = socketio.Client(reconnection=False)
        self.addCleanup(stranger.disconnect)
        why = []
        told = threading.Event()
        stranger.on("connect_error", lambda data: (why.append(data), told.set()))
        stranger.connect(f"http://127.0.0.1:{self.server.port}", transports=["websocket"], auth={"token": self.tokens[0][:-6] + "AAAAAA"}, wait=False)
        self.assertTrue(told.wait(WAIT_S))
        self.assertEqual({"code": "UNAUTHENTICATED"}, why[0]["data"])


if __name__ == "__main__":
    unittest.main()
