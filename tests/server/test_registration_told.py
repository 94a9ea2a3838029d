"""Who is told of what others decided: in the inbox, in both languages, with a link to where it is answered."""

import time
import unittest

from registration_client import CARD, PATIENCE_S, SIGNATURE, Client, Stage, card_of


class Told(Stage, unittest.TestCase):
    def publish(self, **more):
        self.event, (self.division,) = super().publish(sub_max=1, **more)

    def found(self, answers=None):
        member = {"name": "队长", "consent": True, **({"answers": answers} if answers else {})}
        team = self.people[0].must("POST", f"/events/{self.event}/teams", {"division": self.division, "name": f"猎豹 {self.events}", "member": member})
        return team["id"]

    def join(self, team, who, role="PLAYER", answers=None):
        code = self.people[0].must("POST", f"/teams/{team}/invites", {"role": role})["code"]
        body = {"code": code, "name": f"队员{who}", "consent": True, **({"answers": answers} if answers else {})}
        self.people[who].must("POST", "/invites/join", body)

    def members(self, team):
        return self.people[0].must("GET", f"/teams/{team}")["members"]

    def message(self, who, kind, language="zh-CN"):
        """The message of this kind about the event; many are told of something within seconds."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = [one for one in who.must("GET", "/me/inbox?limit=100", headers={"Accept-Language": language})
                     if one["kind"] == kind and one["event"]["id"] == self.event]
            if found:
                self.assertEqual(len(found), 1, found)
                return found[0]
            time.sleep(0.2)
        raise AssertionError(f"nobody was told: {kind}")

    def kinds(self, who):
        return [one["kind"] for one in who.must("GET", "/me/inbox?limit=100") if one["event"]["id"] == self.event]

    def test_a_new_captain_is_told(self):
        self.publish()
        team = self.found()
        self.join(team, 1)
        member = next(one["id"] for one in self.members(team) if one["role"] != "CAPTAIN")
        self.people[0].must("POST", f"/teams/{team}/handover", {"member": member})
        told = self.message(self.people[1], "handed_over")
        self.assertIn("您现在是", told["title"])
        self.assertEqual(told["link"], f"/teams/{team}")
        self.assertIn("You are now the captain", self.message(self.people[1], "handed_over", "en")["title"])
        self.assertNotIn("handed_over", self.kinds(self.people[0]))

    def test_b_a_wish_to_cancel_reaches_the_organiser_and_its_refusal_the_captain(self):
        self.publish(cancel_policy="REQUEST")
        team = self.found()
        registration = self.people[0].must("POST", f"/teams/{team}/submit", {})["id"]
        self.message(self.people[0], "confirmed")
        self.people[0].must("POST", f"/registrations/{registration}/cancel", {"reason": "撞期"})
        asked = self.message(self.organiser, "cancel_requested")
        self.assertIn("撞期", asked["body"])
        self.assertTrue(asked["body"].endswith("请处理。"), "the link is beside the text: " + asked["body"])
        self.assertEqual(asked["link"], f"/admin/registrations/{registration}")
        self.organiser.must("POST", f"/organiser/registrations/{registration}/cancel-decision", {"action": "REFUSE", "reason": "已印号码布"})
        refused = self.message(self.people[0], "cancel_refused")
        self.assertIn("已印号码布", refused["body"])
        # Not a second "you have a place".
        self.assertEqual(self.kinds(self.people[0]).count("confirmed"), 1)

    def test_c_a_substitution_after_the_lock_is_asked_and_answered(self):
        self.publish()
        team = self.found()
        self.join(team, 1)
        self.join(team, 2, "SUBSTITUTE")
        registration = self.people[0].must("POST", f"/teams/{team}/submit", {})
        status, answer = self.change(self.event, roster_lock_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60)))
        self.assertEqual(status, 200, answer)
        role = {one["role"]: one["id"] for one in self.members(team) if one["role"] != "CAPTAIN"}
        wish = self.people[0].must("POST", f"/teams/{team}/substitutions", {"out": role["PLAYER"], "in": role["SUBSTITUTE"]})
        self.assertEqual(wish["state"], "REQUESTED")
        asked = self.message(self.organiser, "substitution_requested")
        self.assertIn(str(registration["friendly_no"]), asked["body"])
        self.assertEqual(asked["link"], f"/admin/events/{self.event}/substitutions")
        self.organiser.must("POST", f"/organiser/teams/{team}/substitutions/{wish['id']}/reject", {"reason": "太晚了"})
        answered = self.message(self.people[0], "substitution_answered")
        self.assertIn("未通过", answered["title"])
        self.assertIn("太晚了", answered["body"])

    def test_d_the_captain_hears_what_a_guardian_answered(self):
        self.publish(member_fields=[CARD], guardian_under_age=14)
        team = self.found({"card": card_of("19900101", 11)})
        self.join(team, 1, answers={"card": card_of(f"{time.gmtime().tm_year - 10}0101", 12)})
        child = next(one["id"] for one in self.members(team) if one["role"] != "CAPTAIN")
        link = self.people[0].must("POST", f"/teams/{team}/members/{child}/guardian-link", {})
        Client(self.server.port).must("POST", "/guardian/answer", {
            "token": link["url"].split("#")[1], "answer": "REFUSE", "name": "母亲", "relation": "MOTHER", "signature": SIGNATURE})
        for who in self.people[:2]:
            self.assertIn("未同意", self.message(who, "guardian_answered")["title"])

    def test_e_organisers_and_captain_read_their_own_words_of_a_team_that_lacks_somebody(self):
        self.publish(team_min=2)
        team = self.found()
        self.join(team, 1)
        registration = self.people[0].must("POST", f"/teams/{team}/submit", {})["id"]
        self.people[1].must("POST", f"/teams/{team}/leave", {})
        self.assertEqual(self.message(self.people[0], "deficient")["link"], f"/teams/{team}")
        seen = self.message(self.organiser, "team_deficient")
        self.assertEqual(seen["link"], f"/admin/registrations/{registration}")
        self.assertNotIn("deficient", self.kinds(self.organiser))


if __name__ == "__main__":
    unittest.main()
