"""The hall of Avalon in the real binary: a profile that lasts, a moderator by grant, and the end of an account."""

import unittest

from binary import Server


class Hall(unittest.TestCase):
    def setUp(self):
        self.server = Server("--set", "auth.bcrypt_cost=4")
        self.server.start()
        self.addCleanup(self.server.end_well)

    def call(self, method, path, token, body=None, want=200, headers=None):
        status, _, answer = self.server.request(method, "/api/v1/avalon" + path, body, token=token, headers=headers or {})
        self.assertEqual(status, want, answer)
        return answer["data"] if isinstance(answer, dict) and "data" in answer else answer

    def test_profile_and_moderation_last(self):
        ann, bob, mod = (self.server.make_account(name, "user") for name in ("ann.real", "bob.real", "mod.real"))
        mine = self.call("GET", "/profile", ann)
        self.call("PATCH", "/profile", ann, {"nickname": "湖中仙", "avatar": "owl"}, headers={"If-Match": f'"{mine["rev"]}"'})
        me = mine["id"]
        seen = self.call("GET", f"/players/{me}", bob)
        self.assertEqual((seen["nickname"], seen["avatar"]), ("湖中仙", "owl"))
        self.assertNotIn("ann.real", str(seen))
        self.call("POST", "/reports", bob, {"player": me, "kind": "nickname"}, 201)
        self.call("GET", "/moderation/reports", mod, want=403)
        self.server.command("user", "grant", "mod.real", "moderator", "--platform")
        report = self.call("GET", "/moderation/reports", mod)[0]
        self.assertEqual(report["subject"]["nickname"], "湖中仙")
        self.call("POST", f"/moderation/players/{me}/restrictions", mod, {"kind": "MUTE", "hours": 1, "reason": "shouting"}, 201)
        self.call("POST", f"/moderation/players/{me}/restrictions", mod, {"kind": "BAN", "hours": None, "reason": "cheating"}, 201)
        self.server.stop()
        self.server.start()
        again = self.call("GET", "/profile", ann)
        self.assertEqual((again["nickname"], again["muted"], again["banned"], again["banned_until"]), ("湖中仙", True, True, None))
        self.call("POST", "/reports", ann, {"player": report["reporter"]["id"], "kind": "spam"}, 403)
        # Games that were never played are nobody's.
        self.assertEqual(self.call("GET", "/games", ann), [])
        self.assertEqual(self.call("GET", "/leaderboard", None), [])

    def test_an_export_has_the_game(self):
        ann = self.server.make_account("ann.real", "user")
        self.call("PATCH", "/profile", ann, {"nickname": "晨星"}, headers={"If-Match": '"0"'})
        status, _, answer = self.server.request("GET", "/api/v1/me/export", token=ann)
        self.assertEqual(status, 200, answer)
        self.assertIn("晨星", str(answer))


if __name__ == "__main__":
    unittest.main()
