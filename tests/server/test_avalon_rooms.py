"""Rooms of the game in the real binary, by raw WebSocket on /ws: a whole game, kill -9, take-over, resuming."""

import hashlib
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.avalon_client import Closed, Player, Refused, Table, random_bytes  # noqa: E402
from support.binary import Server  # noqa: E402

OPTIONS = ["--set", "auth.bcrypt_cost=4", "--set", "avalon.bot_wait_max_ms=30", "--set", "avalon.rooms_per_user_max=100",
           "--set", "limits.socket_per_2s=1000"]


class Returning(Player):
    """Ends his old connection in the moment in which he introduces himself on the new one."""

    def __init__(self, server, token, old):
        self.old = old
        super().__init__(server, token)

    def send(self, *frames):
        if self.old:
            self.old.close()
            self.old = None
        super().send(*frames)


class Rooms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(*OPTIONS)
        cls.server.start()
        cls.tokens = [cls.server.make_account(f"player{i}", "user") for i in range(7)]

    @classmethod
    def tearDownClass(cls):
        cls.server.end_well()

    def setUp(self):
        self.open = []

    def tearDown(self):
        for player in self.open:
            for room in list(player.views):
                try:
                    player.ask("room:leave", roomId=room)
                except Exception:  # noqa: BLE001 - it may be closed already
                    break
            player.close()

    def player(self, number):
        player = Player(self.server, self.tokens[number])
        self.open.append(player)
        return player

    def players(self, count):
        return [self.player(i) for i in range(count)]

    def games_of(self, number, wanted):
        """Ids of the finished games of an account, as soon as `wanted` is among them."""
        end = time.monotonic() + 10
        while True:
            status, _, body = self.server.request("GET", "/api/v1/avalon/games", token=self.tokens[number])
            self.assertEqual(200, status)
            games = [game["id"] for game in body["data"]]
            if wanted in games or time.monotonic() > end:
                return games
            time.sleep(0.1)

    def test_who_comes_back_while_his_old_connection_ends_stays(self):
        dismissed = []

        def comes_back(token):
            old = Player(self.server, token)
            for _ in range(100):
                old = Returning(self.server, token, old)
                try:
                    old.ask("lobby:rooms")
                except Closed:
                    dismissed.append(token)
                    return
            old.close()

        threads = [threading.Thread(target=comes_back, args=(token,)) for token in self.tokens[:4]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], dismissed)

    def test_five_play_a_whole_game(self):
        table = Table(self.players(5))
        host = table.players[0]
        room = host.views[table.room]["room"]
        commitment, game_id = room["commitment"], room["gameId"]
        table.start()
        for player in table.players:
            game = table.game(player)
            self.assertEqual("reveal", game["phase"])
            self.assertEqual(1, sum(bool(seat.get("role")) for seat in game["seats"]))
        table.play_to_end()
        game = table.game(host)
        self.assertEqual("end", game["phase"])
        self.assertTrue(all(seat.get("role") for seat in game["seats"]))
        self.assertEqual(commitment, hashlib.sha256(b"avalon-deal-1" + game_id.encode() + bytes.fromhex(game["seed"])).hexdigest())
        host.until(lambda: host.views[table.room]["room"]["state"] == "ENDED")
        self.assertIn(game_id, self.games_of(0, game_id))
        for player in table.players:
            player.do("room:rematch", roomId=table.room)
        host.until(lambda: host.views[table.room]["room"]["state"] == "LOBBY")
        self.assertIsNone(table.game(host))
        self.assertNotEqual(commitment, host.views[table.room]["room"]["commitment"])

    def test_the_game_goes_on_after_a_kill(self):
        table = Table(self.players(5))
        table.start()
        for _ in range(3):
            table.step()
        before = [table.game(player) for player in table.players]
        self.server.kill()
        self.server.start()
        again = self.players(5)
        for player in again:
            player.do("room:resume", roomId=table.room)
            player.until(lambda p=player: table.room in p.views)
        for old, player in zip(before, again):
            new = player.views[table.room]["game"]
            for member in ("phase", "leader", "seats", "proposals", "quests", "secrets", "log", "commitment", "rejects"):
                self.assertEqual(old[member], new[member], member)
        table.players = again
        table.settle(table.game(again[0])["waits"])
        table.play_to_end()
        self.assertEqual("end", table.phase())

    def test_a_command_is_done_once(self):
        table = Table(self.players(5))
        table.start()
        player = table.players[2]
        first = player.do("game:ready", cmd_id="again", roomId=table.room)
        self.assertEqual(first["seq"], player.do("game:ready", cmd_id="again", roomId=table.room)["seq"])
        other = player.ask("game:ready", roomId=table.room)
        self.assertEqual(("ILLEGAL_MOVE", "already_done"), (other["code"], other["reason"]))
        self.server.kill()
        self.server.start()
        table.players = self.players(5)
        player = table.players[2]
        self.assertTrue(player.ask("game:ready", cmd_id="again", roomId=table.room)["ok"])
        for player in table.players:
            player.do("room:resume", roomId=table.room)

    def test_creating_twice_makes_one_room(self):
        player = self.player(0)
        before = len(player.do("lobby:mine")["rooms"])
        first = player.do("room:create", cmd_id="make", players=5)
        second = player.do("room:create", cmd_id="make", players=5)
        self.assertEqual(first["roomId"], second["roomId"])
        self.assertEqual(before + 1, len(player.do("lobby:mine")["rooms"]))

    def test_the_newest_connection_wins(self):
        table = Table(self.players(5))
        table.start()
        old = table.players[1]
        new = self.player(1)
        new.do("room:resume", roomId=table.room)
        old.until(lambda: ("room:closed", {"roomId": table.room, "reason": "taken_over"}) in old.events)
        new.until(lambda: table.room in new.views)
        seen = len(old.events)
        table.players[1] = new
        table.step()
        self.assertEqual(table.phase(new), "propose")
        old.ask("lobby:mine")
        self.assertEqual(seen, len(old.events))

    def test_missed_events_come_on_resume(self):
        table = Table(self.players(5))
        table.start()
        away = table.players[3]
        seq = away.seqs[table.room]
        view = away.views[table.room]
        away.close()
        others = [player for player in table.players if player is not away]
        others[0].until(lambda: not others[0].views[table.room]["room"]["players"][3]["online"])
        others[0].do("game:ready", roomId=table.room)
        back = self.player(3)
        back.views[table.room], back.seqs[table.room] = view, seq
        back.send({"t": "resume", "id": 77, "roomId": table.room, "seq": seq})
        back.until(lambda: 77 in back.acks)
        back.until(lambda: back.seqs[table.room] >= back.acks[77]["seq"])
        self.assertNotIn("room:view", [name for name, _ in back.events])
        self.assertEqual(1, len(table.game(back)["ready"]))
        back.do("room:resume", roomId=table.room, seq=1)
        back.until(lambda: "room:view" in [name for name, _ in back.events])

    def test_illegal_commands_change_nothing(self):
        table = Table(self.players(5))
        host, guest = table.players[:2]
        for name, data, code in (
                ("room:start", {}, "INVALID_STATE"), ("game:vote", {"approve": True}, "ILLEGAL_MOVE"), ("game:dance", {}, "BAD_REQUEST"),
                ("game:ready", {"random": "00"}, "VALIDATION_FAILED"), ("room:seat", {"player": 1}, "SEAT_TAKEN"),
                ("room:setup", {"setup": {"roles": ["merlin"] * 5}}, "BAD_SETUP"), ("room:kick", {"userId": "nobody"}, "NOT_FOUND"), ("game:pause", {}, "ILLEGAL_MOVE")):
            answer = host.ask(name, roomId=table.room, **data)
            self.assertEqual((False, code), (answer["ok"], answer.get("code")), name)
        self.assertEqual("FORBIDDEN", guest.ask("room:shuffle", roomId=table.room)["code"])
        stranger = self.player(5)
        self.assertEqual("NOT_ADMITTED", stranger.ask("game:vote", roomId=table.room, approve=True)["code"])
        self.assertEqual("NOT_FOUND", stranger.ask("room:join", code="zzzzzz")["code"])
        self.assertEqual("ROOM_FULL", stranger.ask("room:join", code=table.code)["code"])
        table.start()
        for player in table.players:
            game = table.game(player)
            answer = player.ask("game:vote", roomId=table.room, approve=True)
            self.assertEqual(("ILLEGAL_MOVE", "wrong_phase"), (answer["code"], answer["reason"]))
            self.assertEqual(game, table.game(player))

    def test_a_password_and_a_link(self):
        host, guest, friend = self.players(3)
        made = host.do("room:create", players=5, password="open sesame", listed=True)
        listed = guest.do("lobby:list")["rooms"]
        self.assertEqual([True], [room["locked"] for room in listed if room["roomId"] == made["roomId"]])
        self.assertEqual("ROOM_PASSWORD", guest.ask("room:join", code=made["code"])["code"])
        self.assertEqual("ROOM_PASSWORD", guest.ask("room:join", code=made["code"], password="wrong")["code"])
        guest.do("room:join", code=made["code"].upper(), password="open sesame")
        friend.do("room:join", link=made["link"])
        status, _, body = self.server.request("GET", f"/api/v1/avalon/rooms/{made['code']}", token=self.tokens[4])
        self.assertEqual((200, 3), (status, body["data"]["seated"]))
        status, _, body = self.server.request("GET", "/api/v1/avalon/me/rooms", token=self.tokens[2])
        self.assertIn(made["roomId"], [room["roomId"] for room in body["data"]["rooms"]])

    def test_guessing_has_an_end(self):
        host, guest = self.players(2)
        guesser = Player(self.server, self.server.make_account("guesser", "user"))
        self.open.append(guesser)
        made = host.do("room:create", players=5, password="open sesame")
        for number in range(5):
            self.assertEqual("NOT_FOUND", guesser.ask("room:join", code=f"zzzzz{number}")["code"])
            self.assertEqual("ROOM_PASSWORD", guesser.ask("room:join", code=made["code"], password=f"guess {number}")["code"])
        # The tenth was the last: the right one does not help any more.
        answer = guesser.ask("room:join", code=made["code"], password="open sesame")
        self.assertEqual("TOO_MANY_REQUESTS", answer["code"])
        self.assertGreater(answer["retryAfter"], 0)
        guest.do("room:join", code=made["code"], password="open sesame")

    def test_many_guesses_at_once_are_no_more_than_one_after_another(self):
        host = self.player(0)
        made = host.do("room:create", players=5, password="open sesame")
        token = self.server.make_account("hurried", "user")
        guessers = [Player(self.server, token) for _ in range(3)]
        for guesser in guessers:
            self.addCleanup(guesser.close)
            guesser.send(*({"t": "cmd", "id": number, "name": "room:join", "data": {"cmdId": random_bytes(), "code": made["code"], "password": f"guess {number}"}} for number in range(10)))
        codes = []
        for guesser in guessers:
            guesser.until(lambda g=guesser: len(g.acks) == 10)
            codes += [ack["code"] for ack in guesser.acks.values()]
        self.assertLessEqual(codes.count("ROOM_PASSWORD"), 10)
        self.assertGreaterEqual(codes.count("TOO_MANY_REQUESTS"), 20 - codes.count("UNAVAILABLE"))

    def test_a_password_that_is_no_text_is_refused(self):
        host, guest = self.players(2)
        answer = host.ask("room:create", players=5, password=1234)
        self.assertEqual(("VALIDATION_FAILED", "password"), (answer["code"], answer["field"]))
        made = host.do("room:create", players=5, password="1234")
        answer = guest.ask("room:join", code=made["code"], password=1234)
        self.assertEqual(("VALIDATION_FAILED", "password"), (answer["code"], answer["field"]))
        answer = host.ask("room:setup", roomId=made["roomId"], password=1234)
        self.assertEqual(("VALIDATION_FAILED", "password"), (answer["code"], answer["field"]))
        self.assertEqual("ROOM_PASSWORD", guest.ask("room:join", code=made["code"])["code"])
        guest.do("room:join", code=made["code"], password="1234")

    def test_who_closes_the_page_at_once_is_not_there(self):
        host, hasty = self.players(2)
        made = host.do("room:create", players=5)
        hasty.send({"t": "cmd", "id": 1, "name": "room:join", "data": {"cmdId": "hasty", "code": made["code"]}})
        hasty.close()
        place = lambda: host.views[made["roomId"]]["room"]["players"][1]  # noqa: E731
        host.until(lambda: place()["kind"] == "user" and not place()["online"])

    def test_a_command_sent_again_on_another_connection_shows_the_room(self):
        for name, data in (("room:create", {"players": 5}), ("room:join", {"code": self.player(1).do("room:create", players=5)["code"]})):
            with self.subTest(name):
                first = self.player(0)
                first.do(name, cmd_id="lost " + name, **data)
                first.close()
                again = self.player(0)
                room = again.do(name, cmd_id="lost " + name, **data)["roomId"]
                again.until(lambda p=again, r=room: r in p.views)
                again.do("room:leave", roomId=room)

    def test_who_sends_too_much_is_told_first_and_closed_when_he_goes_on(self):
        limit = 4
        with Server("--set", "auth.bcrypt_cost=4", "--set", f"limits.socket_per_2s={limit}") as server:
            player = Player(server, server.make_account("hasty", "user"))
            self.addCleanup(player.close)

            def send(count):
                numbers = range(player.ids + 1, player.ids + 1 + count)
                player.ids += count
                player.send(*({"t": "cmd", "id": number, "name": "lobby:mine", "data": {}} for number in numbers))
                return numbers

            numbers = send(3 * limit - 1)
            player.until(lambda: all(number in player.acks for number in numbers))
            codes = [player.acks[number].get("code", "ok") for number in numbers]
            self.assertEqual(["ok"] * limit + ["TOO_MANY_REQUESTS"] * (2 * limit - 1), codes)
            self.assertEqual(1, player.acks[numbers[-1]]["retryAfter"])
            end = time.monotonic() + 10
            time.sleep(0.5)
            while not player.ask("lobby:mine")["ok"]:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.5)
            send(10 * limit)
            with self.assertRaises(Closed) as closed:
                player.until(lambda: False)
            self.assertEqual(1008, closed.exception.args[0])

    def test_who_is_banned_is_put_out_and_stays_out(self):
        moderator = self.server.make_account("moderator", "user")
        self.server.command("user", "grant", "moderator", "moderator", "--platform")
        token = self.server.make_account("rowdy", "user")
        rowdy = Player(self.server, token)
        self.open.append(rowdy)
        room = rowdy.do("room:create", players=5)["roomId"]
        idle = Player(self.server, token)
        self.addCleanup(idle.close)
        mine = rowdy.views[room]["you"]["userId"]
        restrict = f"/api/v1/avalon/moderation/players/{mine}/restrictions"
        status, _, body = self.server.request("POST", restrict, {"kind": "MUTE", "hours": 1, "reason": "shouting"}, token=moderator)
        self.assertEqual(201, status, body)
        end = time.monotonic() + 10
        while (answer := rowdy.ask("room:chat", roomId=room, text="still here"))["ok"]:
            self.assertLess(time.monotonic(), end)
            time.sleep(2.1)  # five messages in ten seconds are allowed
        self.assertEqual("MUTED", answer["code"])
        status, _, body = self.server.request("POST", restrict, {"kind": "BAN", "hours": None, "reason": "again"}, token=moderator)
        self.assertEqual(201, status, body)
        rowdy.until(lambda: ("room:closed", {"roomId": room, "reason": "banned"}) in rowdy.events)
        rowdy.views.clear()
        for player in (rowdy, idle):
            self.assertEqual("BANNED", player.ask("room:create", players=5)["code"])
        with self.assertRaises(Refused) as refused:
            Player(self.server, token)
        self.assertEqual("BANNED", str(refused.exception))

    def test_private_rooms_are_in_no_list(self):
        host, guest = self.players(2)
        made = host.do("room:create", players=5)
        self.assertNotIn(made["roomId"], [room["roomId"] for room in guest.do("lobby:list")["rooms"]])
        status, _, body = self.server.request("GET", "/api/v1/avalon/rooms", token=self.tokens[1])
        self.assertEqual(200, status)
        self.assertNotIn(made["roomId"], [room["roomId"] for room in body["data"]["rooms"]])

    def test_bots_fill_the_table_and_play(self):
        host = self.player(0)
        room = host.do("room:create", players=7)["roomId"]
        for number in range(1, 7):
            host.do("room:bot", roomId=room, player=number, strength=("easy", "normal", "hard")[number % 3])
        host.do("game:ready", roomId=room, random=random_bytes())
        host.do("room:start", roomId=room)
        end = time.monotonic() + 60
        while (host.views[room]["game"] or {}).get("phase") != "end":
            self.assertLess(time.monotonic(), end)
            game = host.views[room]["game"]
            if game and game["actions"]:
                table = Table.__new__(Table)
                table.room = room
                answer_to = game["actions"][0]
                table._act(host, game, answer_to, True)
            else:
                host.take()

    def test_spectators_see_late_and_not_more(self):
        players = self.players(5)
        table = Table(players, spectators={"allowed": True, "delay": 2})
        watcher = self.player(5)
        watcher.do("room:join", code=table.code, **{"as": "spectator"})
        watcher.until(lambda: table.room in watcher.views)
        self.assertTrue(watcher.views[table.room]["you"]["spectator"])
        self.assertNotIn("link", watcher.views[table.room]["room"])
        table.start()
        started = time.monotonic()
        players[0].do("room:chat", roomId=table.room, text="hello")
        watcher.do("room:chat", roomId=table.room, text="who is evil?")
        self.assertIsNone(watcher.views[table.room]["game"])
        self.assertEqual([], [m for m in watcher.views[table.room]["chat"] if m["channel"] == "players"])
        watcher.until(lambda: watcher.views[table.room]["game"] is not None)
        self.assertGreater(time.monotonic() - started, 1.5)
        self.assertTrue(all(not seat.get("role") for seat in watcher.views[table.room]["game"]["seats"]))
        watcher.until(lambda: any(m["text"] == "hello" for m in watcher.views[table.room]["chat"]))
        players[0].ask("lobby:mine")
        self.assertEqual(["hello"], [m["text"] for m in players[0].views[table.room]["chat"]])
        self.assertEqual("FORBIDDEN", watcher.ask("game:vote", roomId=table.room, approve=True)["code"])

    def test_who_was_put_out_stays_out_until_the_next_game(self):
        table = Table(self.players(5))
        host, player = table.players[0], table.players[4]
        watcher = self.player(5)
        watcher.do("room:join", code=table.code, **{"as": "spectator"})
        host.until(lambda: host.views[table.room]["you"]["watchers"])
        self.assertEqual([], host.views[table.room]["you"]["removed"])
        self.assertIsNone(table.players[1].views[table.room]["you"]["watchers"], "names for the host alone")
        watcher.until(lambda: table.room in watcher.views)
        ids = {"watcher": host.views[table.room]["you"]["watchers"][0]["userId"], "player": player.views[table.room]["you"]["userId"]}
        self.assertEqual(ids["watcher"], watcher.views[table.room]["you"]["userId"])
        for who in ids.values():
            host.do("room:kick", roomId=table.room, userId=who)
        for one in (watcher, player):
            one.until(lambda o=one: ("room:closed", {"roomId": table.room, "reason": "kicked"}) in o.events)
            for way in ({"code": table.code}, {"link": table.link}, {"roomId": table.room}):
                for capacity in ("player", "spectator"):
                    answer = one.ask("room:join", **way, **{"as": capacity})
                    self.assertEqual((False, "NOT_ADMITTED"), (answer["ok"], answer.get("code")))
                    self.assertIn("The host removed you", answer["message"])
        self.assertEqual("NOT_ADMITTED", player.ask("room:resume", roomId=table.room)["code"])
        host.until(lambda: len(host.views[table.room]["you"]["removed"]) == 2)
        self.assertEqual("FORBIDDEN", table.players[1].ask("room:readmit", roomId=table.room, userId=ids["player"])["code"])
        # It lasts over a crash; the host takes it back for one.
        self.server.kill()
        self.server.start()
        host, player, watcher = (self.player(number) for number in (0, 4, 5))
        self.assertEqual("NOT_ADMITTED", player.ask("room:join", code=table.code)["code"])
        host.do("room:resume", roomId=table.room)
        host.until(lambda: table.room in host.views)
        host.do("room:readmit", roomId=table.room, userId=ids["player"])
        player.do("room:join", code=table.code)
        self.assertEqual("NOT_ADMITTED", watcher.ask("room:join", code=table.code, **{"as": "spectator"})["code"])
        # The next game is open to the other again.
        table.players = [host, *(self.player(number) for number in (1, 2, 3)), player]
        for one in table.players[1:4]:
            one.do("room:resume", roomId=table.room)
        for one in table.players:
            one.until(lambda o=one: table.room in o.views)
        table.start()
        self.assertEqual("NOT_ADMITTED", watcher.ask("room:join", code=table.code, **{"as": "spectator"})["code"])
        table.play_to_end()
        for one in table.players[:3]:
            one.do("room:rematch", roomId=table.room)
        watcher.do("room:join", code=table.code, **{"as": "spectator"})
        host.until(lambda: host.views[table.room]["you"]["removed"] == [])

    def test_who_may_come_in(self):
        with self.assertRaises(Refused) as refused:
            Player(self.server, "")
        self.assertEqual("UNAUTHENTICATED", str(refused.exception))
        with self.assertRaises(Refused):
            Player(self.server, self.tokens[0][:-4] + "AAAA")

    def test_quick_match(self):
        players = self.players(5)
        for player in players:
            player.do("queue:join", players=5)
        matches = {}
        for player in players:
            player.until(lambda p=player: any(name == "queue:match" for name, _ in p.events))
            matches[player] = next(data for name, data in player.events if name == "queue:match")
        for player in players:
            player.do("queue:accept", matchId=matches[player]["matchId"], random=random_bytes())
        for player in players:
            player.until(lambda p=player: any(view["game"] for view in p.views.values()))
            self.assertEqual("reveal", next(iter(player.views.values()))["game"]["phase"])


if __name__ == "__main__":
    unittest.main()
