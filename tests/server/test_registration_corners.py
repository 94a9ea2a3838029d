"""What an organiser changes under the feet of teams that are there: the windows, the rules, the day, the division of a team."""

import concurrent.futures
import json
import time
import unittest

from registration_client import CARD, PATIENCE_S, SIGNATURE, Client, Stage, card_of, times


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def born_years_ago(years, days=0):
    """The day on which somebody was born who turns `years` in `days` days, in Beijing."""
    day = time.gmtime(time.time() + 8 * 3600 + days * 86400)
    return f"{day.tm_year - years}{day.tm_mon:02d}{min(day.tm_mday, 28):02d}"


class Corners(Stage, unittest.TestCase):
    def change_division(self, event, division, **fields):
        seen = self.organiser.must("GET", f"/organiser/events/{event}")["divisions"]
        rev = next(one["rev"] for one in seen if one["id"] == division)
        return self.organiser.call("PATCH", f"/organiser/divisions/{division}", fields, {"If-Match": f'"{rev}"'})

    def found(self, who, event, division, answers=None):
        member = {"name": f"队员{who}", "consent": True}
        if answers:
            member["answers"] = answers
        return self.people[who].must("POST", f"/events/{event}/teams", {"division": division, "name": f"{who} {division}", "member": member})["id"]

    def join(self, captain, team, who, role="PLAYER"):
        code = self.people[captain].must("POST", f"/teams/{team}/invites", {"role": role})["code"]
        return self.people[who].call("POST", "/invites/join", {"code": code, "name": f"队员{who}", "consent": True})

    def submit(self, who, team):
        return self.people[who].must("POST", f"/teams/{team}/submit", {})["id"]

    def seen(self, who, team):
        return self.people[who].must("GET", f"/teams/{team}")

    def move(self, registration, division):
        return self.organiser.call("POST", f"/organiser/registrations/{registration}/move", {"division": division, "reason": "x"})

    def code_of(self, answer, code):
        self.assertEqual(answer[1].get("code") if answer[0] >= 300 else answer[0], code, str(answer[1])[:300])

    def test_a_club_follows_its_team_to_another_division(self):
        event, (first, second) = self.publish(2)
        organisation = self.organiser.must("GET", f"/organiser/events/{event}")["organisation"]["id"]
        club = self.organiser.must("POST", f"/organisations/{organisation}/clubs", {"name": f"School {event}"})
        for division in (first, second):
            self.organiser.must("PUT", f"/organiser/divisions/{division}/club-limit", {"entries_max": 1})
        teams = [self.found(0, event, first), self.found(1, event, second)]
        for who, team in enumerate(teams):
            self.people[who].must("PUT", f"/teams/{team}/club", {"club": club["code"]})
        moved = self.submit(0, teams[0])
        other = self.submit(1, teams[1])
        self.code_of(self.move(moved, second), "CLUB_LIMIT")
        self.people[1].must("POST", f"/registrations/{other}/cancel", {})
        self.code_of(self.move(moved, second), 200)
        used = [sum(one["used"] for one in self.organiser.must("GET", f"/organiser/divisions/{d}/club-limit")["used"]) for d in (first, second)]
        self.assertEqual(used, [0, 1])
        self.people[0].must("POST", f"/registrations/{moved}/cancel", {})
        self.organiser.must("POST", f"/organiser/events/{event}/cancel", {})

    def test_b_a_team_moves_only_where_it_could_have_entered(self):
        event, (first, second) = self.publish(2, entries_max_per_person=2, sub_max=1)
        self.code_of(self.change_division(event, second, team_max=1), 200)
        team = self.found(0, event, first)
        self.code_of(self.join(0, team, 1), 201)
        registration = self.submit(0, team)
        refused = self.move(registration, second)
        self.code_of(refused, "VALIDATION_FAILED")
        self.assertEqual(refused[1]["details"][0]["field"], "division")
        self.code_of(self.change_division(event, second, team_max=2), 200)
        self.submit(1, self.found(1, event, second))
        self.code_of(self.move(registration, second), "DUPLICATE_PERSON")
        self.assertEqual(self.seen(0, team)["division"]["id"], first)

    def test_c_rules_and_the_day_are_judged_anew(self):
        event, (division,) = self.publish(1, [CARD], guardian_under_age=0)
        child, adult = card_of(born_years_ago(14, 8), 11), card_of(born_years_ago(30), 21)
        teams = [self.found(0, event, division, {"card": child}), self.found(1, event, division, {"card": adult})]
        state = lambda: [self.seen(who, team)["state"] for who, team in enumerate(teams)]
        self.assertEqual(state(), ["READY", "READY"])
        self.code_of(self.change_division(event, division, rules={"age_min": 18}), 200)
        self.assertEqual(state(), ["FORMING", "READY"])
        self.code_of(self.people[0].call("POST", f"/teams/{teams[0]}/submit", {}), "TEAM_NOT_READY")
        self.code_of(self.change_division(event, division, rules={}), 200)
        self.assertEqual(state(), ["READY", "READY"])
        # Ten days from now he is 14; in two days he is not.
        self.code_of(self.change(event, guardian_under_age=14), 200)
        self.assertEqual(state(), ["READY", "READY"])
        self.code_of(self.change(event, starts=stamp(2 * 86400)), 200)
        self.assertEqual(state(), ["FORMING", "READY"])
        self.assertEqual(self.seen(0, teams[0])["members"][0]["guardian_state"], "REQUIRED")
        self.code_of(self.change(event, starts=times()["starts"]), 200)
        self.assertEqual(state(), ["READY", "READY"])

    def test_d_a_team_that_forms_has_until_the_registration_closes(self):
        event, (division,) = self.publish(1, edit_deadline=stamp(-60), starts=stamp(-3600))
        team = self.found(0, event, division)
        self.code_of(self.join(0, team, 1), 201)
        self.assertIn("submit", self.seen(0, team)["may"])
        self.submit(0, team)
        # Registered, it is bound by the deadlines, while others may still enter.
        self.code_of(self.people[0].call("POST", f"/teams/{team}/invites", {}), "ROSTER_LOCKED")

    def test_e_nobody_joins_a_registered_team_after_the_edit_deadline(self):
        event, (division,) = self.publish(1)
        team = self.found(0, event, division)
        code = self.people[0].must("POST", f"/teams/{team}/invites", {})["code"]
        join = lambda who: self.people[who].call("POST", "/invites/join", {"code": code, "name": f"队员{who}", "consent": True})
        self.submit(0, team)
        self.code_of(join(1), 201)
        self.code_of(self.change(event, edit_deadline=stamp(-60)), 200)
        self.code_of(join(2), "EVENT_NOT_OPEN")
        self.assertEqual(self.seen(0, team)["member_count"], 2)

    def test_f_a_returned_team_is_corrected_after_the_edit_deadline(self):
        event, (division,) = self.publish(1, review_stages=1)
        team = self.found(0, event, division)
        registration = self.submit(0, team)
        self.code_of(self.change(event, edit_deadline=stamp(-60)), 200)
        self.assertNotIn("edit", self.seen(0, team)["may"])
        rev = self.organiser.must("GET", f"/organiser/registrations/{registration}")["rev"]
        self.organiser.must("POST", f"/organiser/registrations/{registration}/review", {"action": "RETURN", "reason": "x"}, {"If-Match": f'"{rev}"'})
        self.assertIn("edit", self.seen(0, team)["may"])
        self.people[0].must("PUT", f"/teams/{team}/members/me", {"name": "改正"})
        self.assertIn("resubmit", self.seen(0, team)["registration"]["actions"])
        # What it lacks by then is told, not passed to the reviewers.
        self.code_of(self.change_division(event, division, rules={"age_min": 18}), 200)
        refused = self.people[0].call("POST", f"/registrations/{registration}/resubmit", {})
        self.code_of(refused, "TEAM_NOT_READY")
        self.assertTrue(refused[1]["details"][0]["field"].startswith("members."))
        self.code_of(self.change_division(event, division, rules={}), 200)
        self.people[0].must("POST", f"/registrations/{registration}/resubmit", {})
        self.assertNotIn("edit", self.seen(0, team)["may"])

    def test_g_what_is_refused_leaves_the_cap_as_it_was(self):
        event, (division,) = self.publish(1, sub_max=1, quota_teams=9)
        team = self.found(0, event, division)
        self.code_of(self.join(0, team, 1), 201)
        self.code_of(self.join(0, team, 2, "SUBSTITUTE"), 201)
        caps = lambda: [(quota["scope"], quota["cap"]) for quota in self.organiser.must("GET", f"/organiser/events/{event}/quotas")]
        self.code_of(self.change_division(event, division, cap_teams=7, team_max=1), "VALIDATION_FAILED")
        self.code_of(self.change(event, quota_teams=8, team_max=1), "VALIDATION_FAILED")
        self.assertEqual(caps(), [("EVENT", 9)])
        # Nor may the bench become shorter than one that is there.
        self.code_of(self.change(event, sub_max=0), "VALIDATION_FAILED")
        self.code_of(self.change_division(event, division, sub_max=0), "VALIDATION_FAILED")
        self.code_of(self.change_division(event, division, sub_max=1), 200)
        self.code_of(self.change(event, sub_max=0), 200)

    def test_m_nobody_is_offered_a_submit_after_the_close(self):
        event, (division,) = self.publish(1)
        team = self.found(0, event, division)
        self.assertIn("submit", self.seen(0, team)["may"])
        self.organiser.must("POST", f"/organiser/events/{event}/pause", {})
        self.assertNotIn("submit", self.seen(0, team)["may"])
        self.organiser.must("POST", f"/organiser/events/{event}/resume", {})
        self.code_of(self.change(event, reg_close=stamp(-1)), 200)
        self.assertNotIn("submit", self.seen(0, team)["may"])

    def test_n_the_event_does_not_end_before_a_division_closes(self):
        event, (division,) = self.publish(1)
        self.code_of(self.change_division(event, division, reg_close=stamp(9 * 86400)), 200)
        later, sooner = stamp(9 * 86400 + 3600), stamp(9 * 86400 - 3600)
        refused = self.change(event, starts=stamp(8 * 86400), ends=sooner)
        self.code_of(refused, "VALIDATION_FAILED")
        self.assertEqual(refused[1]["details"][0]["field"], "ends")
        self.code_of(self.change(event, starts=stamp(8 * 86400), ends=later), 200)

    def test_h_a_line_that_has_ended_takes_nobody(self):
        event, (division,) = self.publish(1, quota_teams=1, waitlist_enabled=True, starts=stamp(-3600))
        self.submit(0, self.found(0, event, division))
        team = self.found(1, event, division)
        self.code_of(self.people[1].call("POST", f"/teams/{team}/submit", {}), "QUOTA_FULL")

    def test_i_a_guardian_agrees_for_one_child(self):
        event, (division,) = self.publish(1, [CARD], guardian_under_age=14)
        born = born_years_ago(10)
        answers = lambda serial, day=born: {"name": "孩子", "answers": {"card": card_of(day, serial)}}
        team = self.found(0, event, division, answers(11)["answers"])
        member = self.seen(0, team)["members"][0]["id"]
        link = self.people[0].must("POST", f"/teams/{team}/members/{member}/guardian-link", {})
        Client(self.server.port).must("POST", "/guardian/answer", {
            "token": link["url"].split("#")[1], "answer": "GRANT", "name": "母亲", "relation": "MOTHER", "signature": SIGNATURE})
        state = lambda: (self.seen(0, team)["members"][0]["guardian_state"], self.seen(0, team)["state"])
        edit = lambda body: self.people[0].must("PUT", f"/teams/{team}/members/me", body)
        self.assertEqual(state(), ("GRANTED", "READY"))
        edit(answers(11))
        self.assertEqual(state(), ("GRANTED", "READY"))
        edit(answers(31))
        self.assertEqual(state(), ("REQUIRED", "FORMING"))
        edit(answers(31, born_years_ago(30)))
        self.assertEqual(state(), ("NOT_NEEDED", "READY"))
        edit(answers(11))
        self.assertEqual(state(), ("REQUIRED", "FORMING"))

    def test_o_an_organiser_corrects_an_answer_after_the_deadline(self):
        shirt = {"key": "shirt", "type": "text", "label": {"zh": "衣服", "en": "Shirt"}, "required": True}
        club = {"key": "club", "type": "text", "label": {"zh": "单位", "en": "Club"}}
        event, (division,) = self.publish(1, [CARD, shirt, club], review_stages=1, reset_review_on_edit=True)
        card = card_of(born_years_ago(30), 71)
        team = self.found(0, event, division, {"card": card, "shirt": "M", "club": "一中"})
        registration = self.submit(0, team)
        self.code_of(self.change(event, edit_deadline=stamp(-60)), 200)
        member = self.seen(0, team)["members"][0]["id"]
        path = f"/organiser/teams/{team}/members/{member}/answers"
        correct = lambda answers, **more: self.organiser.call("PATCH", path, {"answers": answers, "reason": "电话里改的", **more})
        answers = lambda: self.seen(0, team)["members"][0]["answers"]
        self.assertEqual(self.people[0].call("PATCH", path, {"answers": {"shirt": "L"}, "reason": "x"})[0], 403)
        self.code_of(self.organiser.call("PATCH", path, {"answers": {"shirt": "L"}}), "VALIDATION_FAILED")
        for refused in ({}, {"shirt": None}, {"unknown": "x"}, {"card": "123"}):
            self.code_of(correct(refused), "VALIDATION_FAILED")
        self.assertEqual(answers()["shirt"], "M")
        self.assertEqual(correct({"shirt": "L", "club": None})[1]["data"], {"changed": ["shirt", "club"]})
        # What was not named stays, what is sensitive too.
        self.assertEqual(answers(), {"card": card, "shirt": "L"})
        seen = self.organiser.must("GET", f"/organiser/registrations/{registration}")
        self.assertEqual(seen["state"], "IN_REVIEW")
        self.assertEqual([(item["action"], item["reason"]) for item in seen["history"]][-1], ("answers.correct", "电话里改的"))
        # Nobody else's number is taken over.
        other = self.found(1, event, division, {"card": card_of(born_years_ago(30), 81), "shirt": "S"})
        self.code_of(correct({"card": self.seen(1, other)["members"][0]["answers"]["card"]}), "DUPLICATE_PERSON")
        self.assertEqual(answers()["card"], card)
        # Of another team, or of the team itself, which is asked nothing.
        self.assertEqual(self.organiser.call("PATCH", f"/organiser/teams/{other}/members/{member}/answers", {"answers": {"shirt": "L"}, "reason": "x"})[0], 404)
        self.assertEqual(self.organiser.call("PATCH", f"/organiser/teams/{team}/answers", {"answers": {"city": "x"}, "reason": "x"})[0], 404)
        self.organiser.must("PUT", f"/organiser/events/{event}/forms/team", {"fields": [{"key": "city", "type": "text", "label": {"zh": "城市"}}]})
        self.organiser.must("PATCH", f"/organiser/teams/{team}/answers", {"answers": {"city": "杭州"}, "reason": "忘了填"})
        self.assertEqual(self.seen(0, team)["answers"], {"city": "杭州"})

    def test_p_two_corrections_at_once_lose_nothing(self):
        fields = [{"key": key, "type": "text", "label": {"zh": key}} for key in ("left", "right")]
        event, (division,) = self.publish(1, fields)
        team = self.found(0, event, division, {"left": "", "right": ""})
        path = f"/organiser/teams/{team}/members/{self.seen(0, team)['members'][0]['id']}/answers"
        hands = {key: Client(self.server.port).sign_in("organiser") for key in ("left", "right")}

        def write(key, value):
            while (answer := hands[key].call("PATCH", path, {"answers": {key: value}, "reason": "x"}))[0] == 412:
                pass
            return answer[0]

        with concurrent.futures.ThreadPoolExecutor(2) as both:
            for value in map(str, range(30)):
                self.assertEqual(list(both.map(write, hands, [value] * 2)), [200, 200])
                self.assertEqual(self.seen(0, team)["members"][0]["answers"], {"left": value, "right": value})

    def test_j_the_organiser_is_told_what_may_be_done(self):
        event, (division,) = self.publish(1, waitlist_enabled=True, waitlist_policy="ACCUMULATE", cancel_policy="REQUEST")
        self.code_of(self.change_division(event, division, cap_persons=2), 200)
        told = lambda registration: self.organiser.must("GET", f"/organiser/registrations/{registration}")
        first = self.submit(0, self.found(0, event, division))
        self.submit(1, self.found(1, event, division))
        self.assertEqual(told(first)["actions"], ["cancel", "move"])
        self.people[0].must("POST", f"/registrations/{first}/cancel", {})
        self.assertEqual(told(first)["actions"], ["grant_cancel", "refuse_cancel", "move"])
        team = self.people[2].must("POST", f"/events/{event}/teams", {"division": division, "name": "两人", "member": {"name": "丙", "consent": True}})["id"]
        child = self.people[2].must("POST", "/me/persons", {"relation": "CHILD", "name": "丁"})["id"]
        self.people[2].must("POST", f"/teams/{team}/members", {"person": child, "consent": True})
        waiting = self.submit(2, team)
        self.assertEqual(told(waiting)["actions"], ["withdraw", "move", "set_priority"])
        self.organiser.must("POST", f"/organiser/registrations/{first}/cancel-decision", {"action": "GRANT"})
        self.assertEqual(told(first)["actions"], ["reopen"])
        for line in (told(waiting)["waitlist"], self.seen(2, team)["registration"]["waitlist"]):
            self.assertEqual((line["collecting"], line["collected"], line["needed"]), (True, 1, 2))
        # Of a team that the organiser leads too, each word is told once.
        own = self.organiser.must("POST", f"/events/{event}/teams", {"division": division, "name": "自己", "member": {"name": "戊", "consent": True}})["id"]
        mine = self.organiser.must("POST", f"/teams/{own}/submit", {})["id"]
        self.assertEqual(told(mine)["actions"], ["withdraw", "move", "set_priority"])

    def test_k_an_import_tells_the_cell_of_a_name_that_is_taken(self):
        event, (division,) = self.publish(1)
        name = self.seen(0, self.found(0, event, division))["name"]
        sent = f"队伍名称,角色,姓名\n新的,队长,甲\n{name},队长,乙\n".encode()
        self.organiser.connection.request("POST", f"/api/v1/organiser/events/{event}/imports?mode=check&division={division}", sent,
                                          {"Authorization": "Bearer " + self.organiser.token, "Content-Type": "text/csv"})
        answer = self.organiser.connection.getresponse()
        job = json.loads(answer.read())["data"]["id"]
        deadline = time.monotonic() + PATIENCE_S
        while self.organiser.must("GET", f"/organiser/events/{event}/imports/{job}")["state"] != "DONE":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        errors = self.organiser.must("GET", f"/organiser/events/{event}/imports/{job}/errors")
        self.assertEqual([(one["row"], one["column"], one["reason"]["zh"]) for one in errors], [(3, "A", "名称已被占用")])

    def test_l_figures_show_limits_of_persons_and_wishes_to_cancel(self):
        event, (division,) = self.publish(1, cancel_policy="REQUEST")
        self.code_of(self.change_division(event, division, cap_persons=5), 200)
        registration = self.submit(0, self.found(0, event, division))
        self.people[0].must("POST", f"/registrations/{registration}/cancel", {})
        figures = self.organiser.must("GET", f"/organiser/events/{event}/figures")
        self.assertEqual(figures["cancel_requested"], 1)
        self.assertEqual([(one["unit"], one["division"]["id"], one["used"], one["cap"]) for one in figures["fill"]], [("PERSON", division, 1, 5)])


if __name__ == "__main__":
    unittest.main()
