"""What players write and WeChat judges: the real binary against a WeChat that passes, refuses, errs, is late or wants another token."""

import time
import unittest

from avalon_client import Player, Table, random_bytes
from binary import Server
from fake_wechat import FakeWechat

CHECK = "/wxa/msg_sec_check"


class Texts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wechat = FakeWechat().__enter__()
        cls.server = Server(*cls.wechat.options(), "--set", "auth.bcrypt_cost=4", "--set", "avalon.rooms_per_user_max=100").__enter__()
        cls.tokens = [cls.sign_in(f"ok-p{number}") for number in range(5)]

    @classmethod
    def tearDownClass(cls):
        cls.wechat.silence.set()
        cls.server.end_well()
        cls.wechat.__exit__(None, None, None)

    @classmethod
    def sign_in(cls, code):
        status, _, body = cls.server.request("POST", "/api/v1/auth/wechat/mini", {"code": code, "app": "avalon"})
        if status == 422:
            status, _, body = cls.server.request("POST", "/api/v1/auth/wechat/mini", {"code": code})
        assert status in (200, 201), body
        return body["data"]["access_token"]

    def player(self, number):
        player = Player(self.server, self.tokens[number])
        self.addCleanup(player.close)
        return player

    def room(self, count=2):
        """Players of a new room, in its lobby."""
        players = [self.player(number) for number in range(count)]
        self.room_id = players[0].do("room:create", players=5)["roomId"]
        for player in players[1:]:
            player.do("room:join", roomId=self.room_id)
        for player in players:
            player.until(lambda p=player: self.room_id in p.views)
        return players

    def say(self, player, text):
        return player.ask("room:chat", roomId=self.room_id, text=text)

    def named(self, player, command, room_name, **data):
        """The acknowledgement of a command that names a room."""
        player.ids = number = player.ids + 1
        player.send({"t": "cmd", "id": number, "name": command, "data": {"cmdId": random_bytes(), "name": room_name, **data}})
        player.until(lambda: number in player.acks)
        return player.acks.pop(number)

    def heard(self, player):
        return [message["text"] for message in player.views[self.room_id]["chat"]]

    def asked_about(self, text):
        return [call for call in self.wechat.calls if call[0] == CHECK and call[2].get("content") == text]

    def chats(self, label):
        _, _, body = self.server.request("GET", "/metrics")
        for line in body.decode().splitlines():
            if line.startswith("avalon_chat") and f'"{label}"' in line:
                return int(float(line.split()[-1]))
        return 0

    def test_what_wechat_passes_is_heard_and_what_it_refuses_by_nobody(self):
        one, two = self.room()
        self.assertTrue(self.say(one, "hello table")["ok"])
        call, = self.asked_about("hello table")
        self.assertEqual({"version": 2, "scene": 2, "openid": "o-p0", "content": "hello table"}, call[2])
        refused = self.say(one, "rude words")
        self.assertEqual((False, "TEXT_REFUSED"), (refused["ok"], refused["code"]))
        self.assertTrue(self.say(two, "odd words, which people look at later")["ok"])
        for player in (one, two):
            player.until(lambda p=player: len(self.heard(p)) == 2)
            self.assertEqual(["hello table", "odd words, which people look at later"], self.heard(player))

    def test_what_nobody_can_judge_is_heard(self):
        for text in ("err 87014", "err 61010", "err 44991", "err -1", "nonsense", "garbage", "html", "empty", "list", "drop", "http500"):
            with self.subTest(text):
                one, two = self.room()
                before = self.chats("unchecked")
                self.assertTrue(self.say(one, text)["ok"])
                two.until(lambda: self.heard(two) == [text])
                self.assertEqual(before + 1, self.chats("unchecked"))
                self.assertTrue(self.say(two, "fine")["ok"])  # and the next one is well: five failures in a row open the breaker

    def test_a_late_verdict_holds_up_nothing_and_comes_too_late(self):
        players = self.room(5)
        table = Table.__new__(Table)
        table.players, table.room = players, self.room_id
        host, guest = players[:2]
        chat = guest.ids = guest.ids + 1
        guest.send({"t": "cmd", "id": chat, "name": "room:chat", "data": {"cmdId": "slow", "roomId": self.room_id, "text": "silence please"}})
        deadline = time.monotonic() + 10
        while not self.asked_about("silence please"):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        # A whole round of the room's work while WeChat thinks, by him who waits too.
        table.start()
        table.step()
        self.assertNotIn(chat, guest.acks)
        self.assertEqual([], self.heard(host))
        host.until(lambda: self.heard(host) == ["silence please"])
        guest.until(lambda: chat in guest.acks)
        self.assertTrue(guest.acks[chat]["ok"])
        self.wechat.silence.set()
        self.wechat.silence.clear()
        self.assertTrue(self.say(host, "and on")["ok"])
        self.assertEqual(["silence please", "and on"], self.heard(host))

    def test_a_stale_token_is_replaced_and_the_text_judged_by_the_new_one(self):
        one, two = self.room()
        self.assertTrue(self.say(one, "first")["ok"])
        # A token that was given a moment ago is not asked for again: then nobody can judge.
        self.wechat.bad_tokens.update(self.wechat.tokens)
        self.addCleanup(self.wechat.bad_tokens.clear)
        self.assertTrue(self.say(one, "rude, with a token that is none")["ok"])
        self.assertEqual(1, len(self.asked_about("rude, with a token that is none")))
        self.wechat.bad_tokens.clear()
        self.assertEqual("TEXT_REFUSED", self.say(two, "rude once more")["code"])

    def test_nicknames_wait_for_the_verdict(self):
        def rename(token, name):
            _, headers, _ = self.server.request("GET", "/api/v1/avalon/profile", token=token)
            answer = self.server.request("PATCH", "/api/v1/avalon/profile", {"nickname": name}, token=token, headers={"If-Match": headers["ETag"]})
            return answer[0], answer[2].get("code")

        self.assertEqual((200, None), rename(self.tokens[4], "Nimue"))
        self.assertEqual((422, "TEXT_REFUSED"), rename(self.tokens[4], "rude Nimue"))
        self.assertEqual((503, "UNAVAILABLE"), rename(self.tokens[4], "err 87014"))
        # Of who never came by WeChat it has nothing to say.
        self.assertEqual((200, None), rename(self.server.make_account("byname", "user"), "Vivian"))

    def test_names_of_rooms_are_looked_at(self):
        one = self.player(0)
        answer = self.named(one, "room:create", "rude room", players=5)
        self.assertEqual((False, "TEXT_REFUSED"), (answer["ok"], answer["code"]))
        made = self.named(one, "room:create", "a fine room", players=5)
        self.assertTrue(made["ok"])
        self.assertEqual(1, len(self.asked_about("a fine room")))
        self.assertEqual("TEXT_REFUSED", self.named(one, "room:setup", "rude again", roomId=made["roomId"])["code"])
        self.assertTrue(self.named(one, "room:setup", "err 87014", roomId=made["roomId"])["ok"])  # nobody can judge it
        # Who may not name the room asks WeChat nothing.
        two = self.player(1)
        two.do("room:join", roomId=made["roomId"])
        self.assertEqual("FORBIDDEN", self.named(two, "room:setup", "rude guest", roomId=made["roomId"])["code"])
        self.assertEqual([], self.asked_about("rude guest"))

    def test_neither_texts_nor_openids_are_logged(self):
        one, _ = self.room()
        self.say(one, "rude whisper 4711")
        self.say(one, "a whisper 4712")
        log = "".join(self.server.lines)
        for secret in ("whisper", "o-p0", *self.wechat.tokens):
            self.assertNotIn(secret, log)


if __name__ == "__main__":
    unittest.main()
