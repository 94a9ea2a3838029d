"""How a team comes by its place: the queue and the line, the code of a reserve, the draw, the windows of divisions, the caps of options."""

import concurrent.futures
import json
import os
import tempfile
import time
import unittest

from registration_client import Stage

HOTEL = {"key": "hotel", "type": "single", "label": {"zh": "住宿", "en": "Hotel"},
         "options": [{"id": "a", "label": {"zh": "甲"}}, {"id": "b", "label": {"zh": "乙"}}]}


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


class Places(Stage, unittest.TestCase):
    PEOPLE = 4

    def code_of(self, answer, code):
        self.assertEqual(answer[1].get("code") if answer[0] >= 300 else answer[0], code, str(answer[1])[:400])
        return answer[1].get("data") if answer[0] < 300 else answer[1]

    def try_found(self, who, event, division, **more):
        self.names = getattr(self, "names", 0) + 1
        body = {"division": division, "name": f"{event} {who} {self.names}", "member": {"name": f"队员{who}", "consent": True}, **more}
        return self.people[who].call("POST", f"/events/{event}/teams", body)

    def found(self, who, event, division, **more):
        return self.code_of(self.try_found(who, event, division, **more), 201)["id"]

    def submit(self, who, team, **body):
        return self.people[who].call("POST", f"/teams/{team}/submit", body)

    def enter(self, team, **body):
        return self.organiser.call("POST", f"/organiser/teams/{team}/submit", {"reason": "x", **body})

    def join(self, captain, team, who):
        code = self.people[captain].must("POST", f"/teams/{team}/invites", {})["code"]
        return self.people[who].call("POST", "/invites/join", {"code": code, "name": f"队员{who}", "consent": True})

    def leave(self, who, team):
        self.people[who].must("POST", f"/teams/{team}/leave", {})

    def state(self, who, team):
        return self.people[who].must("GET", f"/teams/{team}")["registration"]

    def decide(self, registration, action):
        rev = self.organiser.must("GET", f"/organiser/registrations/{registration}")["rev"]
        return self.organiser.call("POST", f"/organiser/registrations/{registration}/review", {"action": action, "reason": "x"}, {"If-Match": f'"{rev}"'})

    def reserve(self, event, division, **more):
        return self.organiser.must("POST", f"/organiser/events/{event}/reserves", {"division": division, "teams": 1, "note": "x", **more})["code"]

    def left(self, event):
        (one,) = self.organiser.must("GET", f"/organiser/events/{event}/reserves")
        return one["teams_left"], one["persons_left"]

    def change_division(self, event, division, **fields):
        seen = self.organiser.must("GET", f"/organiser/events/{event}")["divisions"]
        rev = next(one["rev"] for one in seen if one["id"] == division)
        self.organiser.must("PATCH", f"/organiser/divisions/{division}", fields, {"If-Match": f'"{rev}"'})

    def test_a_when_nothing_is_left_the_line_needs_no_pass(self):
        for hold in ("AT_SUBMIT", "AT_CREATE"):
            with self.subTest(hold):
                event, (division,) = self.publish(1, admission="RATE", quota_teams=0, waitlist_enabled=True, hold_policy=hold)
                team = self.found(0, event, division)
                self.assertEqual(self.code_of(self.submit(0, team), 201)["state"], "WAITLISTED")
        event, (division,) = self.publish(1, admission="RATE", quota_teams=0)
        self.code_of(self.submit(0, self.found(0, event, division)), "QUOTA_FULL")
        # A place is taken with a pass only.
        event, (division,) = self.publish(1, admission="RATE", quota_teams=1, waitlist_enabled=True)
        self.code_of(self.submit(0, self.found(0, event, division)), "ADMISSION_REQUIRED")

    def test_b_an_invited_team_is_founded_on_the_place_kept_for_it(self):
        event, (division,) = self.publish(1, quota_teams=1, hold_policy="AT_CREATE", review_stages=1)
        self.change_division(event, division, cap_persons=3)
        code = self.reserve(event, division, persons=2)
        self.assertEqual(self.left(event), (1, 2))
        self.code_of(self.try_found(0, event, division), "QUOTA_FULL")
        wrong = self.code_of(self.try_found(0, event, division, reserve_code="00000000"), "VALIDATION_FAILED")
        self.assertEqual(wrong["details"][0]["field"], "reserve_code")
        # Two come for one place.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda who: self.try_found(who, event, division, reserve_code=code), (0, 1)))
        self.assertEqual(sorted(answer[1].get("code", "") for answer in answers), ["", "QUOTA_FULL"])
        captain = 0 if answers[0][0] == 201 else 1
        team = answers[captain][1]["data"]["id"]
        self.assertEqual(self.left(event), (0, 1))
        # His member has the place that is kept for him, too; nobody else has.
        self.code_of(self.join(captain, team, 2), 201)
        self.assertEqual(self.left(event), (0, 0))
        # The code given again is the same place.
        self.assertEqual(self.code_of(self.submit(captain, team, reserve_code=code), 201)["state"], "IN_REVIEW")
        quotas = {one["unit"]: (one["held"], one["blocked"]) for one in self.organiser.must("GET", f"/organiser/events/{event}/quotas")}
        self.assertEqual(quotas, {"TEAM": (1, 0), "PERSON": (2, 0)})

    def test_c_a_code_is_for_where_the_place_is_taken(self):
        event, (division,) = self.publish(1, quota_teams=1)
        code = self.reserve(event, division)
        early = self.code_of(self.try_found(0, event, division, reserve_code=code), "VALIDATION_FAILED")
        self.assertEqual(early["details"][0]["field"], "reserve_code")

    def test_d_the_last_approval_takes_the_place_that_is_kept(self):
        event, (division,) = self.publish(1, quota_teams=1, hold_policy="AT_APPROVE", review_stages=1)
        code = self.reserve(event, division)
        teams = [self.found(who, event, division) for who in range(3)]
        plain = self.code_of(self.submit(0, teams[0]), 201)["id"]
        first = self.code_of(self.submit(1, teams[1], reserve_code=code), 201)["id"]
        self.code_of(self.submit(2, teams[2], reserve_code=code), "QUOTA_FULL")
        self.code_of(self.decide(plain, "APPROVE"), "QUOTA_FULL")
        # Who is rejected leaves the place to the next that has the code.
        self.code_of(self.decide(first, "REJECT"), 200)
        second = self.code_of(self.submit(2, teams[2], reserve_code=code), 201)["id"]
        self.code_of(self.decide(plain, "APPROVE"), "QUOTA_FULL")
        self.assertEqual(self.code_of(self.decide(second, "APPROVE"), 200)["state"], "CONFIRMED")
        self.assertEqual(self.left(event)[0], 0)

    def test_e_the_organiser_uses_a_code_as_well(self):
        event, (division,) = self.publish(1, quota_teams=1)
        code = self.reserve(event, division)
        team = self.found(0, event, division)
        self.code_of(self.enter(team), "QUOTA_FULL")
        wrong = self.code_of(self.enter(team, reserve_code="00000000"), "VALIDATION_FAILED")
        self.assertEqual(wrong["details"][0]["field"], "reserve_code")
        self.assertEqual(self.code_of(self.enter(team, reserve_code=code), 200)["state"], "CONFIRMED")

    def draw(self, event):
        self.organiser.must("POST", f"/organiser/events/{event}/lottery/draw", {})
        self.until(lambda: self.organiser.must("GET", f"/events/{event}/admission")["lottery"]["state"], lambda state: state == "DRAWN")
        file = self.organiser.must("GET", f"/events/{event}/lottery")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "lottery.json")
            with open(path, "w", encoding="utf-8") as out:
                json.dump(file, out)
            status, text = self.server.cli("lottery", "verify", path)
            self.assertEqual(status, 0, text)
        return dict(file["entries"])

    def prepared(self, event):
        self.until(lambda: self.organiser.must("GET", f"/events/{event}/admission"), lambda seen: "lottery" in seen or "ticket" in seen)

    def test_f_nobody_has_two_lots_in_a_draw(self):
        event, (division,) = self.publish(1, admission="LOTTERY", quota_teams=9, team_min=2)
        self.prepared(event)
        teams = [self.found(who, event, division) for who in range(2)]
        self.code_of(self.join(0, teams[0], 3), 201)
        lots = [self.code_of(self.submit(0, teams[0]), 201)]
        self.assertEqual(lots[0]["state"], "POOLED")
        self.leave(3, teams[0])
        self.code_of(self.join(1, teams[1], 3), 201)
        lots.append(self.code_of(self.submit(1, teams[1]), 201))
        self.code_of(self.change(event, reg_close=stamp(-1)), 200)
        drawn = self.draw(event)
        self.assertEqual(drawn, {lots[1]["id"]: "CONFIRMED"})
        out = self.state(0, teams[0])
        self.assertEqual(out["state"], "NOT_DRAWN")
        self.assertIn("人数或资料不齐", self.organiser.must("GET", f"/organiser/registrations/{lots[0]['id']}")["decision_reason"])

    def test_g_a_queue_is_open_as_long_as_one_division_is(self):
        event, (first, second) = self.publish(2, admission="RATE", admission_rate=50, quota_teams=9)
        self.change_division(event, second, reg_close=stamp(3600))
        self.code_of(self.change(event, reg_close=stamp(-1)), 200)
        self.prepared(event)
        self.code_of(self.try_found(0, event, first), "EVENT_NOT_OPEN")
        team = self.found(0, event, second)
        self.code_of(self.people[0].call("POST", f"/events/{event}/admission/ticket", {}), 201)
        self.until(lambda: self.people[0].must("GET", f"/events/{event}/admission")["ticket"]["state"], lambda state: state == "PASS")
        self.assertEqual(self.code_of(self.submit(0, team), 201)["state"], "CONFIRMED")

    def test_h_a_draw_waits_for_every_division(self):
        event, (first, second) = self.publish(2, admission="LOTTERY", quota_teams=9)
        self.prepared(event)
        self.change_division(event, second, reg_close=stamp(3600))
        self.code_of(self.change(event, reg_close=stamp(-1)), 200)
        self.code_of(self.organiser.call("POST", f"/organiser/events/{event}/lottery/draw", {}), "EVENT_NOT_OPEN")
        lot = self.code_of(self.submit(0, self.found(0, event, second)), 201)
        self.assertEqual(lot["state"], "POOLED")
        self.change_division(event, second, reg_close=stamp(-1))
        self.assertEqual(self.draw(event), {lot["id"]: "CONFIRMED"})

    def test_i_a_choice_after_the_approval_takes_its_unit(self):
        event, (division,) = self.publish(1)
        for stage in ("submit", "after_approval"):
            self.organiser.must("PUT", f"/organiser/events/{event}/forms/team?stage={stage}", {"fields": [dict(HOTEL, key="bus") if stage == "submit" else HOTEL]})
        wish = lambda field, option: self.organiser.call("POST", f"/organiser/events/{event}/quotas", {"option": {"form": "team", "field": field, "option": option}, "cap": 1})
        self.assertEqual(self.code_of(wish("tram", "a"), "VALIDATION_FAILED")["details"][0]["field"], "option.field")
        self.assertEqual(self.code_of(wish("hotel", "c"), "VALIDATION_FAILED")["details"][0]["field"], "option.option")
        made = wish("hotel", "a")
        self.code_of(made, 201)
        self.assertNotIn("meta", made[1])
        teams = [self.found(who, event, division) for who in range(2)]
        for who, team in enumerate(teams):
            self.code_of(self.submit(who, team), 201)
        choose = lambda who, option: self.people[who].call("PUT", f"/teams/{teams[who]}/forms/after-approval", {"answers": {"hotel": option}})
        rename = lambda who: self.people[who].call("PATCH", f"/teams/{teams[who]}", {"name": f"{event} new {who}"}, {"If-Match": f'"{self.people[who].must("GET", f"/teams/{teams[who]}")["rev"]}"'})
        self.code_of(choose(0, "a"), 200)
        self.code_of(choose(1, "a"), "QUOTA_FULL")
        self.code_of(rename(1), 200)
        # Who chooses otherwise gives it back.
        self.code_of(choose(0, "b"), 200)
        self.code_of(choose(1, "a"), 200)
        self.code_of(rename(0), 200)


if __name__ == "__main__":
    unittest.main()
