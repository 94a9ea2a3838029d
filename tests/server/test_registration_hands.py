"""What an organiser's hand does to registrations that are there: a limit made late, a reopening, a return, and a review that begins anew."""

import time
import unittest

from registration_client import PATIENCE_S, Stage

SHIRT = {"key": "shirt", "type": "single", "label": {"zh": "衣服", "en": "Shirt"}, "required": True,
         "options": [{"id": "M", "label": {"zh": "中"}}, {"id": "XL", "label": {"zh": "特大"}}]}


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


class Desk(Stage):
    def found(self, who, event, division, **member):
        body = {"division": division, "name": f"{who} {event}", "member": {"name": f"队员{who}", "consent": True, **member}}
        return self.people[who].must("POST", f"/events/{event}/teams", body)["id"]

    def submit(self, who, team):
        return self.people[who].must("POST", f"/teams/{team}/submit", {})["id"]

    def told(self, registration):
        return self.organiser.must("GET", f"/organiser/registrations/{registration}")

    def review(self, registration, action):
        rev = self.told(registration)["rev"]
        self.organiser.must("POST", f"/organiser/registrations/{registration}/review", {"action": action, "reason": "x"}, {"If-Match": f'"{rev}"'})

    def code_of(self, answer, code):
        self.assertEqual(answer[1].get("code") if answer[0] >= 300 else answer[0], code, str(answer[1])[:300])


class Hands(Desk, unittest.TestCase):
    def test_a_an_option_that_becomes_scarce_while_a_team_waits_for_it_stops_nobody(self):
        event, (division,) = self.publish(1, [SHIRT], quota_teams=1, waitlist_enabled=True, promotion="AUTO")
        sizes = ("M", "XL", "M")
        registrations = [self.submit(who, self.found(who, event, division, answers={"shirt": size})) for who, size in enumerate(sizes)]
        states = lambda: [self.told(one)["state"] for one in registrations]
        self.assertEqual(states(), ["CONFIRMED", "WAITLISTED", "WAITLISTED"])
        option = {"form": "member", "field": "shirt", "option": "XL"}
        self.organiser.must("POST", f"/organiser/events/{event}/quotas", {"option": option, "cap": 0})
        self.code_of(self.people[0].call("POST", f"/registrations/{registrations[0]}/cancel", {}), 200)
        self.assertEqual(states(), ["CANCELLED", "WAITLISTED", "CONFIRMED"])
        self.code_of(self.change(event, quota_teams=5), 200)
        self.assertEqual(states(), ["CANCELLED", "WAITLISTED", "CONFIRMED"])

    def test_b_what_is_reopened_after_the_close_is_told_and_can_be_submitted(self):
        event, (division,) = self.publish(1)
        team = self.found(0, event, division)
        registration = self.submit(0, team)
        self.people[0].must("POST", f"/registrations/{registration}/cancel", {})
        self.code_of(self.change(event, reg_close=stamp(-1)), 200)
        self.code_of(self.people[0].call("POST", f"/teams/{team}/submit", {}), "EVENT_NOT_OPEN")
        rev = self.told(registration)["rev"]
        self.organiser.must("POST", f"/organiser/registrations/{registration}/reopen", {"reason": "误操作"}, {"If-Match": f'"{rev}"'})
        for language, title in (("zh-CN", "报名已重新开放"), ("en", "Your registration was reopened")):
            inbox = self.people[0].must("GET", "/me/inbox?limit=100", headers={"Accept-Language": language})
            told = [one for one in inbox if one["kind"] == "reopened" and one["event"]["id"] == event]
            self.assertEqual(len(told), 1)
            self.assertIn(title, told[0]["title"])
            self.assertIn("误操作", told[0]["body"])
        seen = self.people[0].must("GET", f"/teams/{team}")
        self.assertEqual(seen["registration"]["clock"]["kind"], "draft")
        self.assertLessEqual({"edit", "submit"}, set(seen["may"]))
        self.people[0].must("PUT", f"/teams/{team}/members/me", {"name": "改正"})
        self.code_of(self.people[0].call("POST", f"/teams/{team}/submit", {}), 201)
        self.assertEqual(self.told(registration)["state"], "CONFIRMED")

    def test_c_the_organiser_hands_in_what_he_returned(self):
        event, (division,) = self.publish(1, review_stages=1)
        registration = self.submit(0, self.found(0, event, division))
        self.review(registration, "RETURN")
        self.assertIn("resubmit", self.told(registration)["actions"])
        self.code_of(self.people[1].call("POST", f"/registrations/{registration}/resubmit", {}), "NOT_FOUND")
        self.code_of(self.organiser.call("POST", f"/registrations/{registration}/resubmit", {}), 200)
        self.assertEqual(self.told(registration)["state"], "IN_REVIEW")

    def test_d_an_edit_is_no_way_round_the_policy_of_cancelling(self):
        for policy, word, code, state in (("NONE", None, "FORBIDDEN", "IN_REVIEW"), ("REQUEST", "request_cancel", 200, "CANCEL_REQUESTED"),
                                          ("SELF", "cancel", 200, "CANCELLED")):
            with self.subTest(policy):
                event, (division,) = self.publish(1, review_stages=1, reset_review_on_edit=True, cancel_policy=policy)
                team = self.found(0, event, division)
                registration = self.submit(0, team)
                self.review(registration, "APPROVE")
                self.people[0].must("PUT", f"/teams/{team}/members/me", {"name": "改名"})
                self.assertEqual(self.told(registration)["state"], "IN_REVIEW")
                actions = self.people[0].must("GET", f"/teams/{team}")["registration"]["actions"]
                self.assertEqual(actions, [word] if word else [])
                self.code_of(self.people[0].call("POST", f"/registrations/{registration}/withdraw", {}), code)
                self.assertEqual(self.told(registration)["state"], state)

    def test_e_while_an_event_is_paused_no_clock_is_shown(self):
        event, (division,) = self.publish(1, review_stages=1)
        team = self.found(0, event, division)
        self.review(self.submit(0, team), "RETURN")
        clock = lambda: self.people[0].must("GET", f"/teams/{team}")["registration"]["clock"]
        before = clock()["until"]
        self.organiser.must("POST", f"/organiser/events/{event}/pause", {})
        self.assertIsNone(clock())
        time.sleep(0.01)
        self.organiser.must("POST", f"/organiser/events/{event}/resume", {})
        self.assertGreater(clock()["until"], before)


class Lines(Desk, unittest.TestCase):
    PEOPLE = 8

    def test_a_the_twenty_first_line_is_served_to_its_end_however_many_others_wait(self):
        waiting = lambda: self.publish(1, quota_teams=1, waitlist_enabled=True, promotion="AUTO", waitlist_policy="STRICT")
        for _ in range(20):
            event, (division,) = waiting()
            for who in range(2):
                self.submit(who, self.found(who, event, division))
        event, (division,) = waiting()
        registrations = [self.submit(who, self.found(who, event, division)) for who in range(8)]
        self.code_of(self.change(event, quota_teams=8), 200)
        deadline = time.monotonic() + PATIENCE_S
        while (states := {self.told(one)["state"] for one in registrations}) != {"CONFIRMED"}:
            self.assertLess(time.monotonic(), deadline, str(states))
            time.sleep(0.2)


if __name__ == "__main__":
    unittest.main()
