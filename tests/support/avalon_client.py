"""A player of the game over /ws: raw WebSocket, frames of plain JSON, the view kept up to date by patches."""

import json
import os
import secrets
import socket
import struct
import time

WAIT_S = 20


class Closed(Exception):
    pass


class Refused(Exception):
    pass


def patch_view(view, data):
    """What a room:event changes in the view."""
    for part, patch in data.items():
        if part == "chat":
            view["chat"] += patch
        elif patch is None:
            view[part] = None
        else:
            view[part] = view[part] or {}
            view[part].update(patch.get("set", {}))
            for member, more in patch.get("add", {}).items():
                view[part][member] = view[part][member] + more


class Player:
    """One connection of one account. `views` has the newest view of each room, by its id."""

    def __init__(self, server, token, locale="en"):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S)
        self.buffer = b""
        self.ids = 0
        self.acks = {}
        self.views = {}
        self.seqs = {}
        self.events = []
        self.raw = []
        request = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        self.socket.sendall(request.encode())
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head
        self.send({"t": "hello", "auth": {"token": token, "locale": locale}})
        first = self.read()
        if first["t"] == "error":
            raise Refused(first.get("data", {}).get("code"))
        assert first["t"] == "welcome", first

    def _more(self):
        part = self.socket.recv(65536)
        if not part:
            raise Closed
        self.buffer += part

    def send(self, *frames):
        """In one write."""
        out = b""
        for frame in frames:
            payload = json.dumps(frame).encode()
            mask = os.urandom(4)
            size = len(payload)
            head = b"\x81" + (bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size))
            out += head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(out)

    def read(self):
        """The next text frame."""
        while True:
            while len(self.buffer) < 2:
                self._more()
            code, size, at = self.buffer[0] & 15, self.buffer[1] & 127, 2
            need = {126: 2, 127: 8}.get(size, 0)
            while len(self.buffer) < at + need:
                self._more()
            if need:
                size = int.from_bytes(self.buffer[at:at + need], "big")
            at += need
            while len(self.buffer) < at + size:
                self._more()
            payload, self.buffer = self.buffer[at:at + size], self.buffer[at + size:]
            if code == 8:
                raise Closed(int.from_bytes(payload[:2], "big"))
            if code == 1:
                self.raw.append(payload)
                return json.loads(payload)

    def take(self):
        """Reads one frame and does what a client does with it."""
        frame = self.read()
        if frame["t"] == "ack":
            self.acks[frame["id"]] = frame
        elif frame["t"] == "ev":
            data = frame["data"]
            self.events.append((frame["name"], data))
            if frame["name"] == "room:view":
                assert frame["seq"] == data["seq"]
                self.views[data["roomId"]] = data["view"]
                self.seqs[data["roomId"]] = data["seq"]
            elif frame["name"] == "room:event":
                self._patch(data)
        return frame

    def _patch(self, event):
        room = event["roomId"]
        if event["seq"] != self.seqs[room] + 1:
            raise AssertionError(f"event {event['seq']} after {self.seqs[room]}")
        self.seqs[room] = event["seq"]
        patch_view(self.views[room], event["data"])

    def ask(self, name, cmd_id=None, **data):
        """The acknowledgement."""
        self.ids += 1
        number = self.ids
        self.send({"t": "cmd", "id": number, "name": name, "data": {"cmdId": cmd_id or secrets.token_hex(8), **data}})
        while number not in self.acks:
            self.take()
        return self.acks.pop(number)

    def do(self, name, cmd_id=None, **data):
        answer = self.ask(name, cmd_id, **data)
        assert answer["ok"], (name, data, answer)
        return answer

    def until(self, true, what=""):
        """Reads until `true()`."""
        end = time.monotonic() + WAIT_S
        while not true():
            assert time.monotonic() < end, what
            self.take()

    def close(self):
        self.socket.close()


def random_bytes():
    return secrets.token_hex(16)


class Table:
    """Players of one room, in the order they came; the first is the host."""

    def __init__(self, players, setup=None, **options):
        self.players = players
        made = players[0].do("room:create", **({"setup": setup} if setup else {"players": len(players)}), **options)
        self.room, self.code, self.link = made["roomId"], made["code"], made["link"]
        for player in players[1:]:
            player.do("room:join", code=self.code, **({"password": options["password"]} if "password" in options else {}))
        for player in players:
            player.until(lambda p=player: self.room in p.views)

    def start(self):
        for player in self.players:
            player.do("game:ready", roomId=self.room, random=random_bytes())
        self.players[0].do("room:start", roomId=self.room)
        for player in self.players:
            player.until(lambda p=player: self.game(p) is not None)

    def game(self, player):
        return player.views[self.room]["game"]

    def phase(self, player=None):
        return self.game(player or self.players[0])["phase"]

    def settle(self, waits):
        """Until everybody has seen this state."""
        for player in self.players:
            player.until(lambda p=player: self.game(p)["waits"] >= waits or self.game(p)["phase"] in ("end", "voided"))

    def by_seat(self):
        return {player.views[self.room]["you"]["seat"]: player for player in self.players}

    def step(self, fail=True):
        """Everybody does what the view asks of him; Evil fails quests if `fail`. Returns the phase after it."""
        before = self.game(self.players[0])["waits"]
        for player in self.players:
            game = self.game(player)
            for action in game["actions"]:
                self._act(player, game, action, fail)
                break
        host = self.players[0]
        host.until(lambda: self.game(host)["waits"] != before or self.phase() in ("end", "voided"), self.phase())
        self.settle(self.game(host)["waits"])
        return self.phase()

    def _act(self, player, game, action, fail):
        kind = action["type"]
        if kind == "ready":
            player.do("game:ready", roomId=self.room)
        elif kind in ("propose", "select"):
            player.do("game:propose", roomId=self.room, team=action["seats"][:action["pick"]])
        elif kind == "vote":
            player.do("game:vote", roomId=self.room, approve=True)
        elif kind == "quest":
            player.do("game:quest", roomId=self.room, success=not (fail and action.get("may_no")))
        elif kind == "target":
            player.do("game:target", roomId=self.room, target=action["seats"][0])
        else:
            player.do("game:pass", roomId=self.room)

    def play_to_end(self, fail=True):
        for _ in range(200):
            if self.step(fail) in ("end", "voided"):
                return
        raise AssertionError("the game does not end")
