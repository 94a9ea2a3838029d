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

    def test_f_the_captain_hears_who_answered_an_invitation_in_words_of_his_own(self):
        self.publish()
        team = self.found()
        for who, answer, body in ((1, "decline", {}), (2, "accept", {"name": "韩梅梅", "consent": True})):
            self.people[0].must("POST", f"/teams/{team}/invites", {"kind": "DIRECT", "target": f"person{who}"})
            mine = next(one for one in self.people[who].must("GET", "/me/invitations") if one["event"]["id"] == self.event)
            self.people[who].must("POST", f"/me/invitations/{mine['id']}/{answer}", body)
        declined = self.message(self.people[0], "invitation_declined")
        self.assertIn("谢绝", declined["title"])
        self.assertIn("邀请", declined["body"])
        self.assertRegex(declined["title"], "^(person1|队员1) ")
        self.assertIn("has declined your invitation", self.message(self.people[0], "invitation_declined", "en")["title"])
        accepted = self.message(self.people[0], "invitation_accepted")
        self.assertIn("韩梅梅", accepted["title"])
        self.assertIn("韩梅梅", self.message(self.people[0], "invitation_accepted", "en")["body"])
        self.assertNotIn("join_answered", self.kinds(self.people[0]))

    def test_g_who_asks_to_join_hears_the_captains_answer(self):
        self.publish()
        team = self.found()
        rev = self.people[0].must("GET", f"/teams/{team}")["rev"]
        self.people[0].must("PATCH", f"/teams/{team}", {"join_policy": "APPROVAL"}, {"If-Match": f'"{rev}"'})
        for who, answer in ((1, "reject"), (2, "approve")):
            self.join(team, who)
            asks = self.people[0].must("GET", f"/teams/{team}")["pending"][0]["id"]
            self.people[0].must("POST", f"/teams/{team}/members/{asks}/{answer}", {})
        self.assertIn("谢绝", self.message(self.people[1], "join_answered")["body"])
        self.assertIn("同意", self.message(self.people[2], "join_answered")["body"])
        self.assertNotIn("join_answered", self.kinds(self.people[0]))

    def test_h_an_organiser_corrects_the_number_of_a_minor_whose_guardian_agreed(self):
        self.publish(member_fields=[CARD], guardian_under_age=14)
        team = self.found({"card": card_of("19900101", 21)})
        born = f"{time.gmtime().tm_year - 10}0101"
        self.join(team, 1, answers={"card": card_of(born, 22)})
        child = next(one["id"] for one in self.members(team) if one["role"] != "CAPTAIN")
        link = self.people[0].must("POST", f"/teams/{team}/members/{child}/guardian-link", {})
        Client(self.server.port).must("POST", "/guardian/answer", {
            "token": link["url"].split("#")[1], "answer": "GRANT", "name": "母亲", "relation": "MOTHER", "signature": SIGNATURE})
        state = lambda: next(one["guardian_state"] for one in self.members(team) if one["id"] == child)
        self.assertEqual(state(), "GRANTED")
        self.organiser.must("PATCH", f"/organiser/teams/{team}/members/{child}/answers", {"answers": {"card": card_of(born, 23)}, "reason": "笔误"})
        self.assertEqual(state(), "REQUIRED")
        self.assertIn("重新同意", self.message(self.people[1], "guardian_again")["title"])
        # The manager himself still withdraws, a stranger does not.
        path = f"/teams/{team}/members/{child}/consents/GUARDIAN/withdraw"
        self.assertEqual(self.organiser.call("POST", path, {})[0], 404)

    def test_i_a_lottery_tells_that_one_is_in_it_and_what_came_of_it(self):
        self.publish(admission="LOTTERY", quota_teams=1)
        first = self.found()
        second = self.people[1].must("POST", f"/events/{self.event}/teams", {
            "division": self.division, "name": f"白鹭 {self.events}", "member": {"name": "乙", "consent": True}})["id"]
        for who, team in enumerate((first, second)):
            self.people[who].must("POST", f"/teams/{team}/submit", {})
            self.assertIn("抽签", self.message(self.people[who], "pooled")["title"])
        self.assertEqual(self.change(self.event, reg_close=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1)))[0], 200)
        deadline = time.monotonic() + PATIENCE_S
        # The lottery itself is made by a job, a moment after the publishing.
        while self.organiser.call("POST", f"/organiser/events/{self.event}/lottery/draw", {})[0] != 202:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        while True:
            lost = [who for who in self.people[:2] if "not_drawn" in self.kinds(who)]
            if lost or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self.assertEqual(len(lost), 1)
        self.assertIn("未中签", self.message(lost[0], "not_drawn")["body"])
        self.assertNotIn("rejected", self.kinds(lost[0]))
        team = first if lost[0] is self.people[0] else second
        reason = lambda language: lost[0].must("GET", f"/teams/{team}", headers={"Accept-Language": language})["registration"]["decision_reason"]
        self.assertEqual((reason("zh-CN"), reason("en")), ("抽签未中", "Not drawn in the lottery"))

    def test_j_the_whole_team_hears_of_its_place_and_its_end(self):
        self.publish()
        team = self.found()
        self.join(team, 1)
        registration = self.people[0].must("POST", f"/teams/{team}/submit", {})["id"]
        for who in self.people[:2]:
            self.assertIn("报名成功", self.message(who, "confirmed")["title"])
        self.people[0].must("POST", f"/registrations/{registration}/cancel", {})
        self.message(self.people[1], "cancelled")
        self.assertNotIn("cancelled", self.kinds(self.people[0]))
        self.assertNotIn("confirmed", self.kinds(self.people[2]))
        self.people[0].must("POST", f"/teams/{team}/disband", {})
        self.assertIn("解散", self.message(self.people[1], "disbanded")["title"])
        self.assertNotIn("disbanded", self.kinds(self.people[0]))

    def test_k_who_must_repair_a_team_reads_until_when(self):
        self.publish(team_min=2)
        team = self.found()
        self.join(team, 1)
        self.people[0].must("POST", f"/teams/{team}/submit", {})
        self.people[1].must("POST", f"/teams/{team}/leave", {})
        told = self.message(self.people[0], "deficient")
        until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 80 * 3600))
        self.assertIn(until, told["body"])


if __name__ == "__main__":
    unittest.main()
