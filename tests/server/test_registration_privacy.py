"""Who sees sensitive answers in full: who gave them; an organiser with the right to, and then an audit row says so. Nobody writes a mask back."""

import os
import sqlite3
import unittest

from registration_client import CARD, PASSWORD, Client, Stage, card_of

PLACE = {"key": "place", "type": "text", "label": {"zh": "城市", "en": "City"}}
PHONE = {"key": "emergency", "type": "text", "label": {"zh": "紧急电话", "en": "Emergency"}, "sensitive": True}
CARD_NUMBER, PHONE_NUMBER = card_of("19800101", 11), "13812345678"
MASKED_CARD, MASKED_PHONE = "110***********" + CARD_NUMBER[-4:], "138******78"
FULL = {"card": CARD_NUMBER, "emergency": PHONE_NUMBER, "place": "杭州"}


class Privacy(Stage, unittest.TestCase):
    def setUp(self):
        self.event, (self.division,) = self.publish()
        for stage in ("team", "team?stage=after_approval"):
            self.organiser.must("PUT", f"/organiser/events/{self.event}/forms/{stage}", {"fields": [CARD, PHONE, PLACE]})
        self.team = self.people[0].must("POST", f"/events/{self.event}/teams", {
            "division": self.division, "name": f"猎豹 {self.events}", "answers": FULL, "member": {"name": "队长", "consent": True}})["id"]
        code = self.people[0].must("POST", f"/teams/{self.team}/invites", {})["code"]
        self.people[1].must("POST", "/invites/join", {"code": code, "name": "队员", "consent": True})
        self.path = f"/teams/{self.team}"
        self.late = self.path + "/forms/after-approval"

    def holding(self, role):
        """Somebody with this role in the event."""
        name = f"{role}-{self.events}"
        status, text = self.server.cli("user", "create", name, "--role", "user", "--password-stdin", stdin=PASSWORD + "\n")
        self.assertEqual(status, 0, text)
        self.organiser.must("POST", f"/organiser/events/{self.event}/grants", {"user": name, "role": role})
        return Client(self.server.port).sign_in(name)

    def looks(self):
        with sqlite3.connect(os.path.join(self.server.data, "roundtable.db")) as store:
            return store.execute("SELECT count(*) FROM audit WHERE action = 'answers.view'").fetchone()[0]

    def masked(self, answers):
        self.assertEqual(answers, {"card": MASKED_CARD, "emergency": MASKED_PHONE, "place": "杭州"})

    def test_a_only_the_captain_sees_the_teams_sensitive_answers(self):
        self.assertEqual(self.people[0].must("GET", self.path)["answers"], FULL)
        for who in (self.people[1], self.organiser, self.holding("viewer"), self.holding("manager")):
            seen = who.must("GET", self.path)
            self.masked(seen["answers"])
            self.assertTrue(seen["answers_masked"])

    def test_b_an_organisers_edit_writes_no_mask_back(self):
        def edit(answers):
            rev = self.organiser.must("GET", self.path)["rev"]
            status, answer = self.organiser.call("PATCH", self.path, {"answers": answers}, {"If-Match": f'"{rev}"'})
            self.assertEqual(status, 200, answer)
            self.assertNotIn(CARD_NUMBER, str(answer))
            return self.people[0].must("GET", self.path)["answers"]

        self.assertEqual(edit({**self.organiser.must("GET", self.path)["answers"], "place": "宁波"}), {**FULL, "place": "宁波"})
        self.assertEqual(edit({"place": "绍兴"}), {**FULL, "place": "绍兴"})
        self.assertEqual(edit({"emergency": "13900000000"}), {"card": CARD_NUMBER, "emergency": "13900000000"})

    def test_c_answers_after_approval_are_looked_at_with_the_right_and_on_the_record(self):
        self.people[0].must("POST", f"{self.path}/submit", {})
        self.people[0].must("PUT", self.late, {"answers": FULL})
        before = self.looks()
        self.assertEqual(self.people[0].must("GET", self.late)["answers"], FULL)
        token = self.organiser.must("POST", "/me/tokens", {"name": "edit", "permissions": ["event.view", "reg.view", "reg.edit"], "event": self.event, "expires_in_days": 1, "password": PASSWORD})
        editor = Client(self.server.port, token["token"])
        self.masked(editor.must("GET", self.late)["answers"])
        self.assertEqual(self.looks(), before)
        self.assertEqual(self.organiser.must("GET", self.late)["answers"], FULL)
        self.assertEqual(self.looks(), before + 1)
        shown = editor.must("PUT", self.late, {"answers": {"card": MASKED_CARD, "emergency": "13900000000"}})
        self.assertNotIn(CARD_NUMBER, str(shown))
        self.assertEqual(self.people[0].must("GET", self.late)["answers"], {"card": CARD_NUMBER, "emergency": "13900000000"})


if __name__ == "__main__":
    unittest.main()
