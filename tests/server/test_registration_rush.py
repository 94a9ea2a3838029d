"""A rush on one event, and the process killed in the middle of it: no answer of success is lost, nothing is given twice."""

import json
import threading
import time
import unittest

from registration_client import Client, Server, make_user, times

CAPTAINS = 8
DIVISIONS = 30
CAP = 120
TEAMS = CAPTAINS * DIVISIONS


class Rush(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        make_user(self.server, "organiser", "organiser")
        for number in range(CAPTAINS):
            make_user(self.server, f"captain{number}", "user")
        self.server.start()
        self.organiser = Client(self.server.port).sign_in("organiser")
        self.prepare()

    def prepare(self):
        """One team of one for each captain in each division: TEAMS ready teams and CAP places."""
        event = self.organiser.must("POST", "/events", {
            "title": {"zh": "抢报", "en": "Rush"}, "slug": "rush", "team_min": 1, "team_max": 1, "quota_teams": CAP,
            "entries_max_per_person": 100, **times()})
        self.event = event["id"]
        divisions = [self.organiser.must("POST", f"/organiser/events/{self.event}/divisions",
                                         {"code": f"D{i}", "name": {"zh": f"组{i}"}})["id"] for i in range(DIVISIONS)]
        self.organiser.must("POST", f"/organiser/events/{self.event}/publish", {})
        self.tokens = [Client(self.server.port).sign_in(f"captain{i}").token for i in range(CAPTAINS)]
        self.teams = []  # (captain, team)
        for captain, token in enumerate(self.tokens):
            client = Client(self.server.port, token)
            for division in divisions:
                team = client.must("POST", f"/events/{self.event}/teams", {
                    "division": division, "name": f"队 {captain} {division}", "member": {"name": "李雷", "consent": True}})
                self.assertEqual(team["state"], "READY")
                self.teams.append((captain, team["id"]))

    def rush(self, work, answers, stop_after=None, on_stop=None):
        """Submits every team of `work` from many threads; answers[team] is the body of a success or a refusal."""
        lock = threading.Lock()
        rest = list(work)

        def run():
            clients = {}
            while True:
                with lock:
                    if not rest:
                        return
                    captain, team = rest.pop()
                try:
                    client = clients.setdefault(captain, Client(self.server.port, self.tokens[captain]))
                    status, body = client.call("POST", f"/teams/{team}/submit", {}, {"Idempotency-Key": f"key-{team}"})
                except OSError:
                    return
                except Exception as problem:  # a connection that broke in the middle of an answer
                    if isinstance(problem, AssertionError):
                        raise
                    return
                with lock:
                    answers[team] = (status, body)
                    if stop_after is not None and len(answers) == stop_after:
                        on_stop()

        threads = [threading.Thread(target=run) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def all_registrations(self):
        found, cursor = {}, None
        while True:
            query = "?limit=100&state=CONFIRMED" + (f"&cursor={cursor}" if cursor else "")
            status, page = self.organiser.call("GET", f"/organiser/events/{self.event}/registrations{query}")
            self.assertEqual(status, 200, page)
            for row in page["data"]:
                self.assertNotIn(row["team"]["id"], found, "a team has two registrations")
                found[row["team"]["id"]] = row
            cursor = page["meta"]["next_cursor"]
            if not cursor:
                return found

    def check_sound(self):
        status, text = self.server.cli("doctor", "--json")
        line = next(line for line in text.splitlines() if "quotas, teams" in line or "registration" in line.lower())
        self.assertIn("quotas, teams, registrations and answers agree", text, line)

    def check_end(self, answers):
        good = {team: body["data"] for team, (status, body) in answers.items() if status == 201}
        refused = [body["code"] for status, body in answers.values() if status != 201]
        self.assertEqual(len(good), CAP)
        self.assertEqual(set(refused), {"QUOTA_FULL"})
        self.assertEqual(sorted(one["friendly_no"] for one in good.values()), list(range(1, CAP + 1)))
        stored = self.all_registrations()
        self.assertEqual({team: one["id"] for team, one in good.items()}, {team: row["id"] for team, row in stored.items()})
        quota = self.organiser.must("GET", f"/organiser/events/{self.event}/quotas")[0]
        self.assertEqual((quota["confirmed"], quota["held"]), (CAP, 0))
        self.check_sound()

    def test_rush_fills_every_place_once(self):
        answers = {}
        self.rush(self.teams, answers)
        self.assertEqual(len(answers), TEAMS)
        self.check_end(answers)
        detail = Client(self.server.port)
        deadline = time.monotonic() + 10
        while detail.must("GET", "/events/rush")["places_left"] != 0:
            self.assertLess(time.monotonic(), deadline, "the public figures are more than a second old")

    def test_killed_in_the_middle(self):
        acknowledged = {}
        self.rush(self.teams, acknowledged, stop_after=40, on_stop=self.server.kill)
        self.assertGreaterEqual(len(acknowledged), 40)
        self.assertLess(len(acknowledged), TEAMS)
        self.server.start()
        self.organiser = Client(self.server.port, self.organiser.token)
        self.check_sound()
        stored = self.all_registrations()
        for team, (status, body) in acknowledged.items():
            if status == 201:
                self.assertEqual(stored[team]["id"], body["data"]["id"], "an acknowledged registration is lost")
                self.assertEqual(stored[team]["friendly_no"], body["data"]["friendly_no"])
        # Everybody tries again with the same key: those who were answered get the same answer.
        answers = {}
        self.rush(self.teams, answers)
        for team, (status, body) in acknowledged.items():
            if status == 201:
                self.assertEqual(json.dumps(answers[team][1]["data"]), json.dumps(body["data"]))
        self.check_end(answers)
